/** The network of the 2003 paper under way. */
import { EXCITATORY, PaperNetwork } from './coupled'
import { Pace, type Course, type Judged, type Readout } from './course'
import { IzhError, type Engine } from './engine'
import { networkRegime, ratesOf } from './phases'
import { short } from './plot'
import { derive, same, type Setup } from './setup'
import { stopText, TEXTS } from './texts'
import type { Scene, Trace } from './view'

const TICK = 1 // ms
const MOST_TICKS = 64 // in a call of the library
const MOST_SPIKES = 1 << 18
const RATED = 1000 // ms, that rates are of

/** Spikes in the order of time; the oldest give way. */
class Spikes {
  readonly t = new Float64Array(MOST_SPIKES)
  readonly i = new Uint16Array(MOST_SPIKES)
  length = 0

  push(t: number, i: number): void {
    if (this.length === MOST_SPIKES) {
      this.t.copyWithin(0, MOST_SPIKES / 2)
      this.i.copyWithin(0, MOST_SPIKES / 2)
      this.length /= 2
    }
    this.t[this.length] = t
    this.i[this.length++] = i
  }
}

/** How many neurons of each kind fired in each ms, the latest. */
class Counts {
  private readonly most = 1 << 15
  private readonly counts = [new Uint16Array(this.most), new Uint16Array(this.most)] as const
  private length = 0

  /** Another ms, in which nobody has fired yet. */
  begin(): void {
    if (this.length === this.most) {
      for (const one of this.counts) one.copyWithin(0, this.most / 2).fill(0, this.most / 2)
      this.length /= 2
    }
    this.length++
  }

  add(i: number): void {
    this.counts[i < EXCITATORY ? 0 : 1][this.length - 1]!++
  }

  latest(ms: number): [Uint16Array, Uint16Array] {
    const from = Math.max(0, this.length - ms)
    return [this.counts[0].subarray(from, this.length), this.counts[1].subarray(from, this.length)]
  }
}

const nothing = new Float64Array()
const EMPTY: Trace = { t: nothing, v: nothing, u: nothing, I: nothing }

export class NetworkCourse implements Course {
  running = false
  trouble: string | null = null
  spikeCount = 0
  revision = 0
  private readonly pace = new Pace(TICK, MOST_TICKS)
  /** null until it is first needed: to make one takes some tenths of a second. */
  private made: PaperNetwork | null = null
  private spikes = new Spikes()
  private counts = new Counts()
  private changedAt = 0

  constructor(
    private readonly engine: Engine,
    private setup: Setup,
  ) {}

  get now(): number {
    return this.made?.time ?? 0
  }

  get achieved(): number {
    return this.pace.achieved
  }

  set achieved(share: number) {
    this.pace.achieved = share
  }

  adopt(setup: Setup): void {
    const before = this.setup.network
    const { network } = setup
    this.setup = setup
    this.revision++
    if (same(before, network) || !this.made) return
    if (before.draw !== network.draw) return this.reset()
    const { span: _, ...acting } = before
    if (same(acting, (({ span: __, ...rest }) => rest)(network))) return
    const made = this.made
    this.trouble = null
    this.changedAt = this.now
    this.attempt(() => {
      if (before.wE !== network.wE) made.setWeight(false, network.wE)
      if (before.wI !== network.wI) made.setWeight(true, network.wI)
      made.setNoise([network.noiseE, network.noiseI])
    })
  }

  /** Drawn anew when it is next needed: the same neurons and synapses for the same seed. */
  reset(): void {
    this.made?.destroy()
    this.made = null
    this.spikes = new Spikes()
    this.counts = new Counts()
    this.spikeCount = 0
    this.changedAt = 0
    this.trouble = null
    this.pace.restart(0)
    this.revision++
  }

  private network(): PaperNetwork {
    const { wE, wI, noiseE, noiseI, draw } = this.setup.network
    return (this.made ??= new PaperNetwork(this.engine, draw, [wE, wI], [noiseE, noiseI]))
  }

  /** Adds to v of all neurons. */
  kick(dv: number): void {
    this.changedAt = this.now
    this.attempt(() => this.network().kick(dv))
    this.revision++
  }

  step(ms: number): void {
    this.attempt(() => {
      for (let left = Math.round(ms); left > 0; left -= MOST_TICKS) this.run(Math.min(left, MOST_TICKS))
    })
    this.pace.restart(this.now)
    this.revision++
  }

  stepLength(): number {
    return TICK
  }

  frame(elapsed: number): void {
    if (!this.running) return
    this.attempt(() => this.pace.follow(elapsed, this.setup.pace, this.now, (ticks) => {
      this.run(ticks)
      return this.now
    }))
    this.revision++
  }

  private run(ms: number): void {
    const network = this.network()
    const begun = network.time
    try {
      network.run(ms)
    } finally {
      this.keep(network.takeSpikes(), begun, network.time)
    }
  }

  /** A spike counts in the ms that ends at its time or after it. */
  private keep(fired: Float64Array, from: number, to: number): void {
    let next = 0
    for (let t = from + TICK; t <= to; t += TICK) {
      this.counts.begin()
      for (; next < fired.length && fired[next]! <= t; next += 2) {
        this.spikes.push(fired[next]!, fired[next + 1]!)
        this.counts.add(fired[next + 1]!)
        this.spikeCount++
      }
    }
  }

  private attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (!(error instanceof IzhError)) throw error
      this.trouble = stopText(error.status, error.message)
      this.running = false
    }
  }

  regime(): Judged {
    return networkRegime(...this.counts.latest(Math.min(RATED, this.now - this.changedAt)))
  }

  readouts(): Readout[] {
    const [E, I] = ratesOf(...this.counts.latest(Math.min(RATED, this.now - this.changedAt)))
    const { rate } = TEXTS.network
    return [
      { symbol: ['f', 'E'], colour: 'v', value: `${short(E)} ${rate}` },
      { symbol: ['f', 'I'], colour: 'spike', value: `${short(I)} ${rate}` },
    ]
  }

  scene(): Scene {
    const { setup, now, spikes, counts } = this
    const { span } = setup.network
    return {
      setup, params: derive(this.engine, setup).params, now, state: { v: NaN, u: NaN }, current: NaN,
      trace: EMPTY, preview: null, frozen: null, spikes: [], spikeCount: this.spikeCount,
      running: this.running, trouble: this.trouble, revision: this.revision,
      network: {
        t: spikes.t.subarray(0, spikes.length), i: spikes.i.subarray(0, spikes.length),
        counts: counts.latest(span), from: Math.max(0, now - span),
      },
    }
  }
}
