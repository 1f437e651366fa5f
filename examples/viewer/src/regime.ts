/** The name of a firing regime, from spike times and from what the current did. The names are those of
 * Izhikevich 2004, figure 1; what the figure tells apart by v, such as classes of excitability or
 * resonance, spikes cannot tell. As long as the spikes so far may become more than one of them, the regime
 * is undecided. The thresholds are the author's of this file, chosen so that the presets get their
 * published names; they have no source. */
import type { Input } from './input'
import { plural, say, TEXTS, type RegimeName } from './texts'

export interface Regime {
  id: RegimeName
  /** As the page says it. */
  name: string
  /** Numbers that go with it, for the reader. */
  detail: string
}

export interface Evidence {
  /** Spikes, ascending; the latest few hundred will do, ms. */
  times: readonly number[]
  now: number
  input: Input
  /** How long the neuron takes to come to rest, ms; Infinity where it has no rest. */
  settling: number
  /** To what spike times are known, ms: the step of a method on the grid. */
  resolution: number
}

/** Those that are bursts, again and again or once. */
export const BURSTING: readonly RegimeName[] = [
  'reboundBurst', 'phasicBursting', 'irregularBursting', 'tonicBursting', 'chattering', 'inducedBursting',
]

/** Below this much time without a spike nothing can be said, ms. */
const PATIENCE = 50
/** Without an equilibrium to come to, a neuron that has not fired for so long is silent, ms. */
const LONG_PATIENCE = 2000
/** A neuron is silent for good after so many of its longest intervals. */
const SILENT_INTERVALS = 3
/** No interval is between those within bursts and those between them, which differ by this factor. */
const BURST_RATIO = 3
/** From one interval to the next, mixed mode leaps by so much; adaptation creeps. */
const LEAP = 3
/** Coefficient of variation: regular below, irregular above. */
const REGULAR = 0.1
const IRREGULAR = 0.4
/** Intervals to know an irregular train by. */
const MANY = 12
/** On a grid short intervals are of one length or the next, in a burst too. */
const FEW_ON_GRID = 6
/** An adapting neuron's last interval is at least this many times the first. */
const ADAPTED = 1.25
/** Fewer intervals may also be the beginning of a burst, or a transient. */
const ADAPTING = 5
/** Intervals of a burst on its own are at most this long, ms: 50 spikes a second are no burst. */
const BURST_INTERVAL = 20
/** Bursts of spikes less than this apart, ms, are chattering: Izhikevich 2003 has CH at 2 to 4. */
const CHATTER_INTERVAL = 5
/** Intervals that differ by less than this share are the same. Short ones change little from one to the
 * next in the middle of a burst, too. */
const SETTLED = { long: 0.05, short: 0.01 }

const { details } = TEXTS
const name = (id: RegimeName, detail = ''): Regime => ({ id, name: TEXTS.regimes[id].name, detail })
const undecided = (detail: string) => name('undecided', detail)

export function regimeOf({ times, now, input, settling, resolution }: Evidence): Regime {
  const since = times.filter((t) => t >= input.since)
  const intervals = since.slice(1).map((t, i) => t - since[i]!)
  if (input.drive === 'changing' || input.drive === 'noise') return driven(since, intervals, input)
  const silence = now - Math.max(since.at(-1) ?? -Infinity, input.changed)
  const enough = Math.max(PATIENCE, Math.min(settling, LONG_PATIENCE), SILENT_INTERVALS * Math.max(...intervals, 0))
  const quiet = !times.some((t) => t >= input.before && t < input.since)
  if (silence > enough) return silent(intervals, since.length, input, quiet)
  if (since.length === 0) return undecided(details.noneYet)
  const found = intervals.length > 1 ? ongoing(since, intervals, resolution) : null
  if (!found) return undecided(say(details.soFar, { spikes: spikes(since.length) }))
  if (input.drive !== 'lowered' || !quiet) return found
  return name(BURSTING.includes(found.id) ? 'inducedBursting' : 'inducedSpiking', found.detail)
}

/** What a current that does not stand still makes of the neuron is no regime of its own. */
function driven(times: readonly number[], intervals: readonly number[], { drive }: Input): Regime {
  const by = drive === 'noise' ? details.byNoise : details.byChange
  if (intervals.length < 2)
    return undecided(times.length ? say(details.soFar, { spikes: spikes(times.length) }) : details.noneYet)
  const late = intervals.slice(-MANY)
  const cv = round(deviation(late) / mean(late))
  return name('driven', say(drive === 'noise' ? details.drivenNoise : details.driven, { by, rate: rate(late), cv }))
}

/** It is silent, and stays so. `quiet`: it was silent before the current changed, too. */
function silent(intervals: readonly number[], count: number, { drive, pulses }: Input, quiet: boolean): Regime {
  const what = drive === 'kick' ? details.kick : pulses === 1 ? details.pulse : say(details.pulses, { n: pulses })
  const answers = drive === 'kick' || drive === 'pulses'
  if (count === 0) return name('quiescent', answers ? say(details.noneAfter, { what }) : details.none)
  const detail = say(details.then, { spikes: count === 1 ? details.one : spikes(count) })
  if (answers) return { ...name('response', detail), name: say(TEXTS.regimes.response.name, { what }) }
  const burst = count > 1 && Math.max(...intervals) <= BURST_INTERVAL
  if (drive === 'released' && quiet && (burst || count === 1)) return name(burst ? 'reboundBurst' : 'reboundSpike', detail)
  if (drive !== 'held' || !(burst || count === 1)) return name('ended', detail)
  return name(count < 3 ? 'phasicSpiking' : 'phasicBursting', detail)
}

