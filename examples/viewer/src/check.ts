/** Whether a setup can be simulated: the page's own bounds, then libizh's word. */
import { couplingFault, pairOf } from './coupling'
import { IzhError, Neuron, type Engine, type ParamName, type Params } from './engine'
import { LONGEST_STEP, SHORTEST_STEP, SPEED, WINDOW, derive, type Setup } from './setup'
import { blockAt, stimulusFault } from './stimulus'
import { say, TEXTS } from './texts'

/** Throws an error whose message names the field and its value. */
export function checkSetup(engine: Engine, setup: Setup): void {
  const fault =
    boundsFault(setup) ?? stimulusFault(setup.stimulus) ?? stepFault('dt', setup.dt) ?? couplingFault(setup)
  if (fault) throw new IzhError(fault, 'IZH_E_INVALID')
  for (const { method, dt } of setup.compared) {
    const bad = stepFault(say(TEXTS.faults.stepOf, { method }), dt)
    if (bad) throw new IzhError(bad, 'IZH_E_INVALID')
  }
  tryOut(engine, setup)
}

function boundsFault({ speed, window, kick }: Setup): string | null {
  if (!(speed >= SPEED.min && speed <= SPEED.max))
    return say(TEXTS.faults.speed, { value: speed, ...SPEED })
  if (!(window >= WINDOW.min && window <= WINDOW.max))
    return say(TEXTS.faults.window, { value: window, ...WINDOW })
  if (!Number.isFinite(kick)) return say(TEXTS.faults.kick, { value: kick })
  return null
}

function stepFault(what: string, dt: number): string | null {
  return dt === 0 || (dt >= SHORTEST_STEP && dt <= LONGEST_STEP)
    ? null
    : say(TEXTS.faults.step, { what, value: dt, min: SHORTEST_STEP, max: LONGEST_STEP })
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
  if (setup.view === 'pair') pairOf(engine, setup).destroy()
}

/** libizh names the parameter at fault; what it asks of it is in include/izh/model.h. */
function paramsFault(engine: Engine, params: Params): string | null {
  const field = engine.invalidField(params) as ParamName | null
  if (field === 'cm') return say(TEXTS.faults.capacitance, { value: params.cm })
  if (field === 'c' && Number.isFinite(params.c))
    return say(TEXTS.faults.reset, { value: params.c, peak: params.vpeak })
  return field && say(TEXTS.faults.invalid, { field, value: params[field] })
}
