/** One parameter, or the current, through a range: where the neuron stands still, and how fast it fires. A slice at a
 * time, so that the page stays alive. */
import { IzhError, Neuron, type Bifurcation, type Engine, type Equilibrium, type Params, type State } from './engine'
import { FIELDS, paramsOf, type Field } from './fields'
import { recoveryNullcline } from './dynamics'
import type { Setup } from './setup'
import { levelOf, stimulusFields } from './stimulus'

export const POINTS = 121
export const DURATION = 1000 // ms, that a neuron fires
const MOST_SPIKES = 4000 // of a point: a neuron that fires more gets no point
const MOST_WORK = 1e6 // evaluations of the right-hand side, which no common neuron takes
const CHUNK_WORK = 1000 // in a call of the library, below which the next is longer
const FIRST_CHUNK = 1 / 1024 // ms
const SHARE = 0.4 // of the slider's range of a current

/** What can be swept: the current, first, and the fields of the form. */
export function sweepFields({ form, window }: Setup): Field[] {
  const [current] = stimulusFields('constant', form, window)
  const share = { ...current!, min: SHARE * current!.min, max: SHARE * current!.max }
  return [share, ...FIELDS[form].filter(({ optional }) => !optional)]
}

/** The setup with another value of what is swept. A current becomes a constant one. */
export function withValue(setup: Setup, name: string, value: number): Partial<Setup> {
  return name === 'I' ? { stimulus: { kind: 'constant', I: value } } : { fields: { ...setup.fields, [name]: value } }
}

export interface SweepPoint {
  value: number
  points: Equilibrium[]
  /** Spikes a second: of the first interval, and of the mean one of the second half; 0 where it does not fire, NaN
   * where that is not known. */
  first: number
  steady: number
}

/** The rates of a neuron from its rest without current, or else its reset, under a constant current. */
const ratesAt = (engine: Engine, params: Params, I: number) => ratesOf(trainAt(engine, params, I))

/** Its spike times up to DURATION, ms; null where there are too many of them, or they take too long. */
export function trainAt(engine: Engine, params: Params, I: number): number[] | null {
  const rest = engine.equilibria(params, 0).find(({ stable, beyondPeak }) => stable && !beyondPeak)
  const u = recoveryNullcline(params, params.c)
  const initial: State = rest ? { v: rest.v, u: rest.u } : { v: params.c, u: Number.isNaN(u) ? 0 : u }
  const neuron = new Neuron(engine, { params, initial, method: 'taylor' })
  try {
    neuron.setStimulus([{ t: 0, I, slope: 0 }])
    return spikesOf(neuron)
  } catch (error) {
    if (!(error instanceof IzhError)) throw error
    return null
  } finally {
    neuron.destroy()
  }
}

function spikesOf(neuron: Neuron): number[] | null {
  const times: number[] = []
  for (let [t, chunk, work] = [0, FIRST_CHUNK, 0]; t < DURATION;) {
    t = Math.min(DURATION, t + chunk)
    neuron.run(t)
    for (const spike of neuron.takeSpikes()) times.push(spike.t)
    const { rhs } = neuron
    if (times.length > MOST_SPIKES || rhs > MOST_WORK) return null
    if (rhs - work < CHUNK_WORK) chunk *= 2
    work = rhs
  }
  return times
}

function ratesOf(times: readonly number[] | null): { first: number; steady: number } {
  if (!times) return { first: NaN, steady: NaN }
  const late = times.filter((t) => t >= DURATION / 2)
  const first = times.length > 1 ? 1000 / (times[1]! - times[0]!) : 0
  const steady = late.length > 1 ? (1000 * (late.length - 1)) / (late.at(-1)! - late[0]!) : 0
  return { first, steady }
}

export class Sweep {
  readonly points: SweepPoint[]
  /** The bifurcations, where the current is swept; of other parameters none are known. */
  readonly bifurcations: Bifurcation[]
  private next = 0

  constructor(
    private readonly engine: Engine,
    private readonly setup: Setup,
    readonly field: Field,
    readonly lo: number,
    readonly hi: number,
  ) {
    this.points = Array.from({ length: POINTS }, (_, i) =>
      this.point(lo * (1 - i / (POINTS - 1)) + hi * (i / (POINTS - 1)))) // which no huge range overflows
    this.bifurcations = field.name === 'I' ? engine.bifurcations(this.params(0)) : []
  }

  get done(): boolean {
    return this.next === this.points.length
  }

  /** Goes on until a time of performance.now(), or a little longer. */
  advance(deadline: number): void {
    while (!this.done && performance.now() < deadline) {
      const point = this.points[this.next++]!
      const params = this.params(point.value)
      if (this.engine.invalidField(params) === null)
        Object.assign(point, ratesAt(this.engine, params, this.current(point.value)))
    }
  }

  private point(value: number): SweepPoint {
    const points = this.engine.equilibria(this.params(value), this.current(value)).filter(({ beyondPeak }) => !beyondPeak)
    return { value, points, first: NaN, steady: NaN }
  }

  private params(value: number): Params {
    const { form, fields } = this.setup
    return paramsOf(this.engine, form, this.field.name === 'I' ? fields : { ...fields, [this.field.name]: value })
  }

  private current(value: number): number {
    return this.field.name === 'I' ? value : levelOf(this.setup.stimulus)
  }
}
