/** Whether a setup can be simulated: the page's own bounds, then libizh's word. */
import { IzhError, Neuron, type Engine } from './engine'
import { SHORTEST_STEP, SPEED, WINDOW, derive, type Setup } from './setup'
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

function boundsFault({ speed, window }: Setup): string | null {
  if (!(speed >= SPEED.min && speed <= SPEED.max))
    return `speed = ${speed} must lie between ${SPEED.min} and ${SPEED.max}`
  if (!(window >= WINDOW.min && window <= WINDOW.max))
    return `window = ${window} must lie between ${WINDOW.min} and ${WINDOW.max} ms`
  return null
}

function stepFault(what: string, dt: number): string | null {
  return dt === 0 || dt >= SHORTEST_STEP
    ? null
    : `${what} = ${dt} must be 0, for the default, or at least ${SHORTEST_STEP} ms`
}

/** libizh knows best what it takes: a neuron is made of the setup, and thrown away. */
function tryOut(engine: Engine, setup: Setup): void {
  const { initial, method, events, dt, stimulus } = setup
  const { params, segments } = derive(engine, setup)
  const neuron = new Neuron(engine, { params, initial, method, events, dt })
  try {
    const block = blockAt(stimulus, 0)
    neuron.setStimulus(segments(block.from, block.to))
  } finally {
    neuron.destroy()
  }
}
