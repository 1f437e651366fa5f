/** Two coupled neurons: v of each against time, and when in the first one's cycle the second fires. */
import { EARLIEST, phasesOf, turned, type Phase } from '../phases'
import {
  across, axes, card, clipped, crisp, curve, digits, fixed, FONT, line, lowerBound, ticks, upward, valueAt, type Box, type Scale,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import type { Pen } from '../svg'
import { TEXTS, say } from '../texts'
import type { MakeView, PairScene, Scene, Theme } from '../view'

const TIME = 't, ms'
const LEFT = 58
const RIGHT = 16
const TOP = 34
const GAP = 34 // for the name of the next panel, and its spikes
const BOTTOM = 42
const LOW = 300 // pixels, below which there is no room for the phases

interface Panels {
  X: Scale
  v: [Box, Box]
  /** The range of v, the same for both. */
  range: [number, number]
  phases: Box | null
}

const COLOURS = ['v', 'u'] as const

class Pair implements Drawing {
  paint({ pen, width, height, scene, theme, cursor }: Frame): boolean {
    const { pair } = scene
    if (!pair) return false
    const panels = arranged(scene, pair, width, height)
    for (const i of [0, 1] as const) neuron(pen, theme, pair, i, panels)
    if (panels.phases) phases(pen, theme, phasesIn(pair, panels.X.lo), panels.X, panels.phases)
    if (cursor) pointed(pen, theme, pair, panels, cursor.x, width)
    return false
  }

  describe({ pair, now, setup }: Scene): string {
    if (!pair) return ''
    const from = now - setup.window
    const late = phasesIn(pair, from).at(-1)
    const count = (i: number) => pair.spikes.filter((one) => one.i === i && one.t >= from).length
    return say(TEXTS.pair.described, {
      t: fixed(now, 1), v1: fixed(pair.states[0].v, 1), v2: fixed(pair.states[1].v, 1), first: count(0), second: count(1),
      window: fixed(setup.window, 0),
      phase: late ? say(TEXTS.pair.describedPhase, { lag: digits(late.lag, 3), cycle: digits(late.cycle, 3) }) : '',
    }).trim()
  }

  /** A bar as long as a round time, for paper. */
  bar({ now, setup }: Scene, width: number): { pixels: number; text: string } {
    const X = timesOf(now, setup.window, width)
    const [first = 0, second = 1] = ticks(X.lo, X.hi, 8)
    return { pixels: X.at(second) - X.at(first), text: `${digits(second - first)} ms` }
  }
}

/** At first the traces grow into the window, then they scroll. */
function timesOf(now: number, window: number, width: number): Scale {
  const end = Math.max(window, now)
  return across({ x: LEFT, y: 0, w: width - LEFT - RIGHT, h: 0 }, end - window, end)
}

function arranged({ now, setup, params }: Scene, { traces }: PairScene, width: number, height: number): Panels {
  const w = width - LEFT - RIGHT
  const low = height < LOW
  const room = height - TOP - (low ? 1 : 2) * GAP - BOTTOM
  const tall = Math.max(24, low ? room / 2 : 0.36 * room)
  const boxes = [0, 1].map((i) => ({ x: LEFT, y: TOP + i * (tall + GAP), w, h: tall })) as [Box, Box]
  const y = TOP + 2 * (tall + GAP)
  let [lo, hi] = [params.c, params.vpeak]
  for (const { v } of traces)
    for (const one of v) {
      if (one < lo) lo = one
      if (one > hi) hi = one
    }
  const margin = 0.06 * Math.max(hi - lo, 1)
  return {
    X: timesOf(now, setup.window, width), v: boxes, range: [lo - margin, hi + margin],
    phases: low ? null : { x: LEFT, y, w, h: height - y - BOTTOM },
  }
}

function neuron(pen: Pen, theme: Theme, pair: PairScene, i: 0 | 1, { X, v, range, phases: below }: Panels): void {
  const box = v[i]
  const Y = upward(box, ...range)
  const { t, v: values } = pair.traces[i]
  axes(
    pen, theme, box,
    { scale: X, label: TIME, ticks: ticks(X.lo, X.hi, box.w / 90) },
    { scale: Y, label: '', ticks: ticks(Y.lo, Y.hi, Math.max(2, box.h / 42)) },
    i === 1 && !below,
  )
  pen.save()
  pen.fillStyle = theme[COLOURS[i]]
  pen.font = `600 12px ${FONT}`
  pen.fillText(say(TEXTS.pair.neuron, { neuron: i + 1 }), box.x, box.y - 16)
  pen.restore()
  clipped(pen, { ...box, y: box.y - 2, h: box.h + 4 }, () => {
    pen.lineJoin = 'round'
    pen.strokeStyle = theme[COLOURS[i]]
    pen.lineWidth = 1.6
    pen.beginPath()
    curve(pen, t, values, X, Y, Math.max(0, lowerBound(t.length, (k) => t[k]!, X.lo) - 1))
    pen.stroke()
  })
  marks(pen, theme, pair, i, box, X)
}

/** A tick above the trace at each spike. */
function marks(pen: Pen, theme: Theme, { spikes }: PairScene, i: number, box: Box, X: Scale): void {
  pen.save()
  pen.strokeStyle = theme.spike
  pen.lineWidth = 1.5
  pen.beginPath()
  for (let k = firstOf(spikes, X.lo); k < spikes.length; k++)
    if (spikes[k]!.i === i && spikes[k]!.t >= X.lo) line(pen, X.at(spikes[k]!.t), box.y - 11, X.at(spikes[k]!.t), box.y - 3)
  pen.stroke()
  pen.restore()
}

/** They are in the order of the ticks in which they counted: one within a tick may be before one that is later. */
const firstOf = (spikes: PairScene['spikes'], from: number) =>
  Math.max(0, lowerBound(spikes.length, (k) => spikes[k]!.t, from) - 2)

/** The phases from a time on; a cycle may have begun before. */
function phasesIn({ spikes }: PairScene, from: number): Phase[] {
  const times = (i: number) => spikes.filter((one) => one.i === i)
  const [first, second] = [times(0), times(1)].map((all) => {
    const start = lowerBound(all.length, (k) => all[k]!.t, from)
    return all.slice(Math.max(0, start - 1)).map(({ t }) => t)
  })
  return phasesOf(first!, second!).filter(({ t }) => t >= from)
}

function phases(pen: Pen, theme: Theme, all: readonly Phase[], X: Scale, box: Box): void {
  const Y = upward(box, EARLIEST, EARLIEST + 1)
  axes(
    pen, theme, box,
    { scale: X, label: TIME, ticks: ticks(X.lo, X.hi, box.w / 90) },
    { scale: Y, label: TEXTS.pair.phase, ticks: [0, 0.5] },
  )
  pen.save()
  pen.fillStyle = theme.spike
  pen.beginPath()
  for (const { t, phase } of all) {
    const y = Y.at(turned(phase))
    pen.moveTo(X.at(t) + 2.6, y)
    pen.arc(X.at(t), y, 2.6, 0, 2 * Math.PI)
  }
  pen.fill()
  pen.restore()
}

function pointed(pen: Pen, theme: Theme, pair: PairScene, { X, v, phases: below }: Panels, x: number, width: number): void {
  const t = X.value(x)
  const values = pair.traces.map((trace) => valueAt(trace.t, trace.v, t))
  if (x < X.from || x > X.to || values.some((one) => one === null)) return
  const bottom = below ?? v[1]
  pen.save()
  pen.strokeStyle = theme.faint
  pen.beginPath()
  line(pen, crisp(x), v[0].y, crisp(x), bottom.y + bottom.h)
  pen.stroke()
  card(pen, theme, [
    [`t ${fixed(t, 2)} ms`, theme.text],
    ...values.map((one, i): [string, string] => [`v${i + 1} ${fixed(one!, 1)} mV`, theme[COLOURS[i as 0 | 1]]]),
  ], x, v[0].y + 8, width)
  pen.restore()
}

export const make: MakeView = () => new Picture(new Pair())
