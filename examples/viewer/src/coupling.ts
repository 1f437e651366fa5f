/** What couples neurons, as the panel, a link and a caption say it: the pair's numbers, its presets, and those of the
 * network of 2003. */
import { Pair, TICK } from './coupled'
import type { Engine, State } from './engine'
import { currentUnit, type Field } from './fields'
import { SPEED, WINDOW, defaultSetup, derive, type Form, type NetworkSetup, type PairSetup, type Setup } from './setup'
import { TEXTS, say } from './texts'

const MOST = 1000 // of a weight, which the library's own bound is just above
const LONGEST_DELAY = 1000 // ms
const TAU = { min: 0.1, max: 10_000 } // ms

export function pairFields(form: Form): Field[] {
  const of2003 = form === '2003'
  const [g, I] = of2003 ? [0.3, 5] : [20, 100]
  const words = TEXTS.pair.fields
  const weight = (name: string, index: string, meaning: string): Field => ({
    name, symbol: ['g', index], unit: of2003 ? '1/ms' : 'nS', meaning, min: -g, max: g, step: g / 100, initial: 0,
  })
  return [
    weight('g12', '12', words.g12),
    weight('g21', '21', words.g21),
    { name: 'delay', symbol: ['t', 'd'], unit: 'ms', meaning: words.delay, min: 0, max: 20, step: TICK, initial: 1 },
    { name: 'tau', symbol: ['τ'], unit: 'ms', meaning: words.tau, min: 0.5, max: 50, step: 0.5, initial: 5 },
    { name: 'dI', symbol: ['ΔI'], unit: currentUnit(form), meaning: words.dI, min: -I, max: I, step: I / 250, initial: 0 },
    { name: 'dv', symbol: ['Δv', '0'], unit: 'mV', meaning: words.dv, min: -20, max: 30, step: 0.5, initial: 0 },
  ]
}

const words = TEXTS.network.fields
export const NETWORK_FIELDS: readonly Field[] = [
  { name: 'wE', symbol: ['w', 'E'], unit: 'mV/ms', meaning: words.wE, min: 0, max: 2, step: 0.01, initial: 0.5 },
  { name: 'wI', symbol: ['w', 'I'], unit: 'mV/ms', meaning: words.wI, min: 0, max: 4, step: 0.02, initial: 1 },
  { name: 'noiseE', symbol: ['σ', 'E'], unit: 'mV/ms', meaning: words.noiseE, min: 0, max: 20, step: 0.1, initial: 5 },
  { name: 'noiseI', symbol: ['σ', 'I'], unit: 'mV/ms', meaning: words.noiseI, min: 0, max: 10, step: 0.1, initial: 2 },
  { name: 'draw', symbol: ['s'], unit: '', meaning: words.draw, min: 0, max: 3000, step: 1, initial: 2003 },
  { name: 'span', symbol: ['T'], unit: 'ms', meaning: words.span, min: WINDOW.min, max: 3000, step: 10, initial: 1000 },
]

/** A pair of neurons worth seeing: what it is of a setup. */
export type PairPreset = keyof typeof TEXTS.pair.presets

const FAST = { a: 0.1, b: 0.2, c: -65, d: 2 }
const TIRING = { C: 100, k: 0.7, vr: -60, vt: -40, vpeak: 35, a: 0.005, b: 0, c: -50, d: 20 }
const fast = (I: number, pair: Partial<PairSetup>): Partial<Setup> => ({
  form: '2003', fields: { ...FAST }, initial: { v: -65, u: -13 }, stimulus: { kind: 'constant', I },
  pair: { ...defaultSetup().pair, ...pair }, window: 200, speed: 0.1,
})
const tiring = (pair: Partial<PairSetup>): Partial<Setup> => ({
  form: '2007', fields: { ...TIRING }, initial: { v: -60, u: 0 }, stimulus: { kind: 'constant', I: 300 },
  pair: { ...defaultSetup().pair, dI: 0, ...pair }, window: 2000, speed: 1,
})

const PRESETS: Record<PairPreset, Partial<Setup>> = {
  synchrony: fast(10, {}),
  turns: fast(10, { delay: 4 }),
  excitation: fast(10, { g12: 0.05, g21: 0.05, tau: 3 }),
  uncoupled: fast(10, { g12: 0, g21: 0, dI: 0.5 }),
  halfCentre: tiring({ g12: -6, g21: -6, tau: 20, dv: 20 }),
  winner: tiring({ g12: -10, g21: -10, tau: 20, dv: 10 }),
}

export const PAIR_PRESETS = Object.keys(PRESETS) as PairPreset[]

export const pairPreset = (name: PairPreset): Partial<Setup> => structuredClone(PRESETS[name])

const between = (name: string, value: number, lo: number, hi: number, unit = '') =>
  value >= lo && value <= hi ? null : say(TEXTS.faults.between, { name, value, lo, hi, unit })

/** What is wrong with what couples; null where nothing is. The rest libizh checks. */
export function couplingFault({ pair, network, pace }: Setup): string | null {
  const { g12, g21, delay, tau } = pair
  const ticks = delay / TICK
  const whole = Math.abs(ticks - Math.round(ticks)) < 1e-6
  const finite = (['dI', 'dv'] as const).find((name) => !Number.isFinite(pair[name]))
  return (
    between('g12', g12, -MOST, MOST) ?? between('g21', g21, -MOST, MOST) ??
    between('delay', delay, 0, LONGEST_DELAY, ' ms') ?? (whole ? null : say(TEXTS.faults.ticks, { delay, tick: TICK })) ??
    between('tau', tau, TAU.min, TAU.max, ' ms') ??
    (finite ? say(TEXTS.faults.finite, { name: finite, value: pair[finite] }) : null) ??
    networkFault(network) ?? between('pace', pace, SPEED.min, SPEED.max)
  )
}

function networkFault(network: NetworkSetup): string | null {
  for (const name of ['wE', 'wI', 'noiseE', 'noiseI'] as const) {
    const fault = between(name, network[name], 0, MOST)
    if (fault) return fault
  }
  const { draw, span } = network
  if (!Number.isInteger(draw) || draw < 0 || draw > 0xffffffff)
    return say(TEXTS.faults.whole, { name: 'draw', value: draw, lo: 0, hi: 0xffffffff })
  return between('span', span, WINDOW.min, WINDOW.max, ' ms')
}

/** The pair of a setup, from its start or from other states. */
export function pairOf(engine: Engine, setup: Setup, t0 = 0, states?: readonly [State, State]): Pair {
  const { initial, pair: { g12, g21, delay, tau, dv } } = setup
  return new Pair(engine, {
    params: derive(engine, setup).params, initial: states ?? [initial, { v: initial.v + dv, u: initial.u }],
    weights: [g12, g21], delay: Math.round(delay / TICK), tau, t0,
  })
}
