/** Two neurons under way, coupled. */
import { TICK, type Fired, type Pair } from './coupled'
import { pairOf } from './coupling'
import { Pace, alike, type Course, type Judged, type Readout } from './course'
import { IzhError, type Engine, type Params, type Segment, type State } from './engine'
import { currentUnit } from './fields'
import { pairRegime } from './phases'
import { short } from './plot'
import { Recorder } from './recorder'
import { derive, type Setup } from './setup'
import { blockAt, currentAt } from './stimulus'
import { stopText } from './texts'
import type { Scene } from './view'

const MOST_SPIKES = 20_000
const LATEST = 400 // spikes of each, that a name is given for
const MOST_TICKS = 200 // in a call of the library
const WORDS = 5 // numbers of a sample: t, v and u of both

export class PairCourse implements Course {
  running = false
  trouble: string | null = null
  spikeCount = 0
  revision = 0
  private readonly pace = new Pace(TICK, MOST_TICKS)
  /** null until it is first needed, or where a change asks for another one. */
  private pair: Pair | null = null
  /** When the next one begins, ms. */
  private start = 0
  private states: [State, State] = [{ v: 0, u: 0 }, { v: 0, u: 0 }]
  private recorders: [Recorder, Recorder] = [new Recorder(), new Recorder()]
  private spikes: Fired[] = []
  private params: Params
  private segments: readonly Segment[] = []
  /** Until when the segments hold, ms. */
  private horizon = Infinity
  private changedAt = 0

  constructor(
    private readonly engine: Engine,
    private setup: Setup,
  ) {
    this.params = derive(engine, setup).params
    this.begin()
  }

  get now(): number {
    return this.pair?.time ?? this.start
  }

  get achieved(): number {
    return this.pace.achieved
  }

  set achieved(share: number) {
    this.pace.achieved = share
  }

  adopt(setup: Setup): void {
    const old = this.setup
    this.setup = setup
    this.revision++
    if (old.form !== setup.form || (this.now === 0 && !(alike(old, setup, 'initial') && old.pair.dv === setup.pair.dv)))
      return this.reset()
    if (alike(old, setup, 'fields', 'stimulus', 'pair')) return
    this.trouble = null
    this.changedAt = this.now
    this.attempt(() => this.take(old, setup))
  }

  /** What a pair cannot change in its life is changed by a new one at the same time, with the same states; what was
   * on its way is lost. */
  private take(old: Setup, { pair }: Setup): void {
    this.params = derive(this.engine, this.setup).params
    if (old.pair.delay !== pair.delay || old.pair.tau !== pair.tau) return this.end(this.now)
    this.pair?.setParams(this.params)
    this.pair?.setWeights([pair.g12, pair.g21])
    if (this.pair) this.setStimulus(this.pair)
  }

  reset(): void {
    this.params = derive(this.engine, this.setup).params
    this.end(0)
    this.begin()
    this.spikes = []
    this.spikeCount = 0
    this.changedAt = 0
    this.trouble = null
    this.revision++
  }

  private begin(): void {
    const { initial, pair } = this.setup
    this.recorders = [new Recorder(), new Recorder()]
    this.segments = derive(this.engine, this.setup).segments(0, TICK)
    this.record([0, initial.v, initial.u, initial.v + pair.dv, initial.u])
  }

  private end(now: number): void {
    this.pair?.destroy()
    this.pair = null
    this.start = now
    this.pace.restart(now)
  }

  private living(): Pair {
    if (this.pair) return this.pair
    const pair = pairOf(this.engine, this.setup, this.start, this.states)
    this.setStimulus(pair)
    return (this.pair = pair)
  }

  private setStimulus(pair: Pair): void {
    const block = blockAt(this.setup.stimulus, pair.time + TICK / 2)
    this.segments = derive(this.engine, this.setup).segments(block.from, block.to)
    this.horizon = block.to
    pair.setStimulus(this.segments, this.setup.pair.dI)
  }

  /** Adds to v of the first neuron. */
  kick(dv: number): void {
    this.changedAt = this.now
    this.attempt(() => {
      this.living().kick(dv, 1)
      const [{ v, u }, second] = this.states
      this.record([this.now, v + dv, u, second.v, second.u])
    })
    this.revision++
  }

