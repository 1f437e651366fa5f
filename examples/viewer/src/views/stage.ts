/** What the neuron is drawn on: WebGL, or a plain canvas where that is missing. */
import type { Theme } from '../view'
import type { Particles } from './activity'
import type { Anatomy } from './anatomy'

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

export interface Bounds {
  /** In the neuron's units, without depth. */
  lo: [number, number]
  hi: [number, number]
}

export function boundsOf({ dendrites, axon }: Anatomy): Bounds {
  const points = [...dendrites, ...axon].flatMap((branch) => branch.path)
  const end = (pick: (...all: number[]) => number): [number, number] => [
    pick(...points.map((point) => point[0])), pick(...points.map((point) => point[1])),
  ]
  return { lo: end(Math.min), hi: end(Math.max) }
}

export interface Camera {
  /** From the middle, in the neuron's units. */
  distance: number
  /** Radians that the neuron is turned in the plane of the page: on a tall page it hangs. */
  roll: number
  /** Of the neuron, what is in the middle of the page. */
  centre: [number, number]
}

const MARGIN = 1.1 // for what comes nearer than the middle, too
const BELOW = 2.2 // room for the bar of colours under a neuron that hangs, in its units

export function cameraFor({ lo, hi }: Bounds, width: number, height: number, zoom: number): Camera {
  const tall = height > 1.15 * width
  const long = hi[0] - lo[0] + (tall ? BELOW : 0)
  const thick = hi[1] - lo[1]
  const [wide, high] = tall ? [thick, long] : [long, thick]
  const need = MARGIN * Math.max(high, (wide * height) / width)
  return {
    distance: need / 2 / Math.tan(FIELD / 2) / zoom,
    roll: tall ? -Math.PI / 2 : 0,
    centre: [lo[0] + long / 2, (lo[1] + hi[1]) / 2],
  }
}
