/** The guided tour: steps that are each a state of the page, a thing to do, and a check that it was done. Their words
 * are in texts.ts. */
import { byId, h, setText } from './dom'
import type { Engine } from './engine'
import { BURSTING } from './regime'
import type { Setup } from './setup'
import { TEXTS, type TourStep } from './texts'
import type { Scene } from './view'

/** What a check may look at. */
export interface Facts {
  engine: Engine
  scene: Scene
  /** A RegimeName, or the name of what goes on in its place. */
  regime: string
  /** When the neuron was last kicked in this step, ms; NaN: it was not. */
  kickedAt: number
}

interface Step {
  /** The end of a link: what the page shows. */
  link: string
  done(facts: Facts): boolean
}

/** What two neurons have to come to. */
const IN_TURNS: keyof typeof TEXTS.pair.regimes = 'inTurns'

const kickedBefore = (ms: number) => ({ kickedAt, scene }: Facts) => scene.now - kickedAt >= ms

const STEPS: Record<TourStep, Step> = {
  rests: { link: '#v0=-70&u0=-14&I=0&view=traces', done: kickedBefore(20) },
  fires: {
    link: '#v0=-70&u0=-14&I=0&view=traces',
    done: ({ scene }) => scene.current > 4 && scene.spikes.length >= 3,
  },
  bursts: { link: '#I=10&window=300&view=traces', done: ({ regime }) => BURSTING.some((one) => one === regime) },
  rings: { link: '#a=0.1&b=0.26&d=2&v0=-62.5&u0=-16.25&I=0&kick=3&view=phase', done: kickedBefore(40) },
  classes: {
    link: '#b=-0.1&d=2&v0=-77&u0=7.7&I=5&view=sweep',
    done: ({ engine, scene }) => engine.restEnds(scene.params).kind === 'Hopf',
  },
  euler: {
    link: '#I=10&window=300&view=compare&compared=euler:grid:1,rk4:exact:0.1',
    done: ({ scene }) => scene.setup.compared.some(({ method, dt }) => method === 'euler' && dt > 0 && dt <= 0.1),
  },
  late: {
    link: '#I=10&window=1000&view=compare&compared=published-2003:grid:1',
    done: ({ scene }) => scene.setup.compared.length > 1 || scene.setup.compared.some(({ method }) => method !== 'published-2003'),
  },
  two: {
    link: '#a=0.1&d=2&I=10&window=120&view=pair',
    done: ({ regime, scene }) => scene.setup.pair.delay > 2 && regime === IN_TURNS,
  },
}

export const TOUR = Object.keys(STEPS) as TourStep[]

/** The number of the step that a link asks for, from 0; null where it asks for none. */
export function stepOf(hash: string): number | null {
  const number = Number(/(?:^#|&)tour=(\d+)(?:&|$)/.exec(hash)?.[1])
  return number >= 1 && number <= TOUR.length ? number - 1 : null
}

export interface TourHost {
  /** Shows the end of a link, from the start. */
  open(link: string): void
  setup(): Setup
  /** The tour's step is another, or it is over. */
  moved(): void
}

export class Tour {
  private at: number | null = null
  private kickedAt = NaN
  private readonly passed = new Set<number>()

  constructor(private readonly host: TourHost) {
    byId('tour-back').addEventListener('click', () => this.go((this.at ?? 1) - 1))
    byId('tour-next').addEventListener('click', () => this.go((this.at ?? 0) + 1))
    byId('tour-leave').addEventListener('click', () => this.leave())
    byId('tour').addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.leave() })
    byId('tour-steps').append(...TOUR.map((name, i) => h('button', {
      type: 'button', 'aria-label': `${i + 1}: ${TEXTS.tour[name].title}`, title: TEXTS.tour[name].title,
      click: () => this.go(i),
    }, String(i + 1))))
  }

  /** null: there is no tour now. */
  get step(): number | null {
    return this.at
  }

  kicked(now: number): void {
    this.kickedAt = now
  }

  go(i: number): void {
    if (i >= TOUR.length) return this.leave()
    this.at = Math.max(0, i)
    this.kickedAt = NaN
    this.host.open(STEPS[TOUR[this.at]!].link)
    this.show()
    byId('tour-title').focus()
  }

  leave(): void {
    if (this.at === null) return
    this.at = null
    this.show()
    byId('tour-start').focus()
  }

  /** Looks whether the thing was done. */
  check(facts: Omit<Facts, 'kickedAt'>): void {
    if (this.at === null || this.passed.has(this.at)) return
    if (!STEPS[TOUR[this.at]!].done({ ...facts, kickedAt: this.kickedAt })) return
    this.passed.add(this.at)
    this.write()
  }

  private show(): void {
    byId('tour').hidden = this.at === null
    if (this.at !== null) this.passed.delete(this.at)
    this.write()
    this.host.moved()
  }

  private write(): void {
    if (this.at === null) return
    const { title, text, task, after } = TEXTS.tour[TOUR[this.at]!]
    const done = this.passed.has(this.at)
    setText(byId('tour-title'), `${this.at + 1}. ${title}`)
    setText(byId('tour-text'), text)
    setText(byId('tour-task'), done ? `${TEXTS.tourDone} ${after}` : `${TEXTS.tourDo} ${task}`)
    byId('tour').classList.toggle('done', done)
    byId<HTMLButtonElement>('tour-back').disabled = this.at === 0
    setText(byId('tour-next'), this.at + 1 < TOUR.length ? TEXTS.tourNext : TEXTS.tourEnd)
    ;[...byId('tour-steps').children].forEach((one, i) => {
      if (i === this.at) one.setAttribute('aria-current', 'step')
      else one.removeAttribute('aria-current')
      one.classList.toggle('passed', this.passed.has(i))
    })
  }
}
