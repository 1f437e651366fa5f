/** What the current has done up to now, as far as spikes cannot be judged without it. Pure. */
import type { Segment } from './engine'
import { currentAt } from './stimulus'

/** How the present current came about. */
export type Drive =
  /** It is held, and was raised to this, or has been this from the start. */
  | 'held'
  /** It is held, and was more before. */
  | 'lowered'
  /** It is held, and was less before: below 0, or below what it had been earlier. */
  | 'released'
  /** It is back where it was before one pulse or more. */
  | 'pulses'
  /** v was kicked. */
  | 'kick'
  /** It has a slope, or goes from level to level. */
  | 'changing'
  | 'noise'

export interface Input {
  drive: Drive
  /** Spikes are judged from then on, ms. */
  since: number
  /** When the present current began, ms: not before `since`. */
  changed: number
  /** Since when the current was what it was before `since`, ms. */
  before: number
  /** How many, of 'pulses' and of 'kick'. */
  pulses: number
}

/** What is held for less is a pulse, ms. */
const PULSE = 50
/** More levels than this, one short one after the other, are no pulses any more. */
const LEVELS = 3

export interface History {
  segments: readonly Segment[]
  noise: boolean
  /** When the neuron or its current were last changed, ms. */
  from: number
  /** The current before that; NaN where there was none. */
  prior: number
  /** When v was last kicked, ms; -Infinity: never. */
  kicked: number
  now: number
}

export const held = (since: number): Input => ({ drive: 'held', since, changed: since, before: since, pulses: 0 })

export function inputOf({ segments, noise, from, prior, kicked, now }: History): Input {
  if (noise) return { ...held(from), drive: 'noise' }
  const input = present(stretches(segments, from, prior, now), from)
  return kicked < input.changed ? input : { drive: 'kick', since: kicked, changed: kicked, before: input.since, pulses: 1 }
}

/** The current as pieces, each unlike the one before; the last is the present one. */
function stretches(segments: readonly Segment[], from: number, prior: number, now: number): Segment[] {
  const all: Segment[] = Number.isNaN(prior) ? [] : [{ t: -Infinity, I: prior, slope: 0 }]
  const put = (next: Segment) => {
    const last = all.at(-1)
    if (!last || next.slope !== last.slope || next.I !== valueOf(last, next.t)) all.push(next)
  }
  const later = segments.filter(({ t }) => t > from && t <= now)
  put({ t: from, I: currentAt(segments, from), slope: segments.filter(({ t }) => t <= from).at(-1)?.slope ?? 0 })
  later.forEach(put)
  return all
}

/** A stretch's current at a time. */
const valueOf = ({ t, I, slope }: Segment, at: number) => (slope ? I + slope * (at - t) : I)

function present(all: readonly Segment[], from: number): Input {
  const last = all.at(-1)!
  // Back over what was held for a short time only.
  let first = all.length - 1
  while (first > 0 && all[first]!.t - all[first - 1]!.t < PULSE) first--
  const short = all.slice(first)
  const begun = { ...held(Math.max(short[0]!.t, from)), changed: Math.max(last.t, from) }
  if (last.slope || new Set(short.map(({ I }) => I)).size > LEVELS) return { ...begun, drive: 'changing' }
  return pulsed(all, first, last.I) ?? stepped(all, from)
}

/** Back at the level from which it left for a short time, once or more; else null. */
function pulsed(all: readonly Segment[], first: number, base: number): Input | null {
  const earlier = all[first - 1]
  const returns = earlier && valueOf(earlier, all[first]!.t) === base
  const from = returns ? first : all.findIndex(({ I, slope }, i) => i >= first && I === base && !slope) + 1
  const pulses = all.slice(from).filter(({ I }) => I !== base)
  if (pulses.length === 0) return null
  const [since, changed] = [all[from]!.t, all.at(-1)!.t]
  // Pulses that were all below what is held now are a release of it.
  return pulses.every(({ I }) => I < base)
    ? { drive: 'released', since: changed, changed, before: since, pulses: 0 }
    : { drive: 'pulses', since, changed, before: since, pulses: pulses.length }
}

function stepped(all: readonly Segment[], from: number): Input {
  const last = all.at(-1)!
  const previous = all.at(-2)
  const since = Math.max(last.t, from)
  if (!previous) return held(since)
  const [was, before] = [valueOf(previous, last.t), Math.max(previous.t, 0)]
  const once = all.slice(0, -2).some((one) => one.I >= last.I)
  const released = was < last.I && (last.I <= 0 || once)
  return { ...held(since), drive: was > last.I ? 'lowered' : released ? 'released' : 'held', before }
}
