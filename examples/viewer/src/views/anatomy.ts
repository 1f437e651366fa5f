/** The shape of the neuron that is shown: grown from a seed, with no part in the model. The soma is at
 * the origin with a radius near 1, and the axon runs along x. */

export type Vec = [number, number, number]

/** A tube. `along` says how far from the soma: 0 to 1 to the ends of the axon, 0 to -1 to those of the
 * dendrites. */
export interface Branch {
  path: Vec[]
  radius: number[]
  along: number[]
  /** How much of it is sheath, 0 to 1. */
  sheath: number[]
}

export interface Anatomy {
  dendrites: Branch[]
  axon: Branch[]
  /** From the soma to each end of the axon, at equal distances in `along`, PATH points each. */
  paths: Vec[][]
  /** Where branches leave the soma. */
  roots: Vec[]
}

export const PATH = 257 // points
const TRUNK = 0.74 // the share of the way along the axon that its trunk takes
const INSIDE = 0.12 // of a dendrite's way, within the soma
const SHEATHS = 7
const SHEATHED = 0.09 // where the sheaths begin, as a share of the trunk

export const add = (a: Vec, b: Vec, k = 1): Vec => [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]]
export const dot = (a: Vec, b: Vec) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const unit = (a: Vec): Vec => {
  const length = Math.hypot(...a) || 1
  return [a[0] / length, a[1] / length, a[2] / length]
}
export const cross = (a: Vec, b: Vec): Vec => [
  a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0],
]

/** Numbers from 0 to 1: mulberry32 (T. Ettinger, public domain). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let x = Math.imul(state ^ (state >>> 15), 1 | state)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A Catmull-Rom spline through points. */
function spline(points: Vec[], samples: number): Vec[] {
  const last = points.length - 1
  const at = (i: number) => points[Math.max(0, Math.min(last, i))]!
  return Array.from({ length: samples }, (_, k) => {
    const x = (k / (samples - 1)) * last
    const i = Math.min(last - 1, Math.floor(x))
    const f = x - i
    const [p, q, r, s] = [at(i - 1), at(i), at(i + 1), at(i + 2)]
    return q.map((_, axis) => {
      const [a, b, c, d] = [p[axis]!, q[axis]!, r[axis]!, s[axis]!]
      return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)))
    }) as Vec
  })
}

const smooth = (x: number) => {
  const y = Math.max(0, Math.min(1, x))
  return y * y * (3 - 2 * y)
}

export function grow(seed: number): Anatomy {
  const chance = random(seed)
  const roots: Vec[] = [
    [-0.9, 0.42, 0.2], [-0.75, -0.5, 0.42], [-0.15, 0.95, -0.3], [-0.3, -0.92, -0.28],
    [-0.62, 0.1, -0.78], [-0.2, 0.35, 0.9], [0.45, 0.85, 0.25],
  ].map((root) => unit(root as Vec))
  const lengths = [1.9, 2.1, 2, 2, 1.7, 1.5, 1.7]
  const dendrites: Branch[] = []
  roots.forEach((root, i) => dendrite(dendrites, chance, add([0, 0, 0], root, 0.7), root, lengths[i]!, 0.23, 0, 3))
  const { axon, paths } = axonOf(chance)
  return { dendrites, axon, paths, roots: [...roots, [1, 0, 0]] }
}

/** One branch and those that it splits into. */
function dendrite(
  all: Branch[], chance: () => number, from: Vec, way: Vec, length: number, thick: number, far: number, depth: number,
): void {
  const steps = depth ? 8 : 6
  const path: Vec[] = [from]
  let heading = way
  const bend: Vec = [chance() - 0.5, chance() - 0.5, chance() - 0.5]
  for (let i = 0; i < steps; i++) {
    const wander: Vec = [chance() - 0.5, chance() - 0.5, chance() - 0.5]
    heading = unit(add(add(heading, bend, 0.16), wander, 0.34))
    path.push(add(path.at(-1)!, heading, length / steps))
  }
  const end = depth ? thick * 0.55 : 0.012
  const reach = Math.min(1, far + length / 5)
  const share = (i: number) => i / steps
  all.push({
    path,
    radius: path.map((_, i) => thick + (end - thick) * share(i) ** 0.7 + (far ? 0 : 0.2 * Math.exp(-6 * share(i)))),
    along: path.map((_, i) => -Math.max(0, far + (reach - far) * share(i) - INSIDE)),
    sheath: path.map(() => 0),
  })
  if (!depth) return
  const side = unit(cross(heading, [chance() - 0.5, chance() - 0.5, chance() - 0.5]))
  for (const sign of [-1, 1]) {
    const turn = 0.45 + 0.4 * chance()
    dendrite(
      all, chance, path.at(-1)!, unit(add(heading, side, sign * turn)), length * (0.6 + 0.2 * chance()),
      end, reach, depth - 1,
    )
  }
}

