/** What the simulation shows to views, and what a view is. */
import type { Fired } from './coupled'
import type { Params, Spike, State } from './engine'
import type { Setup } from './setup'

/** Samples in the order of time; at a spike there are two at one time, the peak and the reset. */
export interface Trace {
  t: Float64Array
  v: Float64Array
  u: Float64Array
  I: Float64Array
}

/** Two neurons. At a spike a trace has the peak and the reset, with u and I NaN. */
export interface PairScene {
  /** The last setup.window ms of each. */
  traces: readonly [Trace, Trace]
  states: readonly [State, State]
  /** The latest 20000, in the order in which they counted. */
  spikes: readonly Fired[]
}

/** The network of 2003. */
export interface NetworkScene {
  /** When the latest spikes were, and whose; in the order of time. */
  t: Float64Array
  i: Uint16Array
  /** How many excitatory and inhibitory neurons fired in each ms from `from` on. */
  counts: readonly [Uint16Array, Uint16Array]
  from: number
}

export interface Scene {
  setup: Setup
  params: Params
  /** ms since the last reset. */
  now: number
  state: State
  /** The current of this moment, in the unit of the form. */
  current: number
  /** The last setup.window ms. */
  trace: Trace
  /** What will come if nothing is changed, from now on; null while it runs. */
  preview: Trace | null
  /** A trace that was kept to be compared with what follows; null while there is none. */
  frozen: Trace | null
  /** Since the last reset, the latest 20000, in the order of time. */
  spikes: readonly Spike[]
  /** Since the last reset, all. */
  spikeCount: number
  running: boolean
  /** Why it ended, in the library's words; null while all is well. */
  trouble: string | null
  /** Where two neurons are shown: what else is the first one's. */
  pair?: PairScene
  /** Where the network is shown: there is no neuron then. */
  network?: NetworkScene
  /** Grows whenever the setup, the trace or the theme change: what has not changed need not be drawn. */
  revision: number
}

/** Colours of the theme, from the page's custom properties. */
export interface Theme {
  dark: boolean
  text: string
  faint: string
  grid: string
  background: string
  v: string
  u: string
  I: string
  spike: string
}

export interface View {
  /** What the page puts into its main area; it fills it. */
  readonly element: HTMLElement
  /** The element has another size, or the theme is another. */
  resize(theme: Theme): void
  /** Called once a frame while the view is shown. */
  draw(scene: Scene): void
  /** What the view shows, in words, for a screen reader. */
  describe(scene: Scene): string
  /** The picture that the view shows now, for export; PNG for all, SVG where it is drawn of lines. */
  png(scene: Scene): Promise<Blob>
  svg(scene: Scene): string | null
  /** A key while the view has the focus; true if it was for the view. */
  press?(event: KeyboardEvent, scene: Scene): boolean
}

/** What a view may ask of the page. */
export interface Actions {
  /** The neuron is there from now on. */
  setState(state: State): void
  /** Shows this setup; `what` was asked for, in case it is refused; changes of one gesture are one entry. */
  change(part: Partial<Setup>, what: string, gesture: string | null): void
  endGesture(): void
}

/** A view is made when it is first shown. `now` of the theme comes with the first resize. */
export type MakeView = (engine: import('./engine').Engine, actions: Actions) => View
