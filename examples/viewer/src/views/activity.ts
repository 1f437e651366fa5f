/** What of the neuron glows, and how much: a function of the state and the spikes alone, so that it
 * slows down, stops and goes back with simulated time. */
import { lowerBound } from '../plot'
import type { Scene } from '../view'
import { PATH, pointAt, random, type Anatomy, type Vec } from './anatomy'

/** How long a spike takes to the ends of the axon, ms: the spikes of a burst are some 4 ms apart, and
 * so a fifteenth of the axon. */
export const TRAVEL = 60
const RELEASE = 0.22 // how long what leaves the ends is seen, as a share of that
const FLASH = 60 // ms, in which the soma fades after a spike
const BELOW = 12 // mV
const TAIL = 0.022 // of the axon, that a pulse is long
/** Pulses at once. Nearer to each other than twice their length they could not be told apart. */
const MOST = Math.ceil((1 + RELEASE) / (2 * TAIL))
const EACH = 44 // particles of a pulse
const DUST = 90
const AURAS = 4 // of which so many are large and faint

export const PARTICLES = DUST + MOST * EACH

type Train = Pick<Scene, 'spikes' | 'spikeCount' | 'now'>

/** The first spike after `now` less so many ms. */
const firstSince = ({ spikes, now }: Train, ms: number) => lowerBound(spikes.length, (i) => spikes[i]!.t, now - ms)

/** How many spikes are on their way to the ends. */
export const underway = (train: Train) => train.spikes.length - firstSince(train, TRAVEL)

/** How many spikes a pulse stands for: 1, or so many that pulses can be told apart. */
export function spikesPerPulse(train: Train): number {
  const count = train.spikes.length - firstSince(train, TRAVEL * (1 + RELEASE))
  return 2 ** Math.ceil(Math.log2(Math.max(1, count / MOST)))
}

/** Where pulses are: 0 at the soma, 1 at the ends, beyond while they leave. The newest last. A spike has one by
 * its number, so that each pulse runs on from frame to frame. */
export function pulses(train: Train): number[] {
  const { spikes, spikeCount, now } = train
  const first = firstSince(train, TRAVEL * (1 + RELEASE))
  const every = spikesPerPulse(train)
  const forgotten = spikeCount - spikes.length
  return spikes.slice(first)
    .filter((_, i) => (forgotten + first + i) % every === 0)
    .map(({ t }) => (now - t) / TRAVEL)
}

/** Where the scale of colours begins, mV: below the reset, and where the parabola has its vertex. */
export function lowest({ params }: Scene): number {
  const vertex = params.k2 > 0 ? -params.k1 / (2 * params.k2) : params.c
  return Math.min(params.c, vertex) - BELOW
}

/** A voltage from there to the peak as 0 to 1. */
export function level(scene: Scene, v: number): number {
  const lo = lowest(scene)
  return Math.max(0, Math.min(1, (v - lo) / (scene.params.vpeak - lo)))
}

/** How hot the soma is, 0 to 1: v, or the flash of a spike. */
export function heat(scene: Scene, flash: number): number {
  return Math.max(0.85 * level(scene, scene.state.v), flash)
}

/** At real time a spike lasts less than a frame, so that its flash is kept for a while of the time in
 * which it is looked at. A neuron that stands still shows its v and nothing else. */
export class Flash {
  private last = -1 // the time of the spike that was seen last
  private strength = 0

  /** From 0 to 1, `passed` ms after the frame before. */
  at({ spikes, running }: Pick<Scene, 'spikes' | 'running'>, passed: number): number {
    const latest = spikes.at(-1)?.t ?? -1
    const fresh = latest > this.last
    this.last = latest
    this.strength = !running ? 0 : fresh ? 1 : this.strength * Math.exp(-passed / FLASH)
    return this.strength
  }
}

/** How hot the axon is along its way, at PATH points. */
export function profile(soma: number, at: number[], into: Float32Array): void {
  for (let i = 0; i < PATH; i++) {
    const along = i / (PATH - 1)
    let sum = soma * Math.exp(-24 * along)
    for (const position of at) {
      // A steep front, and a tail; at the very ends it fades with what it releases.
      const behind = Math.min(position, 1) - along
      const width = behind > 0 ? TAIL : TAIL / 5
      const left = Math.max(0, 1 - (position - 1) / RELEASE)
      sum += Math.exp(-((behind / width) ** 2)) * (position > 1 ? left * left : 1)
    }
    into[i] = Math.min(1, sum)
  }
}

/** Particles as points with a size, in the neuron's units, and a strength from 0 to 1. */
export interface Particles {
  position: Float32Array
  size: Float32Array
  strength: Float32Array
  count: number
}

interface Seed {
  way: Vec
  late: number
  size: number
  off: number
  strength: number
}

/** Dust that stands still, for depth, and the particles of each pulse. */
export class Swarm implements Particles {
  readonly position = new Float32Array(3 * PARTICLES)
  readonly size = new Float32Array(PARTICLES)
  readonly strength = new Float32Array(PARTICLES)
  count = DUST
  private readonly seeds: Seed[]

  constructor(private readonly anatomy: Anatomy) {
    const chance = random(7)
    for (let i = 0; i < DUST; i++) {
      this.position.set([26 * chance() - 8, 14 * chance() - 7, 12 * chance() - 8], 3 * i)
      this.size[i] = 0.03 + 0.09 * chance()
      this.strength[i] = 0.03 + 0.09 * chance()
    }
    this.seeds = Array.from({ length: EACH }, (_, k) => ({
      way: [chance() - 0.5, chance() - 0.5, chance() - 0.5],
      late: k < AURAS ? k / AURAS : chance() ** 1.6,
      size: k < AURAS ? 1.6 - 0.2 * k : 0.14 + 0.34 * chance() ** 3,
      off: k < AURAS ? 0 : 0.2 + 0.8 * chance() ** 1.5,
      strength: k < AURAS ? 0.2 : 1,
    }))
  }

  place(at: number[]): void {
    let i = DUST
    for (const position of at)
      for (let k = 0; k < EACH; k++) if (this.put(i, position, k)) i++
    this.count = i
  }

  private put(i: number, position: number, k: number): boolean {
    const { way, late, size, off, strength } = this.seeds[k]!
    const along = position - 1.3 * TAIL * late
    if (along < 0.005) return false
    const beyond = Math.max(0, along - 1) / RELEASE
    if (beyond >= 1) return false
    const path = this.anatomy.paths[k % this.anatomy.paths.length]!
    const [x, y, z] = pointAt(path, along)
    const spread = off * (1 + 2.5 * beyond) * (0.75 + 0.25 * Math.sin(9 * along + 5 * k))
    this.position.set([x + spread * way[0] + 0.5 * beyond, y + spread * way[1], z + spread * way[2]], 3 * i)
    this.size[i] = size * (1 - 0.5 * beyond)
    this.strength[i] = strength * (1 - 0.75 * late) * (1 - beyond) ** 2
    return true
  }
}
