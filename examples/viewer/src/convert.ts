/** A setup in another form: the same neuron, with its start, its current and its times in the units of
 * that form. */
import { TICK } from './coupled'
import type { Converted, Engine, Params, Segment, Units } from './engine'
import { candidate, fieldsOf, paramsOf, rounded } from './fields'
import { WINDOW, type Fields, type Form, type PairSetup, type Setup, type Stimulus } from './setup'
import { SHORTEST_HOLD } from './stimulus'

/** pF, of a neuron that had none: that of the book's regular spiking cell. */
const CAPACITANCE = 100
/** The share of its size that a parameter may lose to rounding. */
const TOLERANCE = 1e-9

export interface Reformed {
  setup: Setup
  /** null where only the spelling changed, and every number kept its meaning. */
  units: Units | null
}

/** null where the form cannot say the neuron. */
export function reformed(engine: Engine, setup: Setup, form: Form): Reformed | null {
  const params = paramsOf(engine, setup.form, setup.fields)
  const exact = fieldsOf(engine, form, params)
  if (exact) return { setup: { ...setup, form, fields: exact }, units: null }
  const found = conversion(engine, form, params)
  const fields = found && sayable(engine, form, found.params)
  return fields && { setup: inUnits({ ...setup, form, fields }, found.units), units: found.units }
}

function conversion(engine: Engine, form: Form, params: Params): Converted | null {
  if (form === '2003') return engine.to2003(params)
  return form === '2007' ? engine.to2007(params, params.cm === 1 ? CAPACITANCE : params.cm) : null
}

/** The form's fields, if they give these params but for rounding. */
function sayable(engine: Engine, form: Form, params: Params): Fields | null {
  const exact = Object.entries(candidate(form, params))
  const fields = Object.fromEntries(exact.map(([name, value]) => [name, rounded(value)]))
  const said = paramsOf(engine, form, fields)
  const near = (name: keyof Params) => {
    const [a, b] = [said[name], params[name]]
    return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b))
  }
  return (Object.keys(params) as (keyof Params)[]).every(near) ? fields : null
}

/** scale x + shift, to 12 digits of the larger of the two and to 9 places: what cancels is 0 again. */
function affine(scale: number, x: number, shift: number): number {
  const size = Math.max(Math.abs(scale * x), Math.abs(shift))
  const places = Math.min(Math.max(11 - Math.floor(Math.log10(size)), 0), 9)
  return rounded(Number((scale * x + shift).toFixed(places)))
}

function inUnits(setup: Setup, units: Units): Setup {
  const { initial, window, dt, kick } = setup
  return {
    ...setup,
    initial: { v: affine(units.v, initial.v, units.vShift), u: affine(units.u, initial.u, units.uShift) },
    stimulus: stimulusIn(setup.stimulus, units),
    window: Math.min(Math.max(rounded(units.t * window), WINDOW.min), WINDOW.max),
    dt: rounded(units.t * dt),
    kick: rounded(units.v * kick),
    pair: pairIn(setup.pair, units),
  }
}

/** A conductance is a current by a voltage; a delay is in whole ticks. */
function pairIn({ g12, g21, delay, tau, dI, dv }: PairSetup, { t, v, u }: Units): PairSetup {
  const conductance = (g: number) => rounded((u / v) * g)
  return {
    g12: conductance(g12), g21: conductance(g21), delay: rounded(Math.round((t * delay) / TICK) * TICK), tau: rounded(t * tau),
    dI: rounded(u * dI), dv: rounded(v * dv),
  }
}

function stimulusIn(stimulus: Stimulus, { t, u, IShift }: Units): Stimulus {
  const time = (ms: number) => rounded(t * ms)
  const current = (I: number) => affine(u, I, IShift)
  switch (stimulus.kind) {
    case 'constant':
      return { ...stimulus, I: current(stimulus.I) }
    case 'step': {
      const { kind, base, I, on, off } = stimulus
      return { kind, base: current(base), I: current(I), on: time(on), off: time(off) }
    }
    case 'ramp': {
      const { kind, from, to, on, off } = stimulus
      return { kind, from: current(from), to: current(to), on: time(on), off: time(off) }
    }
    case 'noise': {
      const { kind, mean, sigma, hold, seed } = stimulus
      const held = Math.max(SHORTEST_HOLD, time(hold))
      return { kind, mean: current(mean), sigma: rounded(u * sigma), hold: held, seed }
    }
    case 'pieces': {
      const pieces = stimulus.segments.map((piece) => ({
        t: time(piece.t), I: current(piece.I), slope: rounded((u / t) * piece.slope),
      }))
      return { kind: 'pieces', segments: fromZero(pieces, IShift) }
    }
  }
}

/** Before the first piece there is no current, which in the new units may be one. */
function fromZero(pieces: Segment[], IShift: number): Segment[] {
  const first = pieces[0]?.t ?? Infinity
  return IShift !== 0 && first > 0 ? [{ t: 0, I: rounded(IShift), slope: 0 }, ...pieces] : pieces
}
