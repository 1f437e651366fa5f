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
/** Intervals within a burst and between bursts differ at least by this factor. */
const BURST_RATIO = 3
/** Coefficient of variation: regular below, irregular above. */
const REGULAR = 0.1
const IRREGULAR = 0.4
/** The intervals of an adapting neuron grow by at least this factor from first to last. */
const ADAPTED = 1.25
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
  return Math.max(...intervals) <= BURST_INTERVAL
    ? name('phasic bursting', detail)
    : name('spiking that ended', detail)
}

function ongoing(intervals: readonly number[]): Regime {
  const shortest = Math.min(...intervals)
  const longest = Math.max(...intervals)
  const rate = `${round(1000 / mean(intervals))} spikes/s`
  if (longest >= BURST_RATIO * shortest) {
    const bursts = bursting(intervals, Math.sqrt(shortest * longest))
    if (bursts) return bursts
  }
  // The last intervals: a transient at the beginning does not make a steady neuron irregular.
  const late = intervals.slice(Math.floor(intervals.length / 2))
  if (isAdapting(intervals))
    return name('spike frequency adaptation', `${round(intervals[0]!)} to ${round(intervals.at(-1)!)} ms apart`)
  const variation = deviation(late) / mean(late)
  if (variation < REGULAR) return name('tonic spiking', `${round(1000 / mean(late))} spikes/s`)
  return variation > IRREGULAR ? name('irregular spiking', rate) : name('tonic spiking, uneven', rate)
}

/** Groups of spikes with gaps above the threshold between them; null where they are no bursts. */
function bursting(intervals: readonly number[], threshold: number): Regime | null {
  const sizes = [1]
  for (const interval of intervals)
    if (interval > threshold) sizes.push(1)
    else sizes[sizes.length - 1]!++
  const gaps = intervals.filter((interval) => interval > threshold)
  const within = mean(intervals.filter((interval) => interval <= threshold))
  const [first = 0, ...rest] = sizes
  const later = rest.slice(0, -1) // the last group may not be over
  if (first > 1 && rest.length > 1 && rest.every((size) => size === 1))
    return name('mixed mode', `a burst of ${first}, then ${round(1000 / mean(gaps))} spikes/s`)
  if (rest.length === 0 || (later.length ? mean(later) < 2 : first < 2)) return null
  if (gaps.length > 2 && deviation(gaps) / mean(gaps) > IRREGULAR)
    return name('irregular bursting', `${round(within)} ms within bursts`)
  const title = within < CHATTER_INTERVAL ? 'tonic bursting (chattering)' : 'tonic bursting'
  return name(title, `${round(within)} ms within bursts, ${round(mean(gaps))} ms between`)
}

/** Each interval is as long as the one before or longer, but for a hundredth. */
function isAdapting(intervals: readonly number[]): boolean {
  const first = intervals.slice(0, 12)
  return (
    first.length >= 3 &&
    first.every((interval, i) => i === 0 || interval >= 0.99 * first[i - 1]!) &&
    first.at(-1)! >= ADAPTED * first[0]! &&
    // With the one jump after a first, early spike it is tonic.
    first.at(-1)! >= 1.05 * first[1]!
  )
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
