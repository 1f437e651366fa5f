/** What goes on in time: what the page's buttons act on, whichever view is shown. */
import type { Regime } from './regime'
import { same, type Setup } from './setup'
import type { Scene } from './view'

/** A number above the view. */
export interface Readout {
  /** A letter and its index. */
  symbol: readonly [string, string?]
  /** The colour of v, of u, of the current, of spikes. */
  colour: 'v' | 'u' | 'I' | 'spike'
  value: string
}

/** What goes on where there is no neuron, as a name: no regime of those. */
export interface Judged {
  id: string
  name: string
  detail: string
  /** What the name means. */
  meaning: string
}

export interface Course {
  running: boolean
  /** Simulated time per time asked for, of late. */
  achieved: number
  /** Grows whenever there is something else to see. */
  revision: number
  readonly trouble: string | null
  readonly now: number
  readonly spikeCount: number
  /** Another setup, which has been checked: acts from now on. */
  adopt(setup: Setup): void
  /** Back to time 0. */
  reset(): void
  kick(dv: number): void
  /** So many ms, however long it takes. */
  step(ms: number): void
  /** What a step of the page's is, ms. */
  stepLength(): number
  /** A frame, so much real time after the last, ms. */
  frame(elapsed: number): void
  scene(): Scene
  /** What goes on, as a name. */
  regime(): Regime | Judged
  /** The numbers above the view, where they are not those of a neuron. */
  readouts?(): Readout[]
}

const LONGEST_FRAME = 100 // ms of real time: after a pause of the browser nothing leaps
const BUDGET = 10 // ms of real time that a frame simulates; the rest of it is for drawing

/** Follows the clock of the page in chunks of whole ticks, as far as there is time for it. */
export class Pace {
  achieved = 1
  /** Where the clock is, ms: at most a tick beyond `now`. */
  private target = 0
  private chunk = 1

  constructor(private readonly tick: number, private readonly mostTicks: number) {}

  /** It is `now`, whatever the clock says. */
  restart(now: number): void {
    this.target = now
    this.chunk = 1
  }

  /** `run` runs so many ticks, and says how late it is then, ms. */
  follow(elapsed: number, speed: number, now: number, run: (ticks: number) => number): void {
    const deadline = performance.now() + BUDGET
    const begun = now
    this.target += Math.min(elapsed, LONGEST_FRAME) * speed
    while (this.target - now >= this.tick) {
      const before = performance.now()
      if (before >= deadline) break
      const left = Math.floor((this.target - now) / this.tick + 1e-9)
      const ticks = Math.min(this.chunk, left)
      now = run(ticks)
      if (performance.now() - before < 1 && ticks === this.chunk) this.chunk = Math.min(2 * this.chunk, this.mostTicks)
      else if (performance.now() - before > 4) this.chunk = Math.max(1, this.chunk >> 1)
    }
    const late = this.target - now >= this.tick
    if (late) this.target = now // what there was no time for is left out
    if (elapsed > 0) this.achieved += 0.1 * ((late ? (now - begun) / (elapsed * speed) : 1) - this.achieved)
  }
}

/** Whether some parts of two setups are the same. */
export function alike(a: Setup, b: Setup, ...parts: (keyof Setup)[]): boolean {
  return parts.every((part) => same(a[part], b[part]))
}
