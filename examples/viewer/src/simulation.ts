/** The neuron in real time, and what it would do next while it stands still. */
import type { Course } from './course'
import { fixedPoints, settlingTime } from './dynamics'
import { IzhError, type Engine, type Params, type Spike, type State } from './engine'
import { inputOf } from './input'
import { methodOf } from './methods'
import { lowerBound } from './plot'
import { regimeOf, type Regime } from './regime'
import { Run } from './run'
import { derive, same, type Setup } from './setup'
import { stopText } from './texts'
import type { Scene, Trace } from './view'

const MOST_SPIKES = 20000
const LATEST_SPIKES = 2000 // are looked at for the regime
const LONGEST_FRAME = 100 // ms of real time: after a pause of the browser the neuron does not leap
const BUDGET = 10 // ms of real time that a frame simulates; the rest of it is for drawing
const PREVIEW_SHARE = 1 / 4 // of the window

export class Simulation implements Course {
  running = false
  trouble: string | null = null
  /** Spikes since the last reset, all of them. */
  spikeCount = 0
  /** When the neuron or its current were last changed, ms: regimes are judged from then on. */
  changedAt = 0
  /** The current before that; NaN where nothing was changed since the reset. */
  private currentBefore = NaN
  private kickedAt = -Infinity
  /** Simulated time per time asked for, of late. */
  achieved = 1
  revision = 0
  private run: Run
  private params: Params
  private preview: Run | null = null
  /** The preview is as long as it gets. */
  private foreseen = false
  private spikes: Spike[] = []
  private frozen: Trace | null = null
  private countAtMark: number | null = null
  /** A time, ms, by which spikes are counted. */
  mark = Infinity

  constructor(
    private readonly engine: Engine,
    private setup: Setup,
  ) {
    this.params = derive(engine, setup).params
    this.run = this.begin()
  }

  get now(): number {
    return this.run.now
  }

  get state(): State {
    return this.run.state
  }

  /** Acts from now on. The setup has been checked. */
  adopt(setup: Setup): void {
    const [old, before] = [this.setup, this.params]
    this.setup = setup
    this.params = derive(this.engine, setup).params
    this.revision++
    // A state is in the units of its form.
    const reformed = old.form !== setup.form && !same(before, this.params)
    if (old.form !== setup.form) this.frozen = null
    if (reformed || (this.now === 0 && !same(old.initial, setup.initial))) return this.reset()
    const neuron = ({ fields, form, stimulus, method, events, dt }: Setup) => [
      fields, form, stimulus, method, events, dt,
    ]
    if (!same(neuron(old), neuron(setup))) {
      this.trouble = null
      this.changedAt = this.now
      this.currentBefore = this.now > 0 ? this.run.current : NaN
    }
    this.attempt(() => this.run.adopt(setup))
    this.forgetPreview()
  }

  /** Back to the initial state at time 0. */
  reset(): void {
    const before = this.run
    this.spikes = []
    this.spikeCount = 0
    this.changedAt = 0
    this.currentBefore = NaN
    this.kickedAt = -Infinity
    this.trouble = null
    this.countAtMark = null
    this.run = this.begin()
    before.destroy()
    this.forgetPreview()
    this.revision++
  }

  /** Keeps the trace that is shown, or forgets the one that was kept; whether there is one now. */
  toggleFrozen(): boolean {
    this.frozen = this.frozen ? null : copied(this.scene().trace)
    this.revision++
    return this.frozen !== null
  }

  kick(dv: number): void {
    this.kickedAt = this.now
    this.attempt(() => this.run.kick(dv))
    this.changed()
  }

  /** The neuron is there from now on. */
  setState(state: State): void {
    this.trouble = null
    this.changedAt = this.kickedAt = this.now
    this.attempt(() => this.run.setState(state))
    this.changed()
  }

  /** So many ms, however long it takes. */
  step(ms: number): void {
    const end = this.now + ms
    this.attempt(() => this.passMark(end, (stop) => this.run.runTo(stop)))
    this.changed()
  }

  /** One step of a method that has one; of others a millisecond. */
  stepLength(): number {
    return this.setup.dt || methodOf(this.setup.method).step || 1
  }

