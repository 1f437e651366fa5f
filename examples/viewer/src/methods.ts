/** What a user should know of each method: include/izh/solver.h. */
import { EVENTS, type Events } from './engine'

export interface Method {
  name: string
  group: string
  /** The step that dt = 0 stands for, ms; null for methods that choose theirs. */
  step: number | null
  events: readonly Events[]
  /** Steps as another program does: stands at ticks only, and takes no other than 2003 neurons. */
  dialect: boolean
  hint: string
}

const adaptive = (name: string, hint: string): Method => ({
  name, group: 'Adaptive step', step: null, events: ['exact'], dialect: false, hint,
})
const fixed = (name: string, step: number, hint: string): Method => ({
  name, group: 'Fixed step', step, events: EVENTS, dialect: false, hint,
})
const dialect = (name: string, step: number, hint: string): Method => ({
  name, group: 'As other programs step', step, events: ['grid'], dialect: true, hint,
})

export const METHODS: readonly Method[] = [
  adaptive('taylor', 'Taylor series, exact to round-off'),
  adaptive('dopri5', 'Dormand and Prince, order 5(4)'),
  adaptive('exprb-adaptive', 'exponential Rosenbrock, order 3(2)'),
  adaptive('pinn', 'a small neural net for each step; slow'),
  fixed('rk4', 0.1, 'classical Runge-Kutta, order 4'),
  fixed('midpoint', 0.1, 'explicit midpoint, order 2'),
  fixed('exp-euler', 0.1, 'exponential Rosenbrock-Euler, order 2'),
  fixed('euler', 0.1, 'explicit Euler, order 1'),
  fixed('backward-euler', 0.1, 'implicit Euler, order 1'),
  fixed('published-2003', 1, 'the network listing of the 2003 paper'),
  dialect('figure1', 0.25, 'the figure listings of 2003 and 2004'),
  dialect('nest-consistent', 1, 'NEST, consistent integration'),
  dialect('carlsim-euler', 0.5, 'CARLsim, forward Euler'),
  dialect('carlsim-rk4', 0.1, 'CARLsim, Runge-Kutta'),
  dialect('genn', 1, 'GeNN'),
  dialect('nemo', 1, 'NeMo'),
  dialect('spinnaker', 1, 'sPyNNaker'),
]

export function methodOf(name: string): Method {
  const method = METHODS.find((one) => one.name === name)
  if (!method) throw new Error(`there is no method "${name}"`)
  return method
}

/** The events a method can have, as near to those asked for as it goes. */
export function eventsFor(name: string, asked: Events): Events {
  const { events } = methodOf(name)
  return events.includes(asked) ? asked : events[0]!
}
