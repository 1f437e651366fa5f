/** The geometry of the phase plane: nullclines, fixed points and their stability. Pure functions of
 * the normal form of include/izh/model.h, with u and the current in the unit of the form. */
import type { Params, State } from './engine'

/** U(v), which u tends to, for r = 1. */
export function recoveryTarget(p: Params, v: number): number {
  const x = v - p.vb
  return x < 0 ? p.b_lo * x : x * (p.b_hi + p.b3 * x * x)
}

function recoverySlope(p: Params, v: number): number {
  const x = v - p.vb
  return x < 0 ? p.b_lo : p.b_hi + 3 * p.b3 * x * x
}

/** u where v' = 0. */
export function voltageNullcline(p: Params, current: number, v: number): number {
  return (p.k2 * v + p.k1) * v + p.k0 + current
}

/** u where u' = 0; with r = 0, where it is upright, NaN. */
export function recoveryNullcline(p: Params, v: number): number {
  return p.r ? recoveryTarget(p, v) / p.r : NaN
}

/** The voltages of an upright u-nullcline, which r = 0 has: the zeros of U. */
export function uprightNullclines(p: Params): number[] {
  if (p.r) return []
  const beyond = -p.b_hi / p.b3
  return beyond > 0 && beyond < Infinity ? [p.vb, p.vb + Math.sqrt(beyond)] : [p.vb]
}

/** v' and u', per ms. */
export function rates(p: Params, current: number, { v, u }: State): State {
  return {
    v: (voltageNullcline(p, current, v) - u) / p.cm,
    u: p.a * (recoveryTarget(p, v) - p.r * u),
  }
}

export interface Eigenvalue {
  re: number
  im: number
}

export type Kind = 'node' | 'focus' | 'saddle' | 'centre' | 'fold' | 'degenerate point'

/** Of the sizes of what is subtracted: a difference below is 0. A root where nullclines touch is known to the
 * square root of the rounding of what they are made of, and so are the eigenvalues there. */
const TOUCHING = 1e-7
const ROUNDING = 16 * Number.EPSILON

export interface FixedPoint extends State {
  kind: Kind
  stable: boolean
  /** 1/ms; of two real ones the larger first. */
  eigenvalues: [Eigenvalue, Eigenvalue]
}

/** Real zeros of c[0] + c[1] x + ..., ascending. Between two extremes there is at most one, which
 * bisection cannot miss; at an extreme that is 0 but for rounding there is one that only touches. */
export function realRoots(coefficients: readonly number[]): number[] {
  const c = coefficients.slice()
  while (c.length && c.at(-1) === 0) c.pop()
  const degree = c.length - 1
  if (degree < 1) return []
  if (degree === 1) return [-c[0]! / c[1]!]
  const value = (x: number) => c.reduceRight((sum, k) => sum * x + k, 0)
  const size = (x: number) => c.reduceRight((sum, k) => sum * Math.abs(x) + Math.abs(k), 0)
  const f = (x: number) => (Math.abs(value(x)) <= ROUNDING * size(x) && extremes.includes(x) ? 0 : value(x))
  // Cauchy's bound holds all zeros; of huge coefficients it may be no number.
  const cauchy = 1 + Math.max(...c.slice(0, -1).map((k) => Math.abs(k / c[degree]!)))
  const bound = cauchy < Infinity ? cauchy : Number.MAX_VALUE
  const extremes = realRoots(c.slice(1).map((k, i) => (i + 1) * k))
  const edges = [-bound, ...extremes, bound]
  const roots: number[] = []
  for (let i = 1; i < edges.length; i++) {
    const root = bisected(f, edges[i - 1]!, edges[i]!)
    if (root !== null && !Number.isNaN(root) && root !== roots.at(-1)) roots.push(root)
  }
  return roots
}

