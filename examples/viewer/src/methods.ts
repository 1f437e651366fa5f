/** What a user should know of each method: include/izh/solver.h. */
import { EVENTS, type Events } from './engine'
import { say, TEXTS } from './texts'

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

const { groups, hints } = TEXTS.methods
type Name = keyof typeof hints

const adaptive = (name: Name): Method => ({
  name, group: groups.adaptive, step: null, events: ['exact'], dialect: false, hint: hints[name],
})
const fixed = (name: Name, step: number): Method => ({
  name, group: groups.fixed, step, events: EVENTS, dialect: false, hint: hints[name],
})
const dialect = (name: Name, step: number): Method => ({
  name, group: groups.dialect, step, events: ['grid'], dialect: true, hint: hints[name],
})

export const METHODS: readonly Method[] = [
  adaptive('taylor'),
  adaptive('dopri5'),
  adaptive('exprb-adaptive'),
  adaptive('pinn'),
  fixed('rk4', 0.1),
  fixed('midpoint', 0.1),
  fixed('exp-euler', 0.1),
  fixed('euler', 0.1),
  fixed('backward-euler', 0.1),
  fixed('published-2003', 1),
  dialect('figure1', 0.25),
  dialect('nest-consistent', 1),
  dialect('carlsim-euler', 0.5),
  dialect('carlsim-rk4', 0.1),
  dialect('genn', 1),
  dialect('nemo', 1),
  dialect('spinnaker', 1),
]

export function methodOf(name: string): Method {
  const method = METHODS.find((one) => one.name === name)
  if (!method) throw new Error(say(TEXTS.faults.noMethod, { name }))
  return method
}

/** The events a method can have, as near to those asked for as it goes. */
export function eventsFor(name: string, asked: Events): Events {
  const { events } = methodOf(name)
  return events.includes(asked) ? asked : events[0]!
}
