/** The network of 2003: the spikes of all its neurons against time, and how many there are in each ms. */
import { ALL, EXCITATORY } from '../coupled'
import { ratesOf } from '../phases'
import { across, axes, clipped, digits, fixed, legend, legendHeight, lowerBound, ticks, upward, type Box, type Entry, type Scale } from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import type { Pen } from '../svg'
import { TEXTS, say } from '../texts'
import type { MakeView, NetworkScene, Scene, Theme } from '../view'

const TIME = 't, ms'
const LEFT = 52
const RIGHT = 16
const TOP = 28
const GAP = 26
const BOTTOM = 42
/** Spikes that are drawn at most: a frame's work has a bound, and more are one grey to the eye. */
export const MOST_DOTS = 20_000
const COLUMNS = 400 // bars at most

interface Panels {
  X: Scale
  raster: Box
  counts: Box
}

class Network implements Drawing {
  paint({ pen, width, height, scene, theme }: Frame): boolean {
    const { network } = scene
    if (!network) return false
    const X = timesOf(scene, width)
    const first = lowerBound(network.t.length, (k) => network.t[k]!, X.lo)
    const every = Math.max(1, Math.ceil((network.t.length - first) / MOST_DOTS))
    const entries = entriesOf(pen, theme, every)
    const panels = arranged(pen, X, width, height, entries)
    raster(pen, theme, network, panels, first, every)
    counts(pen, theme, network, panels)
    legend(pen, theme, LEFT, panels.counts.y + panels.counts.h + BOTTOM, width - LEFT - RIGHT, entries)
    return false
  }

  describe({ network, now, setup }: Scene): string {
    if (!network) return ''
    const [E, I] = ratesOf(...network.counts)
    return say(TEXTS.network.described, { t: fixed(now, 0), span: fixed(setup.network.span, 0), E: fixed(E, 1), I: fixed(I, 1) })
  }

  /** A bar as long as a round time, for paper. */
  bar(scene: Scene, width: number): { pixels: number; text: string } {
    const X = timesOf(scene, width)
    const [first = 0, second = 1] = ticks(X.lo, X.hi, 8)
    return { pixels: X.at(second) - X.at(first), text: `${digits(second - first)} ms` }
  }
}

function timesOf({ now, setup }: Scene, width: number): Scale {
  const { span } = setup.network
  const end = Math.max(span, now)
  return across({ x: LEFT, y: 0, w: width - LEFT - RIGHT, h: 0 }, end - span, end)
}

function entriesOf(pen: Pen, theme: Theme, every: number): Entry[] {
  const square = (colour: string) => (x: number, y: number) => {
    pen.save()
    pen.fillStyle = colour
    pen.fillRect(x + 4, y - 5, 10, 10)
    pen.restore()
  }
  const { excitatory, inhibitory } = TEXTS.network
  const all = [{ text: excitatory, sign: square(theme.v) }, { text: inhibitory, sign: square(theme.spike) }]
  return every === 1 ? all : [...all, { text: say(TEXTS.network.every, { every }), sign: () => {} }]
}

function arranged(pen: Pen, X: Scale, width: number, height: number, entries: Entry[]): Panels {
  const w = width - LEFT - RIGHT
  const room = height - TOP - GAP - BOTTOM - legendHeight(pen, w, entries) - 6
  const tall = Math.max(40, 0.72 * room)
  return {
    X, raster: { x: LEFT, y: TOP, w, h: tall },
    counts: { x: LEFT, y: TOP + tall + GAP, w, h: Math.max(24, room - tall) },
  }
}

/** A dot a spike, neuron by neuron from the bottom. */
function raster(pen: Pen, theme: Theme, { t, i }: NetworkScene, { X, raster: box }: Panels, first: number, every: number): void {
  const Y = upward(box, 0, ALL)
  axes(
    pen, theme, box,
    { scale: X, label: '', ticks: ticks(X.lo, X.hi, box.w / 90) },
    { scale: Y, label: TEXTS.network.neuron, ticks: ticks(0, ALL, Math.max(2, box.h / 42)) }, false,
  )
  const size = Math.max(1.4, Math.min(2.4, box.h / 200))
  clipped(pen, box, () => {
    for (const [colour, from, to] of [[theme.v, 0, EXCITATORY], [theme.spike, EXCITATORY, ALL]] as const) {
      pen.fillStyle = colour
      pen.beginPath()
      for (let k = first; k < t.length; k += every)
        if (i[k]! >= from && i[k]! < to) pen.rect(X.at(t[k]!) - size / 2, Y.at(i[k]! + 0.5) - size / 2, size, size)
      pen.fill()
    }
  })
}

/** Bars of both kinds, one upon the other: a ms each, or several where there is no room. */
function counts(pen: Pen, theme: Theme, { counts: [E, I], from }: NetworkScene, { X, counts: box }: Panels): void {
  const wide = Math.max(1, Math.ceil((X.hi - X.lo) / COLUMNS))
  const most = E.reduce((best, one, k) => Math.max(best, one + I[k]!), 0)
  const Y = upward(box, 0, 1.08 * Math.max(20, most))
  axes(
    pen, theme, box,
    { scale: X, label: TIME, ticks: ticks(X.lo, X.hi, box.w / 90) },
    { scale: Y, label: TEXTS.network.counts, ticks: ticks(0, Y.hi, Math.max(2, box.h / 36)) },
  )
  clipped(pen, box, () => {
    for (const kind of [0, 1]) {
      pen.fillStyle = kind ? theme.spike : theme.v
      pen.beginPath()
      for (let k = -(from % wide); k < E.length; k += wide) {
        const [one, other] = [meanOf(E, k, wide), meanOf(I, k, wide)]
        const [low, high] = kind ? [one, one + other] : [0, one]
        if (high > low) pen.rect(X.at(from + k), Y.at(high), X.at(from + k + wide) - X.at(from + k), Y.at(low) - Y.at(high))
      }
      pen.fill()
    }
  })
}

/** The mean of so many counts from one on, as far as they are there. */
function meanOf(counts: Uint16Array, from: number, wide: number): number {
  const part = counts.subarray(Math.max(0, from), Math.max(0, from + wide))
  return part.reduce((sum, one) => sum + one, 0) / Math.max(1, part.length)
}

export const drawing = (): Drawing => new Network()

export const make: MakeView = () => new Picture(drawing())
