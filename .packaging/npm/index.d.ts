/** libizh for JavaScript: Izhikevich's spiking neurons with exact spike times, by the C library in WebAssembly.
 *
 * Time is in ms, voltage in mV; current in pA for neurons of the 2007 form, in the model's own unit for those of the 2003
 * form. What fails throws an IzhError, and changes nothing. */

/** The library's, such as "0.2.0". */
export declare const version: string

/** The names that `method` takes. */
export declare const methods: readonly string[]

/** A call that failed: the library's message, and its status, such as "IZH_E_INVALID". */
export declare class IzhError extends Error {
  readonly status: string
}

/** The parameters of a neuron in the normal form: izh/model.h has the equations. */
export interface Params {
  cm: number
  k2: number
  k1: number
  k0: number
  a: number
  r: number
  b_lo: number
  b_hi: number
  b3: number
  vb: number
  vpeak: number
  vpeak_u: number
  c: number
  c_u: number
  d: number
  u_max: number
}

export interface State {
  v: number
  u: number
}

/** v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), peak 30 mV. */
export declare function params2003(a: number, b: number, c: number, d: number): Params

/** C v' = k (v - vr)(v - vt) - u + I, u' = a (b (v - vr) - u). */
export declare function params2007(
  C: number, k: number, vr: number, vt: number, vpeak: number, a: number, b: number, c: number, d: number,
): Params

/** Where a neuron rests under a constant current; null where it does not. */
export declare function rest(params: Params, I?: number): State | null

/** A published neuron, by its name: "2004-A". */
export declare function preset(name: string): { params: Params; initial: State }

export interface Segment {
  t: number
  I: number
  /** pA/ms; default 0 */
  slope?: number
}

export interface SpikeEvent {
  readonly t: number
  readonly before: Readonly<State>
  /** The state after the reset: write to it for another. */
  after: State
}

export interface SolverOptions {
  /** Default: v -65, u -13. */
  initial?: State
  /** One of `methods`; default "taylor". */
  method?: string
  /** Default "exact". */
  events?: 'exact' | 'grid'
  dt?: number
  rtol?: number
  atol?: number
  t0?: number
}

/** One neuron. */
export declare class Solver {
  constructor(params: Params, options?: SolverOptions)
  readonly time: number
  readonly state: State
  /** How far the last spike's time may be from the exact solution's. */
  readonly spikeErrorBound: number
  /** Calls a function at each spike; false from it ends the run there. What it throws comes out of the run. */
  onSpike(fn: ((spike: SpikeEvent) => boolean | void) | null): void
  /** Runs to a time; false where a function stopped it before. */
  run(tEnd: number): boolean
  /** Runs through ascending times; the states there, NaN where the run was stopped before. */
  sample(times: ArrayLike<number>): State[]
  /** When it will spike next, up to a limit: Infinity where it will not. It does not run. */
  nextSpike(limit: number): number
  setCurrent(I: number): void
  setStimulus(segments: Iterable<Segment>): void
  setParams(params: Params): void
  setState(state: State): void
  kick(dv: number, du?: number): void
  save(): Uint8Array
  load(blob: Uint8Array): void
  /** Gives its memory back now; else the garbage collector will. */
  free(): void
}

export interface PopulationOptions {
  /** Default "midpoint". */
  method?: string
  events?: 'exact' | 'grid'
  precision?: 'f64' | 'f32'
  dt?: number
  t0?: number
  noiseSigma?: number
  noiseWhite?: number
  seed?: number
}

export interface Spike {
  t: number
  i: number
}

/** Many neurons on one grid of time. They begin as (.02, .2, -65, 8) at (-65, -13). An array has a value for each neuron
 * from `first` on; a single value is that of `count` neurons, or of all from there on. */
export declare class Population {
  constructor(n: number, options?: PopulationOptions)
  readonly n: number
  readonly time: number
  readonly dt: number
  /** A fingerprint of the states: 16 hexadecimal digits, the same in every language and on every machine. */
  readonly hash: string
  /** Runs to a tick, and returns the spikes, in the order of time. */
  run(tEnd: number): Spike[]
  setCurrent(I: number | ArrayLike<number>, first?: number, count?: number): void
  setParams(params: Params | Params[], first?: number, count?: number): void
  setState(state: State | State[], first?: number, count?: number): void
  kick(dv: number | ArrayLike<number>, first?: number, count?: number): void
  state(first?: number, count?: number): State[]
  save(): Uint8Array
  load(blob: Uint8Array): void
  free(): void
}
