/** What the neuron is drawn on: WebGL, or a plain canvas where that is missing. */
import type { Theme } from '../view'
import type { Particles } from './activity'
import type { Anatomy, Vec } from './anatomy'

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
  /** How hot the soma is, 0 to 1. */
  heat: number
  /** How hot the axon is, at PATH points. */
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

/** How the whole neuron fits on a page. */
export interface Fit {
  /** How far the camera is from the middle, in the neuron's units. */
  distance: number
  /** Radians that the neuron is turned in the plane of the page. */
  roll: number
  /** What part of the turned neuron is in the middle of the page. */
  middle: readonly [number, number]
}

const MARGIN = 1.1 // for what comes nearer than the middle, too
const ROLLS = [0, -0.3, -0.6, -0.9, -1.2, -Math.PI / 2]
const HANGS = -1.3 // roll, beyond which the axon ends above the bar of colours
const BELOW = 2.2 // room for that bar, in the neuron's units

/** Turned so that it is largest: along a wide page, from corner to corner, or hanging on a tall one. */
export function fitOf({ dendrites, axon }: Anatomy, width: number, height: number): Fit {
  const points = [...dendrites, ...axon].flatMap(({ path }) => path)
  const fits = ROLLS.map((roll) => fitted(points, roll, width / height))
  return fits.reduce((best, one) => (one.distance < 0.97 * best.distance ? one : best))
}

function fitted(points: Vec[], roll: number, aspect: number): Fit {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [x, y] of points) {
    const [tx, ty] = [x * Math.cos(roll) - y * Math.sin(roll), x * Math.sin(roll) + y * Math.cos(roll)]
    left = Math.min(left, tx)
    right = Math.max(right, tx)
    bottom = Math.min(bottom, ty)
    top = Math.max(top, ty)
  }
  if (roll < HANGS) bottom -= BELOW
  const need = MARGIN * Math.max(top - bottom, (right - left) / aspect)
  return {
    distance: need / 2 / Math.tan(FIELD / 2),
    roll,
    middle: [(left + right) / 2, (bottom + top) / 2],
  }
}