/** null: not known yet. */
function ongoing(times: readonly number[], intervals: readonly number[], resolution: number): Regime | null {
  const threshold = breakOf(intervals)
  const bursts = threshold === null ? null : bursting(intervals, threshold)
  return bursts ?? changing(intervals) ?? steady(times, intervals, resolution)
}

/** Between the intervals within bursts and those between them, where there are two such kinds. */
function breakOf(intervals: readonly number[]): number | null {
  const sorted = [...intervals].sort((x, y) => x - y)
  let threshold: number | null = null
  let widest = BURST_RATIO
  for (let i = 1; i < sorted.length; i++) {
    const [below, above] = [sorted[i - 1]!, sorted[i]!]
    if (above < widest * below) continue
    widest = above / below
    threshold = Math.sqrt(below * above)
  }
  return threshold
}

/** Groups of spikes with gaps above the threshold between them; null where they are no bursts. */
function bursting(intervals: readonly number[], threshold: number): Regime | null {
  const sizes = [1]
  for (const interval of intervals)
    if (interval > threshold) sizes.push(1)
    else sizes[sizes.length - 1]!++
  const [first = 0, ...rest] = sizes
  const gaps = intervals.filter((interval) => interval > threshold)
  if (first > 2 && rest.length > 1 && rest.every((size) => size === 1))
    return isMixed(intervals, first)
      ? name('mixed', say(details.mixed, { count: first, rate: rate(gaps) }))
      : null
  const whole = rest.slice(0, -1) // the last group may not be over
  if (rest.length === 0 || mean(whole.length ? whole : [Math.min(first, rest[0]!)]) < 2) return null
  const within = mean(intervals.filter((interval) => interval <= threshold))
  const detail = say(details.bursts, { within: round(within), between: round(mean(gaps)) })
  if (gaps.length > 2 && deviation(gaps) / mean(gaps) > IRREGULAR)
    return name('irregularBursting', detail)
  return name(within < CHATTER_INTERVAL ? 'chattering' : 'tonicBursting', detail)
}

/** A burst of so many spikes, then a leap to intervals that do not grow any more. */
function isMixed(intervals: readonly number[], burst: number): boolean {
  const [last, gap, next] = intervals.slice(burst - 2, burst + 1)
  return gap! >= LEAP * last! && next! <= (1 + REGULAR) * gap!
}

/** Intervals that grow, or shrink, all the way; null where they do not, or no more. */
function changing(intervals: readonly number[]): Regime | null {
  if (intervals.length < ADAPTING) return null
  const first = intervals[0]!
  const [previous, last] = intervals.slice(-2) as [number, number]
  if (Math.abs(last - previous) < SETTLED.long * last) return null
  const detail = say(details.apart, { first: round(first), last: round(last) })
  const follow = (sign: 1 | -1) =>
    intervals.every((x, i) => i === 0 || sign * (x - intervals[i - 1]!) >= -SETTLED.short * x)
  // In a burst intervals grow, too, and a leap may be its end.
  const slow = last > BURST_INTERVAL && last < LEAP * previous
  if (slow && last >= ADAPTED * first && follow(1)) return name('adapting', detail)
  if (first >= ADAPTED * last && follow(-1)) return name('speedingUp', detail)
  return null
}

/** By the later half of the train: a transient at the beginning makes no neuron irregular. */
function steady(times: readonly number[], intervals: readonly number[], resolution: number): Regime | null {
  const half = (times[0]! + times.at(-1)!) / 2
  const late = intervals.filter((_, i) => times[i + 1]! >= half)
  const settled = mean(late) > BURST_INTERVAL ? SETTLED.long : SETTLED.short
  const coarse = resolution > settled * mean(late)
  if (late.length < (settled === SETTLED.long ? 2 : coarse ? FEW_ON_GRID : 3)) return null
  const spread = Math.max(...late) - Math.min(...late)
  if (spread <= Math.max(settled * mean(late), 1.01 * resolution)) return name('tonic', rate(late))
  return late.length < MANY ? null : uneven(late)
}

/** null while the rate still changes. */
function uneven(late: readonly number[]): Regime | null {
  const middle = late.length >> 1
  const drift = mean(late.slice(middle)) / mean(late.slice(0, middle))
  if (drift > 1 + REGULAR || drift < 1 / (1 + REGULAR)) return null
  const variation = deviation(late) / mean(late)
  if (variation < REGULAR) return name('tonic', rate(late))
  return name(variation > IRREGULAR ? 'irregular' : 'uneven', rate(late))
}

function rate(intervals: readonly number[]): string {
  return say(details.rate, { rate: round(1000 / mean(intervals)) })
}

function mean(xs: readonly number[]): number {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length
}

function deviation(xs: readonly number[]): number {
  const middle = mean(xs)
  return Math.sqrt(mean(xs.map((x) => (x - middle) ** 2)))
}

function spikes(count: number): string {
  return plural(count, details.spikes)
}

function round(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(2)
}