  step(ms: number): void {
    this.attempt(() => {
      for (let left = Math.round(ms / TICK); left > 0; left -= MOST_TICKS) this.run(Math.min(left, MOST_TICKS))
    })
    this.pace.restart(this.now)
    this.revision++
  }

  stepLength(): number {
    return 1
  }

  frame(elapsed: number): void {
    if (!this.running) return
    this.attempt(() => this.pace.follow(elapsed, this.setup.speed, this.now, (ticks) => {
      this.run(ticks)
      return this.now
    }))
    this.revision++
  }

  private run(ticks: number): void {
    const pair = this.living()
    while (ticks > 0) {
      const whole = Math.min(ticks, Math.max(1, Math.floor((this.horizon - this.now) / TICK + 1e-6)))
      let failure: unknown = null
      let samples: Float64Array = new Float64Array()
      try {
        samples = pair.run(whole)
      } catch (error) {
        failure = error
        if (error instanceof IzhError && 'samples' in error) samples = error.samples as Float64Array
      }
      this.merge(samples, pair.takeSpikes())
      if (failure) throw failure
      ticks -= whole
      if (this.now >= this.horizon - TICK / 2) this.setStimulus(pair)
    }
  }

  /** Samples are at ticks, spikes between them. */
  private merge(samples: Float64Array, fired: Float64Array): void {
    let next = 0
    for (let k = 0; k < samples.length; k += WORDS) {
      const sample = samples.subarray(k, k + WORDS)
      for (; next < fired.length && fired[next]! <= sample[0]!; next += 2) this.fire(fired[next]!, fired[next + 1]!)
      this.record(sample)
    }
    for (; next < fired.length; next += 2) this.fire(fired[next]!, fired[next + 1]!)
  }

  /** From peak to reset, for the picture: u within a tick is not known. */
  private fire(t: number, i: number): void {
    const { vpeak, vpeak_u, c, c_u } = this.params
    const { u } = this.states[i as 0 | 1]
    const recorder = this.recorders[i as 0 | 1]
    const at = Math.max(t, recorder.lastTime)
    recorder.push(at, vpeak + vpeak_u * u, NaN, NaN)
    recorder.push(at, c + c_u * u, NaN, NaN)
    this.spikeCount++
    this.spikes.push({ t, i })
    if (this.spikes.length > 1.1 * MOST_SPIKES) this.spikes = this.spikes.slice(-MOST_SPIKES)
  }

  private record(sample: ArrayLike<number>): void {
    const [t, v1, u1, v2, u2] = Array.from(sample) as [number, number, number, number, number]
    this.states = [{ v: v1, u: u1 }, { v: v2, u: u2 }]
    const I = currentAt(this.segments, t)
    this.recorders[0].push(t, v1, u1, I)
    this.recorders[1].push(t, v2, u2, I + this.setup.pair.dI)
  }

  private attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof IzhError)) throw error
      this.trouble = stopText(error.status, error.message)
      this.running = false
    }
  }

  private timesOf(i: number, from = -Infinity): number[] {
    return this.spikes.filter((one) => one.i === i && one.t >= from).map(({ t }) => t)
  }

  regime(): Judged {
    const late = (i: number) => this.timesOf(i, this.changedAt).slice(-LATEST)
    return pairRegime(late(0), late(1), this.now, this.changedAt)
  }

  readouts(): Readout[] {
    const unit = currentUnit(this.setup.form)
    const [first, second] = this.states
    return [
      { symbol: ['v', '1'], colour: 'v', value: `${short(first.v)} mV` },
      { symbol: ['v', '2'], colour: 'u', value: `${short(second.v)} mV` },
      { symbol: ['I', '1'], colour: 'I', value: `${short(currentAt(this.segments, this.now))} ${unit}` },
    ]
  }

  scene(): Scene {
    const { setup, params, now, states, recorders, spikes } = this
    const from = now - setup.window
    return {
      setup, params, now, state: states[0], current: currentAt(this.segments, now),
      trace: recorders[0].since(from), preview: null, frozen: null,
      spikes: [], spikeCount: this.spikeCount, running: this.running, trouble: this.trouble, revision: this.revision,
      pair: { traces: [recorders[0].since(from), recorders[1].since(from)], states, spikes },
    }
  }
}
