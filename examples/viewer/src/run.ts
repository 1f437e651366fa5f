/** A neuron under way with its current, its trace and its spikes. */
import { IzhError, Neuron, type Engine, type Segment, type Spike, type State } from './engine'
import { methodOf } from './methods'
import { Recorder } from './recorder'
import { derive, same, type Setup } from './setup'
import { blockAt, currentAt } from './stimulus'

const SAMPLES = 2000 // in a window: more than a screen has columns
const FINE = 0.02 // ms, so that an upstroke has samples enough to be smooth
const STEPS = 120 // from reset to peak, of which an upstroke keeps a sample each
const LONG = 500 // ms, from which on a window of many spikes has no room for that
const FIRST_CHUNK = 0.25 // ms
const LONGEST = 200 // ms in one call of the library, whose samples and spikes take memory

export class Run {
  readonly recorder = new Recorder()
  now = 0
  state: State
  private neuron: Neuron
  private segments: readonly Segment[] = []
  /** Until when the segments hold, ms. */
  private horizon = Infinity
  /** Samples are at origin + k interval. */
  private origin = 0
  private interval = 1
  /** Into how many parts an interval is cut; a sample there is kept where v has changed by `change`. */
  private parts = 1
  private change = Infinity
  /** How much to simulate before looking at the clock, ms. */
  private chunk = FIRST_CHUNK

  /** Throws an IzhError. `spiked` is told of every spike. */
  constructor(
    private readonly engine: Engine,
    private setup: Setup,
    start: { t: number; state: State },
    private readonly spiked: (spike: Spike) => void,
  ) {
    this.state = start.state
    this.now = start.t
    this.neuron = this.make()
    this.record(this.now, this.state)
  }

  destroy(): void {
    this.neuron.destroy()
  }

  /** The pieces of the current that hold now. */
  get pieces(): readonly Segment[] {
    return this.segments
  }

  get current(): number {
    return currentAt(this.segments, this.now)
  }

  /** Another setup, from now on. What a neuron cannot change in its life is changed by a new one at
   * the same time and state. Throws an IzhError. */
  adopt(setup: Setup): void {
    const old = this.setup
    this.setup = setup
    this.chunk = FIRST_CHUNK // what is asked for now may take longer
    const solver = (of: Setup) => [of.method, of.events, of.dt]
    if (!same(solver(old), solver(setup))) {
      const before = this.neuron
      this.neuron = this.make()
      before.destroy()
      return
    }
    if (old.form !== setup.form || !same(old.fields, setup.fields))
      this.setParams()
    if (!same(old.stimulus, setup.stimulus)) this.setStimulus()
    if (old.window !== setup.window) this.setInterval()
  }

  kick(dv: number): void {
    this.neuron.kick(dv, 0)
    this.state = this.neuron.state
    this.record(this.now, this.state)
  }

  setState(state: State): void {
    this.neuron.setState(state)
    this.state = this.neuron.state
    this.record(this.now, this.state)
  }

  /** Runs towards a time until it is there or the clock shows `deadline`, performance.now(). Throws
   * an IzhError where the solution ends; what there was up to then is recorded. */
  advance(end: number, deadline: number): void {
    while (this.now < end) {
      const begun = performance.now()
      if (begun >= deadline) return
      const whole = this.now + this.chunk <= end
      this.runTo(whole ? this.now + this.chunk : end)
      const took = performance.now() - begun
      if (took < 1 && whole) this.chunk *= 2
      else if (took > 4) this.chunk = Math.max(this.chunk / 2, FIRST_CHUNK / 64)
    }
  }

  runTo(end: number): void {
    while (this.now < end) {
      const stop = Math.min(end, this.horizon, this.now + LONGEST)
      try {
        if (methodOf(this.setup.method).dialect) this.crawl(stop)
        else this.stride(stop)
        this.now = stop // of which the neuron's own time, a tick, may be a few ulp short
      } catch (error) {
        this.now = this.neuron.time
        throw error
      } finally {
        this.state = this.neuron.state
      }
      if (this.now >= this.horizon) this.setStimulus()
    }
  }

