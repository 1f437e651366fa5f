/** What a link shares: the neuron, its current, how it is solved and what is shown. All else follows
 * from it. Plain data: copied, compared and undone as a whole. */
import type { Engine, Events, Params, Segment, State } from './engine'
import { defaultFields, paramsOf } from './fields'
import { segmentsOf } from './stimulus'

/** The spellings of the model; 'general' is the normal form of include/izh/model.h itself. */
export const FORMS = ['2003', '2007', 'general'] as const
export type Form = (typeof FORMS)[number]

/** The fields of a form by name, in the units of that form. */
export type Fields = Record<string, number>

export type Stimulus =
  | { kind: 'constant'; I: number }
  /** `I` from `on` to `off`, ms, else `base`. An `off` of Infinity: it stays on. */
  | { kind: 'step'; base: number; I: number; on: number; off: number }
  /** From `from` at `on` to `to` at `off`, which then holds. */
  | { kind: 'ramp'; from: number; to: number; on: number; off: number }
  /** Normal deviates about `mean`, each held for `hold` ms; the same for the same seed. */
  | { kind: 'noise'; mean: number; sigma: number; hold: number; seed: number }
  /** A preset's, or drawn by hand: any pieces. */
  | { kind: 'pieces'; segments: Segment[] }

export const VIEW_NAMES = ['traces', 'phase', 'neuron', 'raster', 'compare', 'sweep', 'map', 'pair', 'network'] as const
export type ViewName = (typeof VIEW_NAMES)[number]

/** A method of the view 'compare'. */
export interface Compared {
  method: string
  events: Events
  /** ms; 0: the method's default. */
  dt: number
}

export interface Setup {
  form: Form
  fields: Fields
  initial: State
  stimulus: Stimulus
  method: string
  events: Events
  /** ms; 0: the method's default. */
  dt: number
  view: ViewName
  /** Simulated time per real time: 0.01 to 10, where 1 is real time. */
  speed: number
  /** How much time the scrolling traces show, ms. */
  window: number
  /** What a kick adds to v, mV. */
  kick: number
  /** The methods of the view 'compare', with their steps; 0: default. */
  compared: Compared[]
  pair: PairSetup
  network: NetworkSetup
  /** The network's speed, as `speed` is that of neurons. */
  pace: number
}

/** How two neurons like that of the setup are coupled. */
export interface PairSetup {
  /** Conductances, from the first to the second and back: above 0 they excite, below 0 they inhibit. */
  g12: number
  g21: number
  /** From a spike to its effect, and of the decay of that, ms. */
  delay: number
  tau: number
  /** What the second has more of the current, and of v at the start. */
  dI: number
  dv: number
}

/** The network of the 2003 paper. */
export interface NetworkSetup {
  /** The largest weights of excitatory and inhibitory neurons. */
  wE: number
  wI: number
  /** The noise of each kind: standard deviations. */
  noiseE: number
  noiseI: number
  /** What the random numbers begin with. */
  draw: number
  /** How much time is shown, ms. */
  span: number
}

/** What follows from a setup for the library. */
export interface Derived {
  params: Params
  /** The stimulus from `from` to at least `to`, ms. */
  segments(from: number, to: number): Segment[]
}

export const SPEED = { min: 0.01, max: 10 }
export const WINDOW = { min: 10, max: 10000 }
/** Below, a millisecond takes so many steps that the page would stand still. */
export const SHORTEST_STEP = 1e-4
/** Above, one step of the page's is a run so long that the page would stand still. */
export const LONGEST_STEP = 100
export const MOST_COMPARED = 6

export function defaultSetup(): Setup {
  return {
    form: '2003',
    fields: defaultFields('2003'),
    initial: { v: -65, u: -13 },
    stimulus: { kind: 'constant', I: 10 },
    method: 'taylor',
    events: 'exact',
    dt: 0,
    view: 'traces',
    speed: 0.1,
    window: 200,
    kick: 10,
    compared: [
      { method: 'taylor', events: 'exact', dt: 0 },
      { method: 'rk4', events: 'exact', dt: 0.1 },
      { method: 'euler', events: 'grid', dt: 0.5 },
      { method: 'published-2003', events: 'grid', dt: 1 },
    ],
    pair: { g12: -0.1, g21: -0.1, delay: 1, tau: 5, dI: 0.02, dv: 10 },
    network: { wE: 0.5, wI: 1, noiseE: 5, noiseI: 2, draw: 2003, span: 1000 },
    pace: 1,
  }
}

/** The speed of what the view shows. */
export const speedOf = ({ view, pace, speed }: Setup) => (view === 'network' ? pace : speed)

export function derive(engine: Engine, setup: Setup): Derived {
  return {
    params: paramsOf(engine, setup.form, setup.fields),
    segments: (from, to) => segmentsOf(setup.stimulus, from, to),
  }
}

/** Whether two pieces of plain data are the same, number by number. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return Object.is(a, b)
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => key in b && same(a[key as keyof typeof a], b[key as keyof typeof b]))
  )
}
