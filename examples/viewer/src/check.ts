/** Whether a setup can be simulated: the page's own bounds, then libizh's word. */
import { IzhError, Neuron, type Engine, type ParamName, type Params } from './engine'
import { LONGEST_STEP, SHORTEST_STEP, SPEED, WINDOW, derive, type Setup } from './setup'
import { blockAt, stimulusFault } from './stimulus'

/** Throws an error whose message names the field and its value. */
export function checkSetup(engine: Engine, setup: Setup): void {
  const fault = boundsFault(setup) ?? stimulusFault(setup.stimulus) ?? stepFault('dt', setup.dt)
  if (fault) throw new IzhError(fault, 'IZH_E_INVALID')
  for (const { method, dt } of setup.compared) {
    const bad = stepFault(`step of ${method}`, dt)
    if (bad) throw new IzhError(bad, 'IZH_E_INVALID')
  }
  tryOut(engine, setup)
}

function boundsFault({ speed, window, kick }: Setup): string | null {
  if (!(speed >= SPEED.min && speed <= SPEED.max))
    return `speed = ${speed} must lie between ${SPEED.min} and ${SPEED.max}`
  if (!(window >= WINDOW.min && window <= WINDOW.max))
    return `window = ${window} must lie between ${WINDOW.min} and ${WINDOW.max} ms`
  if (!Number.isFinite(kick)) return `kick = ${kick} must be finite`
  return null
}

function stepFault(what: string, dt: number): string | null {
  return dt === 0 || (dt >= SHORTEST_STEP && dt <= LONGEST_STEP)
    ? null
    : `${what} = ${dt} must be 0, for the default, or lie between ${SHORTEST_STEP} and ${LONGEST_STEP} ms`
}

/** libizh knows best what it takes: a neuron is made of the setup, and thrown away. */
function tryOut(engine: Engine, setup: Setup): void {
  const { initial, method, events, dt, stimulus } = setup
  const { params, segments } = derive(engine, setup)
  const fault = paramsFault(engine, params)
  if (fault) throw new IzhError(fault, 'IZH_E_INVALID')
  const neuron = new Neuron(engine, { params, initial, method, events, dt })
  try {
    const block = blockAt(stimulus, 0)
    neuron.setStimulus(segments(block.from, block.to))
  } finally {
    neuron.destroy()
  }
}

/** libizh names the parameter at fault; what it asks of it is in include/izh/model.h. */
function paramsFault(engine: Engine, params: Params): string | null {
  const field = engine.invalidField(params) as ParamName | null
  if (field === 'cm') return `the capacitance, ${params.cm}, must be above 0`
  if (field === 'c' && Number.isFinite(params.c))
    return `the reset, c = ${params.c}, must lie below the peak, ${params.vpeak}`
  return field && `${field} = ${params[field]} is not valid`
}