function axonOf(chance: () => number): { axon: Branch[]; paths: Vec[][] } {
  const path = spline(
    [
      [0.55, 0, 0], [1.5, -0.12, 0.1], [2.9, -0.85, 0.5], [4.7, -0.55, 0.1], [6.3, 0.65, -0.7],
      [8, 0.75, -0.3], [9.6, -0.1, 0.5], [10.9, -0.15, 0.2],
    ],
    200,
  )
  const share = (i: number) => i / (path.length - 1)
  const sheath = path.map((_, i) => sheathAt(share(i)))
  const trunk: Branch = {
    path,
    sheath,
    radius: path.map((_, i) => 0.085 + 0.42 * Math.exp(-share(i) * 26) + 0.085 * sheath[i]!),
    along: path.map((_, i) => TRUNK * share(i)),
  }
  const axon = [trunk]
  const routes: Vec[][] = []
  const heading = unit(add(path.at(-1)!, path.at(-6)!, -1))
  arbor(axon, routes, chance, [path], heading, 1.5, 0.075, TRUNK, 3)
  return { axon, paths: routes }
}

/** How much sheath there is at a share of the trunk: sausages, with nodes of Ranvier between. */
function sheathAt(share: number): number {
  const x = ((share - SHEATHED) / (1 - SHEATHED)) * SHEATHS
  if (x < 0) return 0
  const f = x - Math.floor(x)
  return smooth(f / 0.14) * smooth((1 - f) / 0.14)
}

/** The branches at the axon's end, each of which ends in a bouton. */
function arbor(
  all: Branch[], routes: Vec[][], chance: () => number, before: Vec[][], way: Vec, length: number, thick: number,
  start: number, depth: number,
): void {
  const from = before.at(-1)!.at(-1)!
  const steps = 10
  const path: Vec[] = [from]
  let heading = way
  for (let i = 0; i < steps; i++) {
    const wander: Vec = [chance() - 0.35, chance() - 0.5, chance() - 0.5]
    heading = unit(add(heading, wander, 0.22))
    path.push(add(path.at(-1)!, heading, length / steps))
  }
  const end = depth ? start + (1 - start) / (depth + 0.6) : 1
  if (!depth) for (let i = 1; i <= 8; i++) path.push(add(path.at(-1)!, heading, 0.04))
  const share = (i: number) => i / (path.length - 1)
  all.push({
    path,
    radius: path.map((_, i) => (depth ? thick * (1 - 0.2 * share(i)) : bouton(path.length - 1 - i, thick))),
    along: path.map((_, i) => start + (end - start) * share(i)),
    sheath: path.map(() => 0),
  })
  const route = [...before, path.slice(1)]
  if (!depth) {
    routes.push(resampled(route))
    return
  }
  // Wide in the plane of the page, so that the ends stand apart.
  const side = unit(cross(heading, [0.6 * (chance() - 0.5), 1.2 * (chance() - 0.5), 1]))
  for (const sign of [-1, 1])
    arbor(
      all, routes, chance, route, unit(add(heading, side, sign * (0.45 + 0.4 * chance()))),
      length * (0.62 + 0.2 * chance()), thick * 0.8, end, depth - 1,
    )
}

/** The radius so many points of 0.04 before the end: a ball on a stalk. */
function bouton(left: number, thick: number): number {
  const x = left * 0.04 - 0.17
  return Math.max(Math.sqrt(Math.max(0, 0.17 ** 2 - x * x)), left > 5 ? thick * 0.8 : 0.001)
}

/** The trunk keeps its share of the points, and the rest of the way gets the others. */
function resampled([trunk, ...rest]: Vec[][]): Vec[] {
  const tail = [trunk!.at(-1)!, ...rest.flat()]
  return Array.from({ length: PATH }, (_, i) => {
    const share = i / (PATH - 1)
    return share < TRUNK ? pointAt(trunk!, share / TRUNK) : pointAt(tail, (share - TRUNK) / (1 - TRUNK))
  })
}

export function pointAt(path: Vec[], share: number): Vec {
  const x = Math.max(0, Math.min(1, share)) * (path.length - 1)
  const i = Math.min(path.length - 2, Math.floor(x))
  return add(path[i]!, add(path[i + 1]!, path[i]!, -1), x - i)
}

/** How far the soma's surface is from its centre, in a direction: it bulges where branches leave. */
const BULGE = 0.46
const NARROW = 9
export function somaPoint(roots: Vec[], n: Vec): { point: Vec; normal: Vec } {
  let r = 0.86
  let slope: Vec = [0, 0, 0]
  for (const root of roots) {
    const near = Math.max(0, dot(n, root))
    r += BULGE * near ** NARROW
    slope = add(slope, root, BULGE * NARROW * near ** (NARROW - 1))
  }
  const tangential = add(slope, n, -dot(slope, n))
  return { point: add([0, 0, 0], n, r), normal: unit(add([n[0] * r, n[1] * r, n[2] * r], tangential, -1)) }
}
