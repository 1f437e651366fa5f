/** Coupled neurons: libizh's networks, by typed calls of coupled.c. Knows nothing of the page. */
import { IzhError, PARAM_NAMES, type Engine, type Params, type Segment, type State } from './engine'

/** A spike of neuron i, from 0. */
export interface Fired {
  t: number
  i: number
}

/** Neurons of the paper's network: the first 800 excite. */
export const EXCITATORY = 800
export const ALL = 1000

/** The pair's tick, ms: delays are multiples of it. */
export const TICK = 0.1
const WORDS_SAMPLE = 5 // t, v and u of both

/** What a pair and the paper's network share. Destroy it when it is done with. */
class Coupled {
  protected constructor(
    protected readonly engine: Engine,
    protected readonly address: number,
    protected readonly scratch: ReturnType<Engine['scratch']>,
    private readonly size: number,
  ) {
    if (this.address) return
    this.scratch.free()
    throw refused(engine)
  }

  destroy(): void {
    this.engine.calls.coupled_destroy!(this.address)
    this.scratch.free()
  }

  get time(): number {
    return this.engine.calls.coupled_time!(this.address)
  }

  /** The 64 bits of the network's hash. */
  get hash(): bigint {
    const address = this.scratch.reserve(1)
    this.engine.calls.coupled_hash!(this.address, address)
    return new BigUint64Array(this.scratch.view(1).slice().buffer)[0]!
  }

  /** The spikes since this was last called, in the order of time: t and i of each, alternating. */
  takeSpikes(): Float64Array {
    const { calls } = this.engine
    const count = calls.coupled_spike_count!(this.address)
    const spikes = this.engine.doubles(calls.coupled_spikes!(this.address), 2 * count).slice()
    calls.coupled_forget_spikes!(this.address)
    return spikes
  }

  /** Adds to v of the first neurons, or of all. */
  kick(dv: number, count = this.size): void {
    this.check(this.engine.calls.coupled_kick!(this.address, count, dv))
  }

  protected check(status: number): void {
    if (status < 0) throw refused(this.engine)
  }
}

function refused(engine: Engine): IzhError {
  return new IzhError(engine.message(), engine.statusName(engine.calls.bridge_status!()))
}

export interface PairConfig {
  params: Params
  initial: readonly [State, State]
  /** From the first to the second, and back: above 0 it excites, below 0 it inhibits. */
  weights: readonly [number, number]
  /** Ticks. */
  delay: number
  /** The time constant of the synapses' conductance, ms. */
  tau: number
  /** ms. */
  t0?: number
}

/** Two neurons, each solved exactly, that excite or inhibit each other. Every method throws an IzhError. */
export class Pair extends Coupled {
  constructor(engine: Engine, { params, initial, weights, delay, tau, t0 = 0 }: PairConfig) {
    const scratch = engine.scratch()
    const numbers = [
      ...PARAM_NAMES.map((name) => params[name]), ...initial.flatMap(({ v, u }) => [v, u]), ...weights,
    ]
    const at = scratch.put(numbers)
    const states = at + 8 * PARAM_NAMES.length
    super(engine, engine.calls.pair_create!(at, states, states + 32, delay, tau, TICK, t0), scratch, 2)
  }

  setParams(params: Params): void {
    this.check(this.engine.calls.pair_set_params!(this.address, this.scratch.put(PARAM_NAMES.map((name) => params[name]))))
  }

  setWeights(weights: readonly [number, number]): void {
    this.check(this.engine.calls.pair_set_weights!(this.address, this.scratch.put(weights)))
  }

  /** The current of the first neuron, held from tick to tick; the second has `more` of it. */
  setStimulus(segments: readonly Segment[], more: number): void {
    const flat = new Float64Array(3 * segments.length)
    segments.forEach(({ t, I, slope }, i) => flat.set([t, I, slope], 3 * i))
    this.check(this.engine.calls.pair_set_stimulus!(this.address, this.scratch.put(flat), segments.length, more))
  }

  /** Runs so many ticks. Five numbers for each: t, v and u of the first, v and u of the second. Where the run ends
   * early it throws, and `samples` of the error has what there is. */
  run(ticks: number): Float64Array {
    const at = this.scratch.reserve(WORDS_SAMPLE * ticks + 1)
    const status = this.engine.calls.pair_run!(this.address, ticks, at + 8, at)
    const all = this.scratch.view(WORDS_SAMPLE * ticks + 1)
    const done = new Uint32Array(all.buffer, all.byteOffset, 1)[0]!
    const samples = all.slice(1, 1 + WORDS_SAMPLE * done)
    if (status < 0) throw Object.assign(refused(this.engine), { samples })
    return samples
  }
}

/** A number of the excitatory neurons, and one of the inhibitory ones. */
export type Both = readonly [number, number]

/** The network of the 2003 paper: 800 excitatory and 200 inhibitory neurons, all to all, under noise. Its random
 * numbers are those of examples/network.c, which draws them from 2003. */
export class PaperNetwork extends Coupled {
  /** `largest`: the largest weights, of which each synapse has a share that is drawn; `noise`: its standard
   * deviations, mV/ms. */
  constructor(engine: Engine, draw: number, largest: Both, noise: Both) {
    const scratch = engine.scratch()
    const at = scratch.put([largest[0], -largest[1], ...noise])
    super(engine, engine.calls.network_create!(draw, at, at + 16), scratch, ALL)
  }

  setNoise(noise: Both): void {
    this.engine.calls.network_set_noise!(this.address, this.scratch.put(noise))
  }

  setWeight(inhibitory: boolean, largest: number): void {
    const scale = inhibitory ? -largest : largest
    this.check(this.engine.calls.network_set_weights!(this.address, Number(inhibitory), scale))
  }

  run(ms: number): void {
    this.check(this.engine.calls.network_run!(this.address, ms))
  }
}
