/** What the neuron is drawn on: WebGL, or a plain canvas where that is missing. */
import type { Theme } from '../view'
import type { Particles } from './activity'

/** From where it is looked at. */
export interface Look {
  /** Radians about the upright axis. */
  yaw: number
  /** Radians above the horizon. */
  pitch: number
  /** 1: the whole neuron fits. */
  zoom: number
}

export interface Moment {
  look: Look
  /** Of the soma, 0 to 1. */
  heat: number
  /** Of the axon, at PATH points. */
  profile: Float32Array
  particles: Particles
}

export interface Stage {
  readonly canvas: HTMLCanvasElement
  /** Pixels of the page, and how many of the device's there are to one. */
  resize(width: number, height: number, ratio: number, theme: Theme): void
  draw(moment: Moment): void
}

export const FIELD = 0.6 // radians of view, top to bottom
const LONG = 17.6 // the neuron's length and height with some room about it, in its units
const HIGH = 9.4
const CENTRE = 4.7 // where its middle is on x

export interface Camera {
  /** From the middle, in the neuron's units. */
  distance: number
  /** Radians that the neuron is turned in the plane of the page: on a tall page it hangs. */
  roll: number
  centre: number
}

export function cameraFor(width: number, height: number, zoom: number): Camera {
  const tall = height > 1.15 * width
  const [wide, high] = tall ? [HIGH, LONG] : [LONG, HIGH]
  const need = Math.max(high, (wide * height) / width)
  return { distance: need / 2 / Math.tan(FIELD / 2) / zoom, roll: tall ? -Math.PI / 2 : 0, centre: CENTRE }
}
