/** What spike times say of two neurons, and of many. Pure. */
import { ALL, EXCITATORY } from './coupled'
import type { Judged } from './course'
import { digits, fixed } from './plot'
import { TEXTS, say } from './texts'

/** When in the first neuron's cycle the second fired: 0 with it, 0.5 half way to its next spike. */
export interface Phase {
  t: number
  phase: number
  /** The time since the first neuron's spike, and between its two, ms. */
  lag: number
  cycle: number
}

/** The phase of each spike of the second neuron between two of the first. Both ascend. */
export function phasesOf(first: readonly number[], second: readonly number[]): Phase[] {
  const phases: Phase[] = []
  let k = 0
  for (const t of second) {
    while (k + 1 < first.length && first[k + 1]! <= t) k++
    const [before, after] = [first[k], first[k + 1]]
    if (before === undefined || after === undefined || before > t) continue
    const [lag, cycle] = [t - before, after - before]
    phases.push({ t, phase: lag / cycle, lag, cycle })
  }
  return phases
}

/** Phases are shown from here on, for a turn: those of 0 and of half a cycle are both in the midst of it. */
export const EARLIEST = -0.25

/** The same phase, from EARLIEST on. */
export const turned = (phase: number) => phase - Math.floor(phase - EARLIEST)

/** The mean of angles in turns, from -0.5 to 0.5, and how much they are one: 1 where all are the same. */
export function circular(phases: readonly number[]): { mean: number; unity: number } {
  let [x, y] = [0, 0]
  for (const phase of phases) {
    x += Math.cos(2 * Math.PI * phase)
    y += Math.sin(2 * Math.PI * phase)
  }
  return { mean: Math.atan2(y, x) / (2 * Math.PI), unity: Math.hypot(x, y) / phases.length }
}

const pairIs = (id: keyof typeof TEXTS.pair.regimes, detail: string): Judged => ({ id, ...TEXTS.pair.regimes[id], detail })
const networkIs = (id: keyof typeof TEXTS.network.regimes, detail: string): Judged => ({ id, ...TEXTS.network.regimes[id], detail })

const LATE = 8 // phases that are looked at
const SETTLED = 0.03 // of a cycle, that they may move by
const UNITY = 0.99
const NEAR = 0.05 // of a cycle
const BOUT = 2.5 // spikes at least, on average, of a neuron that takes its turn
const PATIENCE = 100 // ms, below which silence says nothing

/** What two neurons do of late, by their spikes since the last change. The thresholds are the author's. */
export function pairRegime(first: readonly number[], second: readonly number[], now: number, since: number): Judged {
  const { details } = TEXTS.pair
  if (now - since < PATIENCE && first.length + second.length < LATE) return pairIs('undecided', details.early)
  const alone = silence(first, second, now)
  if (alone) return alone
  const bouts = turns(first, second)
  if (bouts) return bouts
  const late = phasesOf(first, second).slice(-LATE)
  if (late.length < LATE) return pairIs('undecided', details.early)
  return locked(late)
}

function silence(first: readonly number[], second: readonly number[], now: number): Judged | null {
  const { details } = TEXTS.pair
  if (first.length + second.length === 0) return pairIs('silent', details.none)
  const quiet = (one: readonly number[], other: readonly number[]) => {
    const recent = other.slice(-LATE)
    const long = Math.max(PATIENCE, 3 * (recent.at(-1)! - recent[0]!))
    return recent.length >= LATE && now - (one.at(-1) ?? -Infinity) > long
  }
  if (quiet(first, second)) return pairIs('alone', say(details.alone, { neuron: 2 }))
  if (quiet(second, first)) return pairIs('alone', say(details.alone, { neuron: 1 }))
  return null
}

