/** How far one spike train is from another. Pure. */

/** A spike of the reference and the one of the same number. */
export interface Pair {
  /** From 0. */
  k: number
  /** ms, in the reference. */
  t: number
  /** How much later the other train has it, ms. */
  error: number
}

export interface Match {
  pairs: Pair[]
  /** How many spikes fewer than the reference. */
  missed: number
  /** How many more. */
  extra: number
  /** The error of the last pair, ms; null where there is none. */
  last: number | null
  /** That of the largest size. */
  worst: number | null
}

/** Pairs the k-th spike with the k-th. To pair by nearness instead would hide what a numerical method
 * does wrong: one that runs slow is late by more and more, and once that is half an interval, each of
 * its spikes is near to another one of the reference. */
export function match(reference: readonly number[], times: readonly number[]): Match {
  const common = Math.min(reference.length, times.length)
  const pairs = reference.slice(0, common).map((t, k) => ({ k, t, error: times[k]! - t }))
  let worst: number | null = null
  for (const { error } of pairs)
    if (worst === null || Math.abs(error) > Math.abs(worst)) worst = error
  return {
    pairs,
    missed: reference.length - common,
    extra: times.length - common,
    last: pairs.at(-1)?.error ?? null,
    worst,
  }
}