  /** A frame: as much time as passed, or as much of it as there is time to simulate. */
  frame(elapsed: number): void {
    const deadline = performance.now() + BUDGET
    if (this.running) this.advance(elapsed, deadline)
    else if (!this.trouble) this.foresee(deadline)
  }

  /** Counts the spikes up to a time: spikesAtMark() is then their number. */
  setMark(mark: number): void {
    if (mark === this.mark) return
    this.mark = mark
    this.countAtMark = null
  }

  /** null until the run has come there from its beginning. */
  spikesAtMark(): number | null {
    return this.countAtMark
  }

  /** What the spikes of late and the current make of it. */
  regime(): Regime {
    const { setup, now, params, spikes } = this
    const input = inputOf({
      segments: this.run.pieces, noise: setup.stimulus.kind === 'noise', from: this.changedAt,
      prior: this.currentBefore, kicked: this.kickedAt, now,
    })
    const first = lowerBound(spikes.length, (i) => spikes[i]!.t, input.before)
    const times = spikes.slice(Math.max(first, spikes.length - LATEST_SPIKES)).map(({ t }) => t)
    const { step } = methodOf(setup.method)
    const resolution = setup.events === 'grid' ? setup.dt || step || 0 : 0
    const settling = settlingTime(fixedPoints(this.engine, params, this.run.current))
    return regimeOf({ times, now, input, settling, resolution })
  }

  scene(): Scene {
    const { setup, params, run } = this
    return {
      setup,
      params,
      now: run.now,
      state: run.state,
      current: run.current,
      trace: run.recorder.since(run.now - setup.window),
      preview: this.previewTrace(),
      frozen: this.frozen,
      spikes: this.spikes,
      spikeCount: this.spikeCount,
      running: this.running,
      trouble: this.trouble,
      revision: this.revision,
    }
  }

  private begin(): Run {
    const { initial } = this.setup
    return new Run(this.engine, this.setup, { t: 0, state: { ...initial } }, (spike) => {
      this.spikeCount++
      this.spikes.push(spike)
      if (this.spikes.length > 1.1 * MOST_SPIKES)
        this.spikes = this.spikes.slice(-MOST_SPIKES)
    })
  }

  private changed(): void {
    this.forgetPreview()
    this.revision++
  }

  /** Does what may end in an error of libizh, which is then the trouble that is shown. */
  private attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof IzhError)) throw error
      this.trouble = stopText(error.status, error.message)
      this.running = false
    }
  }

  private advance(elapsed: number, deadline: number): void {
    const { speed } = this.setup
    const before = this.now
    const end = before + Math.min(elapsed, LONGEST_FRAME) * speed
    this.attempt(() => this.passMark(end, (stop) => this.run.advance(stop, deadline)))
    if (elapsed > 0) this.achieved += 0.1 * ((this.now - before) / (elapsed * speed) - this.achieved)
    this.changed()
  }

  /** Runs to `end`, with a stop at the mark on the way. Where a run is split changes no result. */
  private passMark(end: number, runTo: (end: number) => void): void {
    if (this.now < this.mark && this.mark <= end) {
      runTo(this.mark)
      if (this.now < this.mark) return
      this.countAtMark = this.spikeCount
    }
    runTo(end)
  }

  private forgetPreview(): void {
    this.preview?.destroy()
    this.preview = null
    this.foreseen = false
  }

  /** Simulates ahead what would come, with a neuron of its own, a frame's budget at a time. */
  private foresee(deadline: number): void {
    if (this.foreseen) return
    this.revision++
    const end = this.now + this.setup.window * PREVIEW_SHARE
    try {
      this.preview ??= new Run(
        this.engine, this.setup, { t: this.now, state: this.state }, () => {},
      )
      this.preview.advance(end, deadline)
      this.foreseen = this.preview.now >= end
    } catch (error) {
      if (!(error instanceof IzhError)) throw error
      this.foreseen = true // the solution ends within the preview, which shows as much as there is
    }
  }

  private previewTrace(): Trace | null {
    return this.running || !this.preview ? null : this.preview.recorder.since(this.now)
  }
}

/** For keeps: what a recorder gives is valid until its next sample. */
function copied({ t, v, u, I }: Trace): Trace {
  return { t: t.slice(), v: v.slice(), u: u.slice(), I: I.slice() }
}