/** Who fires, again and again; null where nobody has a turn of several spikes. */
function turns(first: readonly number[], second: readonly number[]): Judged | null {
  const all = [...first.map((t) => ({ t, i: 0 })), ...second.map((t) => ({ t, i: 1 }))].sort((a, b) => a.t - b.t).slice(-150)
  const bouts: { count: number; from: number }[] = []
  all.forEach(({ t, i }, k) => {
    if (k > 0 && all[k - 1]!.i === i) bouts.at(-1)!.count++
    else bouts.push({ count: 1, from: t })
  })
  const whole = bouts.slice(1, -1).slice(-6) // the first may have begun before, the last may go on
  const count = whole.reduce((sum, one) => sum + one.count, 0) / whole.length
  if (whole.length < 2 || count < BOUT) return null
  const length = (bouts.at(-1)!.from - whole[0]!.from) / whole.length
  return pairIs('bouts', say(TEXTS.pair.details.bouts, { count: digits(count, 3), length: digits(length, 3) }))
}

function locked(late: readonly Phase[]): Judged {
  const { details } = TEXTS.pair
  const { mean, unity } = circular(late.map(({ phase }) => phase))
  const ends = late.at(-1)!.phase - late[0]!.phase
  const moved = Math.abs(ends - Math.round(ends))
  const cycle = late.reduce((sum, one) => sum + one.cycle, 0) / late.length
  const detail = say(details.lag, { lag: fixed(turned(mean) * cycle, 2), cycle: fixed(cycle, 2) })
  if (unity < UNITY || moved > SETTLED) return pairIs('drifting', detail)
  if (Math.abs(mean) < NEAR) return pairIs('inStep', detail)
  return Math.abs(mean) > 0.5 - NEAR ? pairIs('inTurns', detail) : pairIs('locked', detail)
}

// ---- many ----

const LONGEST_LAG = 200 // ms
const MOST_OF = 0.8
const RHYTHM = 0.15 // the correlation from which on it is one
const LOUD = 2 // variance by mean: neurons that do not know of each other have 1

/** After how long the spikes of a ms are like those before again, ms, and how much; and the counts' variance by their
 * mean. */
export function rhythmOf(counts: ArrayLike<number>): { lag: number; correlation: number; fano: number } {
  const n = counts.length
  let mean = 0
  for (let k = 0; k < n; k++) mean += counts[k]! / n
  let square = 0
  for (let k = 0; k < n; k++) square += (counts[k]! - mean) ** 2 / n
  const like = Array.from({ length: Math.min(LONGEST_LAG, n >> 1) }, (_, lag) => {
    let sum = 0
    for (let k = lag; k < n; k++) sum += (counts[k]! - mean) * (counts[k - lag]! - mean)
    return sum / (n - lag) / square
  })
  const apart = like.findIndex((one) => one <= 0) // the volley itself is over
  const highest = apart < 0 ? NaN : Math.max(...like.slice(apart))
  // A rhythm is as like itself after two of its cycles as after one.
  const lag = like.findIndex((one, k) => k >= apart && one >= MOST_OF * highest && one >= (like[k + 1] ?? -Infinity))
  return { lag, correlation: like[lag] ?? 0, fano: square / mean }
}

const MEASURED = 1000 // ms

/** Spikes a second of each kind of neuron, over the latest `ms` of counts. */
export function ratesOf(excitatory: ArrayLike<number>, inhibitory: ArrayLike<number>): [number, number] {
  const rate = (counts: ArrayLike<number>, neurons: number) =>
    (1000 * Array.from(counts).reduce((sum, one) => sum + one, 0)) / counts.length / neurons
  return [rate(excitatory, EXCITATORY), rate(inhibitory, ALL - EXCITATORY)]
}

/** What the network does, by the counts of its spikes in each ms of late. */
export function networkRegime(excitatory: Uint16Array, inhibitory: Uint16Array): Judged {
  const { details } = TEXTS.network
  const [E, I] = [excitatory.slice(-MEASURED), inhibitory.slice(-MEASURED)]
  if (E.length < LONGEST_LAG) return networkIs('undecided', TEXTS.pair.details.early)
  const counts = E.map((one, k) => one + I[k]!)
  if (!counts.slice(-LONGEST_LAG).some((one) => one > 0)) return networkIs('silent', TEXTS.pair.details.none)
  const { lag, correlation, fano } = rhythmOf(counts)
  const loud = say(details.fano, { fano: digits(fano, 3) })
  if (correlation < RHYTHM) return networkIs(fano < LOUD ? 'asynchronous' : 'irregular', loud)
  return networkIs('rhythm', say(details.rhythm, { hertz: digits(1000 / lag, 2), loud }))
}
