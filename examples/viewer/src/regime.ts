/** The name of a firing regime, from its spike times alone. The names are those of Izhikevich 2004,
 * figure 1; what the figure tells apart by the current or by v, such as classes of excitability or
 * resonance, spikes cannot tell. The thresholds are the author's of this file, chosen so that the
 * presets get their published names; they have no source. */

export interface Regime {
  name: string
  /** Numbers that go with it, for the reader. */
  detail: string
}

/** Below this much time without a spike nothing can be said, ms. */
const PATIENCE = 50
/** A neuron is silent for good after so many of its longest intervals. */
const SILENT_INTERVALS = 3
/** No interval is between those within bursts and those between them, which differ by this factor. */
const BURST_RATIO = 3
/** From one interval to the next, mixed mode leaps by so much; adaptation creeps. */
const LEAP = 3
/** Coefficient of variation: regular below, irregular above. */
const REGULAR = 0.1
const IRREGULAR = 0.4
/** Of an adapting neuron the last interval is at least this many times the first. */
const ADAPTED = 1.25
/** Intervals that differ by less than this share are the same. */
const SETTLED = 0.02
/** Intervals of a burst on its own are at most this long, ms: 50 spikes a second are no burst. */
const BURST_INTERVAL = 20
/** Bursts of spikes less than this apart, ms, are chattering: Izhikevich 2003 has CH at 2 to 4. */
const CHATTER_INTERVAL = 5

const name = (text: string, detail = ''): Regime => ({ name: text, detail })

/** `times`: spikes since `since`, ascending; the last few dozen will do. All in ms. */
export function regimeOf(times: readonly number[], since: number, now: number): Regime {
  if (times.length === 0)
    return now - since < PATIENCE ? name('waiting for spikes') : name('quiescent', 'no spikes')
  const intervals = times.slice(1).map((t, i) => t - times[i]!)
  const silence = now - times.at(-1)!
  const longest = Math.max(...intervals, 0)
  if (silence > Math.max(PATIENCE, SILENT_INTERVALS * longest)) return phasic(intervals)
  if (intervals.length < 2) return name('waiting for spikes', spikes(times.length))
  return ongoing(intervals)
}

/** It fired and is silent since. */
function phasic(intervals: readonly number[]): Regime {
  if (intervals.length === 0) return name('phasic spiking', 'one spike, then silence')
  const detail = `${spikes(intervals.length + 1)}, then silence`
  if (Math.max(...intervals) > BURST_INTERVAL) return name('spiking that ended', detail)
  return name(intervals.length < 2 ? 'phasic spiking' : 'phasic bursting', detail)
}

function ongoing(intervals: readonly number[]): Regime {
  const threshold = breakOf(intervals)
  const bursts = threshold === null ? null : bursting(intervals, threshold)
  if (bursts) return bursts
  return changing(intervals) ?? steady(intervals)
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
      ? name('mixed mode', `a burst of ${first}, then ${rate(gaps)}`)
      : null
  const whole = rest.slice(0, -1) // the last group may not be over
  if (rest.length === 0 || mean(whole.length ? whole : [Math.min(first, rest[0]!)]) < 2) return null
  const within = mean(intervals.filter((interval) => interval <= threshold))
  const detail = `${round(within)} ms within bursts, ${round(mean(gaps))} ms between`
  if (gaps.length > 2 && deviation(gaps) / mean(gaps) > IRREGULAR)
    return name('irregular bursting', detail)
  return name(within < CHATTER_INTERVAL ? 'tonic bursting (chattering)' : 'tonic bursting', detail)
}

/** A burst of so many spikes, then a leap to intervals that do not grow any more. */
function isMixed(intervals: readonly number[], burst: number): boolean {
  const [last, gap, next] = intervals.slice(burst - 2, burst + 1)
  return gap! >= LEAP * last! && next! <= (1 + REGULAR) * gap!
}

/** Intervals that grow, or shrink, all the way; null where they do not, or no more. */
function changing(intervals: readonly number[]): Regime | null {
  const first = intervals[0]!
  const [previous, last] = intervals.slice(-2) as [number, number]
  if (Math.abs(last - previous) < SETTLED * last) return null
  const detail = `${round(first)} to ${round(last)} ms apart`
  const follow = (sign: 1 | -1) =>
    intervals.every((x, i) => i === 0 || sign * (x - intervals[i - 1]!) >= -SETTLED * x)
  if (last >= ADAPTED * first && follow(1)) return name('spike frequency adaptation', detail)
  if (first >= ADAPTED * last && follow(-1)) return name('spiking that speeds up', detail)
  return null
}

/** By the later half: a transient at the beginning does not make a neuron irregular. */
function steady(intervals: readonly number[]): Regime {
  const late = intervals.slice(Math.floor(intervals.length / 2))
  const variation = deviation(late) / mean(late)
  if (variation < REGULAR) return name('tonic spiking', rate(late))
  return name(variation > IRREGULAR ? 'irregular spiking' : 'tonic spiking, uneven', rate(late))
}

function rate(intervals: readonly number[]): string {
  return `${round(1000 / mean(intervals))} spikes/s`
}

function mean(xs: readonly number[]): number {
  return xs.reduce((sum, x) => sum + x, 0) / xs.length
}

function deviation(xs: readonly number[]): number {
  const middle = mean(xs)
  return Math.sqrt(mean(xs.map((x) => (x - middle) ** 2)))
}

function spikes(count: number): string {
  return count === 1 ? '1 spike' : `${count} spikes`
}

function round(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(2)
}
