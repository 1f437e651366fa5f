/** What a link shares: the neuron, its current, how it is solved and what is shown. All else follows
 * from it. Plain data: copied, compared and undone as a whole. */
import type { Events, Params, Segment, State } from './engine'

/** The spellings of the model; 'general' is the normal form of include/izh/model.h itself. */
export type Form = '2003' | '2007' | 'general'

/** The fields of a form by name, in the units of that form. */
export type Fields = Record<string, number>

export type Stimulus =
  | { kind: 'constant'; I: number }
  /** `I` from `on` to `off`, ms, else `base`. */
  | { kind: 'step'; base: number; I: number; on: number; off: number }
  /** From `from` at `on` to `to` at `off`, which then holds. */
  | { kind: 'ramp'; from: number; to: number; on: number; off: number }
  /** Normal deviates about `mean`, each held for `hold` ms; the same for the same seed. */
  | { kind: 'noise'; mean: number; sigma: number; hold: number; seed: number }
  /** A preset's, or drawn by hand: any pieces. */
  | { kind: 'pieces'; segments: Segment[] }

export type ViewName = 'traces' | 'phase' | 'neuron' | 'raster' | 'compare'

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
  /** The methods of the view 'compare', with their steps; 0: default. */
  compared: { method: string; events: Events; dt: number }[]
}

/** What follows from a setup for the library. */
export interface Derived {
  params: Params
  /** The stimulus from `from` to at least `to`, ms. */
  segments(from: number, to: number): Segment[]
}