  private make(): Neuron {
    const { method, events, dt } = this.setup
    const { params } = derive(this.engine, this.setup)
    const neuron = new Neuron(this.engine, {
      params, initial: this.state, method, events, dt, t0: this.now,
    })
    this.neuron = neuron
    this.setStimulus()
    this.setInterval()
    return neuron
  }

  private setParams(): void {
    this.neuron.setParams(derive(this.engine, this.setup).params)
    this.setInterval()
  }

  private setStimulus(): void {
    const block = blockAt(this.setup.stimulus, this.now)
    // A dialect's next step begins at the tick before now: the current of then must be there, too.
    const { method, dt } = this.setup
    const before = dt || methodOf(method).step || 0
    this.segments = derive(this.engine, this.setup).segments(block.from - before, block.to)
    this.horizon = block.to
    this.neuron.setStimulus(this.segments)
  }

  /** A dialect stands at its ticks only: it is sampled there. */
  private setInterval(): void {
    const wanted = this.setup.window / SAMPLES
    const { dialect, step } = methodOf(this.setup.method)
    this.origin = dialect ? this.now : 0
    const tick = this.setup.dt || step || wanted
    this.interval = dialect ? tick * Math.max(1, Math.round(wanted / tick)) : wanted
    this.parts = dialect ? 1 : Math.ceil(wanted / FINE)
    const { vpeak, c } = derive(this.engine, this.setup).params
    this.change = (Math.abs(vpeak - c) / STEPS) * Math.max(1, this.setup.window / LONG)
  }

  /** The first part of an interval that may lie after now. */
  private get firstPart(): number {
    return Math.floor((this.now - this.origin) / this.interval) * this.parts
  }

  private timeOf(part: number): number {
    return this.origin + (part / this.parts) * this.interval
  }

  /** The times of samples after now, up to `stop`. */
  private times(stop: number): number[] {
    const times: number[] = []
    for (let part = this.firstPart; ; part++) {
      const t = this.timeOf(part)
      if (t > stop) return times
      if (t > this.now) times.push(t)
    }
  }

  /** All samples in one call, then the spikes between them. */
  private stride(stop: number): void {
    const times = this.times(stop)
    let failure: unknown = null
    let states: Float64Array = new Float64Array(0)
    try {
      states = this.neuron.sample(times)
      this.neuron.run(stop)
    } catch (error) {
      failure = error
      if (error instanceof IzhError && 'states' in error) states = error.states as Float64Array
    }
    this.merge(times, states, this.neuron.takeSpikes())
    if (failure) throw failure
  }

  private merge(times: number[], states: Float64Array, spikes: Spike[]): void {
    let part = this.firstPart
    while (times.length && this.timeOf(part) < times[0]!) part++
    let next = 0
    for (let i = 0; 2 * i < states.length && !Number.isNaN(states[2 * i]!); i++, part++) {
      while (next < spikes.length && spikes[next]!.t <= times[i]!) this.spike(spikes[next++]!)
      const [v, u] = [states[2 * i]!, states[2 * i + 1]!]
      if (part % this.parts === 0 || Math.abs(v - this.recorder.lastV) >= this.change)
        this.record(times[i]!, { v, u })
    }
    while (next < spikes.length) this.spike(spikes[next++]!)
  }

  /** Sample by sample: a dialect's spike has the time that its program gives it, which does not say
   * between which samples it was. */
  private crawl(stop: number): void {
    for (const t of this.times(stop)) {
      this.runTaking(t)
      this.record(t, this.neuron.state)
    }
    this.runTaking(stop)
  }

  private runTaking(end: number): void {
    try {
      this.neuron.run(end)
    } finally {
      for (const spike of this.neuron.takeSpikes()) this.spike(spike)
    }
  }

  private spike(spike: Spike): void {
    const t = Math.max(spike.t, this.recorder.lastTime)
    const I = currentAt(this.segments, t)
    this.recorder.push(t, spike.before.v, spike.before.u, I)
    this.recorder.push(t, spike.after.v, spike.after.u, I)
    this.spiked(spike)
  }

  private record(t: number, { v, u }: State): void {
    this.recorder.push(t, v, u, currentAt(this.segments, t))
  }
}
