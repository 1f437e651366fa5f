/** Samples of a run, in the order of time; the oldest give way. */
import type { Trace } from './view'

const CAPACITY = 1 << 17

export class Recorder {
  private readonly t = new Float64Array(CAPACITY)
  private readonly v = new Float64Array(CAPACITY)
  private readonly u = new Float64Array(CAPACITY)
  private readonly I = new Float64Array(CAPACITY)
  private length = 0

  clear(): void {
    this.length = 0
  }

  push(t: number, v: number, u: number, I: number): void {
    if (this.length === CAPACITY) this.forgetOlderHalf()
    const i = this.length++
    this.t[i] = t
    this.v[i] = v
    this.u[i] = u
    this.I[i] = I
  }

  get lastTime(): number {
    return this.length ? this.t[this.length - 1]! : -Infinity
  }

  get lastV(): number {
    return this.length ? this.v[this.length - 1]! : NaN
  }

  /** What there is from a time on, with the last sample before it. No copy: valid until the next
   * push. */
  since(from: number): Trace {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.t[middle]! < from) low = middle + 1
      else high = middle
    }
    const start = Math.max(0, low - 1)
    const part = (samples: Float64Array) => samples.subarray(start, this.length)
    return { t: part(this.t), v: part(this.v), u: part(this.u), I: part(this.I) }
  }

  private forgetOlderHalf(): void {
    const half = CAPACITY / 2
    for (const samples of [this.t, this.v, this.u, this.I]) samples.copyWithin(0, half)
    this.length -= half
  }
}
