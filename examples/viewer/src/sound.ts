/** A click for each spike, made by the browser: no file, no network. */

const CLICK = 0.004 // s, that a click takes
const PITCH = 1400 // Hz
const LOUD = 0.25
const AHEAD = 0.03 // s, from a frame to its sound: a click in the past would be late by chance
const BEHIND = 0.3 // s, that the sound may follow what is seen
const MOST = 50 // clicks of a frame: more are one sound

export class Clicks {
  private context: AudioContext | null = null
  private sample: AudioBuffer | null = null
  private on = false
  /** Until when frames sound, s of the context: the next one sounds after them. */
  private until = 0

  /** Whether this browser has sound. */
  static get possible(): boolean {
    return typeof AudioContext !== 'undefined'
  }

  /** Off at first, as a browser lets a page sound only after a click; whether it is on now. */
  toggle(): boolean {
    this.on = !this.on
    if (this.on) {
      this.context ??= new AudioContext()
      this.sample ??= clickOf(this.context)
      void this.context.resume()
    } else void this.context?.suspend()
    return this.on
  }

  /** A frame of a length, s, with spikes at these delays, s, after its beginning. A dialect may label a spike with a
   * time before the frame; it sounds as the frame begins. */
  play(length: number, delays: readonly number[]): void {
    const { context, sample } = this
    if (!this.on || !context || !sample) return
    const soon = context.currentTime + AHEAD
    const begin = this.until < soon || this.until > soon + BEHIND ? soon : this.until
    this.until = begin + length
    for (const delay of delays.slice(0, MOST)) {
      const source = context.createBufferSource()
      source.buffer = sample
      source.connect(context.destination)
      source.start(begin + Math.max(0, delay))
    }
  }
}

/** A tone that dies away at once. */
function clickOf(context: AudioContext): AudioBuffer {
  const count = Math.ceil(CLICK * context.sampleRate)
  const sample = context.createBuffer(1, count, context.sampleRate)
  const wave = sample.getChannelData(0)
  for (let i = 0; i < count; i++) {
    const t = i / context.sampleRate
    wave[i] = LOUD * Math.sin(2 * Math.PI * PITCH * t) * (1 - i / count) ** 2
  }
  return sample
}
