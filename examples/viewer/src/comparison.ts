/** Methods over one stimulus, from a setup's start for the length of its window, a slice at a time. */
import { IzhError, Neuron, type Engine, type Segment, type Spike } from './engine'
import { match, type Match } from './errors'
import { derive, type Compared, type Setup } from './setup'
import { stopText } from './texts'
import type { Params } from './engine'

const SAMPLES = 1200
const TIMED = 4 // ms that the quick are run for again and again, to know what a run costs
const QUICK = 50 // ms, up to which a method is

/** The reference: exact to round-off. */
export const REFERENCE: Compared = { method: 'taylor', events: 'exact', dt: 0 }

interface Problem {
  engine: Engine
  params: Params
  setup: Setup
  segments: Segment[]
}

/** One method's run. */
export class Run {
  readonly t: number[] = []
  readonly v: number[] = []
  readonly spikes: number[] = []
  /** Why there is none, or why it ended early, in the library's words. */
  message: string | null = null
  done = false
  /** What the whole of it takes, ms; NaN until that is known. */
  cost = NaN
  /** How often it evaluated the right-hand side. */
  rhs = 0
  private neuron: Neuron | null = null
  private next = 0 // of the samples
  private slice = 8 // samples at once
  private spent = 0 // ms

  constructor(
    private readonly problem: Problem,
    readonly method: Compared,
  ) {}

  /** From 0 to 1. */
  get progress(): number {
    return this.next / SAMPLES
  }

  /** Goes on until a time of performance.now(), or a little longer. */
  advance(deadline: number): void {
    try {
      this.neuron ??= this.start()
      while (this.next < SAMPLES && performance.now() < deadline) this.sample(this.neuron)
      if (this.next < SAMPLES) return
      this.cost = this.spent > QUICK ? this.spent : this.timed()
    } catch (error) {
      if (!(error instanceof IzhError)) throw error
      this.message = stopText(error.status, error.message)
    }
    this.done = true
    this.rhs = this.neuron?.rhs ?? 0
    this.drop()
  }

  drop(): void {
    this.neuron?.destroy()
    this.neuron = null
  }

  private start(): Neuron {
    const { engine, params, setup, segments } = this.problem
    const neuron = new Neuron(engine, { params, initial: setup.initial, ...this.method })
    try {
      neuron.setStimulus(segments)
    } catch (error) {
      neuron.destroy()
      throw error
    }
    return neuron
  }

  private sample(neuron: Neuron): void {
    const { window } = this.problem.setup
    const count = Math.min(this.slice, SAMPLES - this.next)
    const times = Array.from({ length: count }, (_, i) => ((this.next + i + 1) / SAMPLES) * window)
    const begun = performance.now()
    let states: Float64Array
    try {
      states = neuron.sample(times)
    } catch (error) {
      this.keep(times, (error as { states?: Float64Array }).states ?? new Float64Array(), neuron.takeSpikes())
      throw error
    }
    const took = performance.now() - begun
    this.keep(times, states, neuron.takeSpikes())
    this.spent += took
    this.next += count
    if (took < 1) this.slice *= 2
    else if (took > 4) this.slice = Math.max(1, this.slice >> 1)
  }

  /** Samples, with the peak and the reset of each spike among them. */
  private keep(times: number[], states: Float64Array, spikes: Spike[]): void {
    let k = 0
    const until = (t: number) => {
      for (; k < spikes.length && spikes[k]!.t <= t; k++) {
        this.t.push(spikes[k]!.t, spikes[k]!.t)
        this.v.push(spikes[k]!.before.v, spikes[k]!.after.v)
      }
    }
    times.forEach((t, i) => {
      const v = states[2 * i] ?? NaN
      if (Number.isNaN(v)) return
      until(t)
      this.t.push(t)
      this.v.push(v)
    })
    until(Infinity)
    this.spikes.push(...spikes.map(({ t }) => t))
  }

  /** The mean of as many runs as fit, without samples. */
  private timed(): number {
    const begun = performance.now()
    let runs = 0
    do {
      const neuron = this.start()
      try {
        neuron.run(this.problem.setup.window)
      } finally {
        neuron.destroy()
      }
      runs++
    } while (performance.now() - begun < TIMED)
    return (performance.now() - begun) / runs
  }
}

export class Comparison {
  readonly reference: Run
  readonly runs: Run[]

  constructor(engine: Engine, setup: Setup) {
    const { params, segments } = derive(engine, setup)
    const problem = { engine, params, setup, segments: segments(0, setup.window) }
    this.reference = new Run(problem, REFERENCE)
    this.runs = setup.compared.map((method) => new Run(problem, method))
  }

  get done(): boolean {
    return this.reference.done && this.runs.every((run) => run.done)
  }

  /** Shares the time until then, so that a slow method holds up none. */
  advance(deadline: number): void {
    const open = [this.reference, ...this.runs].filter((run) => !run.done)
    open.forEach((run, i) => {
      const now = performance.now()
      run.advance(now + Math.max(0, deadline - now) / (open.length - i))
    })
  }

  /** null until both are complete. */
  matchOf(run: Run): Match | null {
    return this.reference.done && run.done && !(run.message && run.t.length === 0)
      ? match(this.reference.spikes, run.spikes)
      : null
  }

  drop(): void {
    for (const run of [this.reference, ...this.runs]) run.drop()
  }
}