/** A zero at an end is the only one: beyond an extreme that is 0 the polynomial moves away from it. */
function bisected(f: (x: number) => number, from: number, to: number): number | null {
  let [lo, hi] = [from, to]
  const sign = Math.sign(f(lo))
  if (sign === 0) return lo
  if (f(hi) === 0) return hi
  if (Math.sign(f(hi)) === sign) return null
  for (;;) {
    const middle = lo / 2 + hi / 2
    if (!(middle > lo && middle < hi)) return middle
    if (Math.sign(f(middle)) === sign) lo = middle
    else hi = middle
  }
}

/** Where both nullclines meet below the peak, in the order of v. On either branch of U the
 * equation r (k2 v^2 + k1 v + k0 + I) = U(v) is a polynomial in x = v - vb. */
export function fixedPoints(p: Params, current: number): FixedPoint[] {
  const { vb, r } = p
  const atKink = r * voltageNullcline(p, current, vb)
  const slope = r * (2 * p.k2 * vb + p.k1)
  const below = realRoots([atKink, slope - p.b_lo, r * p.k2]).filter((x) => x < 0)
  const above = realRoots([atKink, slope - p.b_hi, r * p.k2, -p.b3]).filter((x) => x >= 0)
  return [...below, ...above]
    .map((x) => ({ v: vb + x, u: voltageNullcline(p, current, vb + x) }))
    .filter(({ v, u }) => v < p.vpeak + p.vpeak_u * u)
    .map((state) => classified(p, state))
}

/** From the Jacobian's trace and determinant; on the kink, that of the branch above. */
function classified(p: Params, state: State): FixedPoint {
  const dv = sum(2 * p.k2 * state.v / p.cm, p.k1 / p.cm)
  const du = -p.a * p.r
  const trace = sum(dv, du)
  const determinant = sum(dv * du, (p.a * recoverySlope(p, state.v)) / p.cm)
  const eigenvalues = eigenvaluesOf(trace, determinant)
  const meets = p.a !== 0 && p.r !== 0 && determinant === 0 // the nullclines touch there
  return { ...state, ...(meets ? { kind: 'fold' as const, stable: false } : nature(trace, determinant, eigenvalues)), eigenvalues }
}

/** 0 where two numbers cancel but for what is not known of them. */
function sum(x: number, y: number): number {
  return Math.abs(x + y) <= TOUCHING * Math.max(Math.abs(x), Math.abs(y)) ? 0 : x + y
}

const real = (re: number): Eigenvalue => ({ re, im: 0 })

function eigenvaluesOf(trace: number, determinant: number): [Eigenvalue, Eigenvalue] {
  const half = trace / 2
  const square = half * half - determinant
  const root = Math.sqrt(Math.abs(square))
  if (determinant === 0) return trace > 0 ? [real(trace), real(0)] : [real(0), real(trace)]
  return square < 0
    ? [{ re: half, im: root }, { re: half, im: -root }]
    : [{ re: half + root, im: 0 }, { re: half - root, im: 0 }]
}

function nature(trace: number, determinant: number, [first]: [Eigenvalue, Eigenvalue]): { kind: Kind; stable: boolean } {
  if (determinant < 0) return { kind: 'saddle', stable: false }
  if (determinant === 0) return { kind: 'degenerate point', stable: false }
  if (trace === 0) return { kind: 'centre', stable: false }
  return { kind: first.im ? 'focus' : 'node', stable: trace < 0 }
}

/** How long the neuron takes to come to rest, ms: twice the slowest time constant of its stable equilibrium, or
 * less than one turn about a focus; Infinity where there is none. */
export function settlingTime(p: Params, current: number): number {
  const rest = fixedPoints(p, current).find(({ stable }) => stable)
  if (!rest) return Infinity
  const [{ re, im }] = rest.eigenvalues
  return Math.min(-2 / re, im ? (2 * Math.PI) / Math.abs(im) : Infinity)
}

/** "stable focus", "saddle". */
export function nameOf({ kind, stable }: FixedPoint): string {
  if (kind === 'fold') return 'fold (saddle-node)'
  return kind === 'node' || kind === 'focus' ? `${stable ? 'stable' : 'unstable'} ${kind}` : kind
}
