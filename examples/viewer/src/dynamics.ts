/** The geometry of the phase plane: nullclines, fixed points and their stability. Pure functions of
 * the normal form of include/izh/model.h, with u and the current in the unit of the form. */
import type { Engine, Equilibrium, Params, State } from './engine'
import { TEXTS } from './texts'

/** U(v), which u tends to, for r = 1. */
export function recoveryTarget(p: Params, v: number): number {
  const x = v - p.vb
  return x < 0 ? p.b_lo * x : x * (p.b_hi + p.b3 * x * x)
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

/** Where the neuron can stand still, by the library's analysis: below the peak, in the order of v. */
export function fixedPoints(engine: Engine, p: Params, current: number): Equilibrium[] {
  return engine.equilibria(p, current).filter(({ beyondPeak }) => !beyondPeak)
}

/** How long the neuron takes to come to rest, ms: twice the slowest time constant of its stable equilibrium, or
 * less than one turn about a focus; Infinity where there is none. */
export function settlingTime(points: readonly Equilibrium[]): number {
  const rest = points.find(({ stable }) => stable)
  if (!rest) return Infinity
  const [re, im] = [rest.re[1], rest.im[1]]
  return Math.min(-2 / re, im ? (2 * Math.PI) / Math.abs(im) : Infinity)
}

/** "stable focus", "saddle", "fold (saddle-node)". */
export const nameOf = ({ kind }: Equilibrium) => TEXTS.kinds[kind]

/** A point near a saddle, to either side of it along the eigenvector of one of its eigenvalues; how far, in what
 * `bounds` show. */
function besideSaddle(p: Params, saddle: Equilibrium, eigenvalue: number, side: number, { v, u }: Bounds): State {
  // The first row of the Jacobian: vv dv + vu du = eigenvalue dv.
  const vv = (2 * p.k2 * saddle.v + p.k1) / p.cm
  const du = (vv - eigenvalue) * p.cm // for dv = 1, as vu = -1/cm
  const distance = (side * FIRST) / Math.hypot(1 / (v[1] - v[0]), du / (u[1] - u[0]))
  return { v: saddle.v + distance, u: saddle.u + distance * du }
}

/** A manifold of a saddle: two branches, each a line of states outward from it. The stable one, where trajectories
 * part that fire and that do not, is followed backwards in time. */
export type Manifold = [Float64Array, Float64Array][]

const FIRST = 2e-3 // of what is shown, from the saddle: where a line begins
/** The length of a step, of what is shown, and of the way that lies behind it: near the saddle the flow across a line
 * is far faster than along it, and longer steps would zigzag. */
const STEP = { longest: 1 / 400, share: 0.02 }
const STRIDES = 1500 // at most, of a branch
const BEYOND = 1 // of a range, that a branch may leave before it ends

export interface Bounds {
  v: readonly [number, number]
  u: readonly [number, number]
}

/** Steps of equal length as seen on the page, by the midpoint rule: for the eye, not for numbers. */
export function manifold(p: Params, current: number, saddle: Equilibrium, stable: boolean, bounds: Bounds): Manifold {
  const eigenvalue = stable ? saddle.re[0] : saddle.re[1]
  return [-1, 1].map((side) =>
    followed(p, current, besideSaddle(p, saddle, eigenvalue, side, bounds), stable ? -1 : 1, bounds))
}

function followed(p: Params, current: number, from: State, time: 1 | -1, { v, u }: Bounds): [Float64Array, Float64Array] {
  const [wide, high] = [v[1] - v[0], u[1] - u[0]]
  const [vs, us] = [[from.v], [from.u]]
  let at = from
  const direction = (state: State) => {
    const rate = rates(p, current, state)
    const length = Math.hypot(rate.v / wide, rate.u / high) || 1
    return { v: (time * rate.v) / length, u: (time * rate.u) / length }
  }
  const moved = (state: State, along: State, step: number) => ({ v: state.v + step * along.v, u: state.u + step * along.u })
  for (let i = 0, way = FIRST; i < STRIDES; i++) {
    const step = Math.min(STEP.longest, STEP.share * way)
    way += step
    at = moved(at, direction(moved(at, direction(at), step / 2)), step)
    if (!Number.isFinite(at.v + at.u)) break
    vs.push(at.v)
    us.push(at.u)
    const gone = (x: number, [lo, hi]: readonly [number, number], span: number) => x < lo - BEYOND * span || x > hi + BEYOND * span
    if (gone(at.v, v, wide) || gone(at.u, u, high)) break
    if (at.v >= p.vpeak + p.vpeak_u * at.u && time > 0) break // it spikes
  }
  return [Float64Array.from(vs), Float64Array.from(us)]
}
