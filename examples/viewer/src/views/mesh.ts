/** Triangles of the neuron's shape. */
import { add, cross, dot, somaPoint, unit, type Anatomy, type Branch, type Vec } from './anatomy'

export interface Triangles {
  position: number[]
  normal: number[]
  along: number[]
  sheath: number[]
  /** Three to a triangle. */
  index: number[]
}

const THIN = 0.1 // a radius, up to which few corners are enough

export function meshOf({ dendrites, axon, roots }: Anatomy): Triangles {
  const mesh: Triangles = { position: [], normal: [], along: [], sheath: [], index: [] }
  ball(mesh, roots)
  for (const branch of dendrites) tube(mesh, capped(branch), branch.radius[0]! > THIN ? 7 : 4)
  for (const branch of axon) tube(mesh, capped(branch), 9)
  return mesh
}

function vertex(mesh: Triangles, position: Vec, normal: Vec, along: number, sheath: number): void {
  mesh.position.push(...position)
  mesh.normal.push(...normal)
  mesh.along.push(along)
  mesh.sheath.push(sheath)
}

/** Joins the last two rings of so many vertices, each of which ends where it began. */
function join({ index, along }: Triangles, sides: number): void {
  const second = along.length - sides - 1
  const first = second - sides - 1
  for (let k = 0; k < sides; k++)
    index.push(first + k, second + k, first + k + 1, second + k, second + k + 1, first + k + 1)
}

function ball(mesh: Triangles, roots: Vec[]): void {
  const [rings, sides] = [22, 32]
  for (let i = 0; i <= rings; i++) {
    const down = (Math.PI * i) / rings
    for (let k = 0; k <= sides; k++) {
      const round = (-2 * Math.PI * k) / sides
      const n: Vec = [Math.sin(down) * Math.cos(round), Math.cos(down), Math.sin(down) * Math.sin(round)]
      const { point, normal } = somaPoint(roots, n)
      vertex(mesh, point, normal, 0, 0)
    }
    if (i) join(mesh, sides)
  }
}

/** With a round end, which fills the corner to the branches that go on from there. */
function capped(branch: Branch): Branch {
  const [before, tip] = branch.path.slice(-2) as [Vec, Vec]
  const ahead = unit(add(tip, before, -1))
  const r = branch.radius.at(-1)!
  const [along, sheath] = [branch.along.at(-1)!, branch.sheath.at(-1)!]
  const angles = [0.6, 1.15, Math.PI / 2]
  return {
    path: [...branch.path, ...angles.map((angle) => add(tip, ahead, r * Math.sin(angle)))],
    radius: [...branch.radius, ...angles.map((angle) => r * Math.cos(angle))],
    along: [...branch.along, ...angles.map(() => along)],
    sheath: [...branch.sheath, ...angles.map(() => sheath)],
  }
}

/** Rings about the path, turned as little as can be from one to the next. */
function tube(mesh: Triangles, { path, radius, along, sheath }: Branch, sides: number): void {
  const last = path.length - 1
  let across: Vec = [0, 0, 0]
  path.forEach((point, i) => {
    const [before, after] = [Math.max(0, i - 1), Math.min(last, i + 1)]
    const step = add(path[after]!, path[before]!, -1)
    const ahead = unit(step)
    if (i === 0) across = unit(cross(ahead, Math.abs(ahead[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0]))
    across = unit(add(across, ahead, -dot(across, ahead)))
    const third = cross(ahead, across)
    const slope = (radius[after]! - radius[before]!) / (Math.hypot(...step) || 1)
    for (let k = 0; k <= sides; k++) {
      const angle = (2 * Math.PI * k) / sides
      const out = add(add([0, 0, 0], across, Math.cos(angle)), third, Math.sin(angle))
      vertex(mesh, add(point, out, radius[i]!), unit(add(out, ahead, -slope)), along[i]!, sheath[i]!)
    }
    if (i) join(mesh, sides)
  })
}
