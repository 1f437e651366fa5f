/** The plane of v and u: nullclines, fixed points and what kind they are, where the neuron goes, and
 * where it is. */
import {
  fixedPoints, nameOf, rates, recoveryNullcline, uprightNullclines, voltageNullcline, type FixedPoint,
} from '../dynamics'
import {
  across, axes, clipped, curve, digits, fixed, FONT, legend, legendHeight, line, Range, sample, ticks, unitOf, upward,
  type Box, type Entry, type Scale,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import type { Params } from '../engine'
import type { Pen } from '../svg'
import type { MakeView, Scene, Theme, Trace } from '../view'

const LEFT = 58
const RIGHT = 16
const TOP = 30
const BOTTOM = 42
const ARROWS = 44 // pixels from one arrow to the next
const FADES = 20 // steps in which the past fades
const COLUMN = 300 // of a legend beside the plot, which needs a page as wide as WIDE
const WIDE = 1000
const LOW = 480 // pixels, below which a legend says only what is needed

interface Plane {
  box: Box
  X: Scale
  Y: Scale
}

class Phase implements Drawing {
  private readonly v = new Range()
  private u = new Range()
  private form = ''

  paint({ pen, width, height, scene, theme, cursor }: Frame): boolean {
    const points = fixedPoints(scene.params, scene.current)
    this.follow(scene, points)
    const wide = width >= WIDE
    const entries = legendEntries(pen, theme, scene, points, wide || height >= LOW)
    const below = wide ? 0 : legendHeight(pen, width - LEFT - RIGHT, entries)
    const box = {
      x: LEFT, y: TOP, w: width - LEFT - RIGHT - (wide ? COLUMN : 0), h: height - TOP - BOTTOM - below,
    }
    const plane = { box, X: across(box, this.v.lo, this.v.hi), Y: upward(box, this.u.lo, this.u.hi) }
    this.frame(pen, theme, scene, plane)
    clipped(pen, box, () => {
      field(pen, theme, scene, plane)
      borders(pen, theme, scene.params, plane)
      nullclines(pen, theme, scene, plane)
      if (scene.preview) future(pen, theme, scene.preview, plane)
      past(pen, theme, scene, plane)
      for (const point of points) mark(pen, theme, point, plane.X.at(point.v), plane.Y.at(point.u))
      state(pen, theme, scene, plane)
    })
    if (wide) list(pen, theme, width - COLUMN + 8, TOP, entries)
    else legend(pen, theme, LEFT, box.y + box.h + BOTTOM, width - LEFT - RIGHT, entries)
    if (cursor) position(pen, theme, scene, plane, cursor)
    return false
  }

  describe(scene: Scene): string {
    const points = fixedPoints(scene.params, scene.current)
    const unit = unitOf(scene.setup)
    const found = points.map((point) => describePoint(point, unit)).join('; ')
    return (
      `Phase plane at ${fixed(scene.now, 1)} ms with a current of ${digits(scene.current)} ${unit}: ` +
      `the neuron is at v ${fixed(scene.state.v, 2)} mV, u ${fixed(scene.state.u, 2)} ${unit}. ` +
      (found ? `Fixed points: ${found}.` : 'There is no fixed point below the peak.')
    )
  }

  /** The ranges hold the reset, the peak, the trajectory and the fixed points that are near it. */
  private follow({ setup, params, trace, preview, state }: Scene, points: FixedPoint[]): void {
    if (setup.form !== this.form) this.u = new Range()
    this.form = setup.form
    const seen = [trace, ...(preview ? [preview] : [])]
    const [v, u] = (['v', 'u'] as const).map((name) => extent(seen.map((one) => one[name]), state[name]))
    this.v.include(Math.min(params.c, v![0]) - 4, Math.max(params.vpeak, v![1]) + 4)
    let [lo, hi] = u!
    const vertex = params.k2 > 0 ? -params.k1 / (2 * params.k2) : params.c
    for (const level of [...points.map((point) => point.u), state.u + params.d, this.lowest(vertex, params)]) {
      const span = Math.max(hi - lo, Math.abs(params.d), 1)
      if (level > hi && level < hi + 1.5 * span) hi = level
      if (level < lo && level > lo - 1.5 * span) lo = level
    }
    this.u.include(lo, Math.max(hi, lo + 1))
  }

  /** The bottom of the parabola without current. */
  private lowest(vertex: number, params: Params): number {
    return voltageNullcline(params, 0, vertex)
  }

  private frame(pen: Pen, theme: Theme, { setup }: Scene, { box, X, Y }: Plane): void {
    axes(
      pen, theme, box,
      { scale: X, label: 'v, mV', ticks: ticks(X.lo, X.hi, box.w / 70) },
      { scale: Y, label: `u, ${unitOf(setup)}`, ticks: ticks(Y.lo, Y.hi, box.h / 45) },
    )
  }
}

function extent(arrays: Float64Array[], start: number): [number, number] {
  let [lo, hi] = [start, start]
  for (const values of arrays)
    for (const value of values) {
      if (value < lo) lo = value
      if (value > hi) hi = value
    }
  return [lo, hi]
}

/** Arrows of one length along the flow, fainter where it is slow; lengths as they look on the page. */
function field(pen: Pen, theme: Theme, { params, current }: Scene, { box, X, Y }: Plane): void {
  const perMv = box.w / (X.hi - X.lo)
  const perU = box.h / (Y.hi - Y.lo)
  pen.save()
  pen.strokeStyle = theme.faint
  pen.globalAlpha = 0.4
  pen.lineWidth = 1
  pen.beginPath()
  for (let x = box.x + ARROWS / 2; x < box.x + box.w; x += ARROWS)
    for (let y = box.y + ARROWS / 2; y < box.y + box.h; y += ARROWS) {
      const rate = rates(params, current, { v: X.value(x), u: Y.value(y) })
      const [dx, dy] = [rate.v * perMv, -rate.u * perU]
      const length = Math.hypot(dx, dy)
      if (length > 0) arrow(pen, x, y, dx / length, dy / length)
    }
  pen.stroke()
  pen.restore()
}

function arrow(pen: Pen, x: number, y: number, dx: number, dy: number): void {
  const [tipX, tipY] = [x + 7 * dx, y + 7 * dy]
  line(pen, x - 7 * dx, y - 7 * dy, tipX, tipY)
  line(pen, tipX - 4 * dx + 2.5 * dy, tipY - 4 * dy - 2.5 * dx, tipX, tipY)
  pen.lineTo(tipX - 4 * dx - 2.5 * dy, tipY - 4 * dy + 2.5 * dx)
}

/** Where a spike ends and where it starts again: v = vpeak + vpeak_u u, v = c + c_u u. */
function borders(pen: Pen, theme: Theme, p: Params, { X, Y }: Plane): void {
  pen.save()
  pen.lineWidth = 1.4
  for (const [v, slope, colour, dash] of [
    [p.vpeak, p.vpeak_u, theme.spike, []],
    [p.c, p.c_u, theme.spike, [5, 4]],
  ] as const) {
    pen.strokeStyle = colour
    pen.setLineDash([...dash])
    pen.beginPath()
    line(pen, X.at(v + slope * Y.lo), Y.at(Y.lo), X.at(v + slope * Y.hi), Y.at(Y.hi))
    pen.stroke()
  }
  pen.restore()
}

function nullclines(pen: Pen, theme: Theme, { params, current }: Scene, { box, X, Y }: Plane): void {
  const points = Math.ceil(box.w / 3) + 1
  const v = Float64Array.from({ length: points }, (_, i) => X.lo + ((X.hi - X.lo) * i) / (points - 1))
  pen.save()
  pen.lineWidth = 2
  pen.lineJoin = 'round'
  pen.strokeStyle = theme.v
  pen.beginPath()
  curve(pen, v, v.map((x) => voltageNullcline(params, current, x)), X, Y)
  pen.stroke()
  pen.strokeStyle = theme.u
  pen.beginPath()
  curve(pen, v, v.map((x) => recoveryNullcline(params, x)), X, Y)
  for (const x of uprightNullclines(params)) line(pen, X.at(x), box.y, X.at(x), box.y + box.h)
  pen.stroke()
  pen.restore()
}

/** Adds samples to the path, without those that are too near to the last to be seen. The jump of a
 * reset, which two samples of one time are, is not part of it. */
function orbit(pen: Pen, { t, v, u }: Trace, { X, Y }: Plane, from: number, to: number): void {
  let [lastX, lastY] = [NaN, NaN]
  for (let i = from; i < to; i++) {
    const [x, y] = [X.at(v[i]!), Y.at(u[i]!)]
    const jump = i === from || t[i] === t[i - 1]
    const end = i === to - 1 || t[i] === t[i + 1]
    if (!jump && !end && Math.abs(x - lastX) + Math.abs(y - lastY) < 1) continue
    if (jump) pen.moveTo(x, y)
    else pen.lineTo(x, y)
    lastX = x
    lastY = y
  }
}

/** The jumps of the resets. */
function jumps(pen: Pen, { t, v, u }: Trace, { X, Y }: Plane, from: number, to: number): void {
  for (let i = from + 1; i < to; i++)
    if (t[i] === t[i - 1]) line(pen, X.at(v[i - 1]!), Y.at(u[i - 1]!), X.at(v[i]!), Y.at(u[i]!))
}

/** The older, the fainter. */
function past(pen: Pen, theme: Theme, { trace }: Scene, plane: Plane): void {
  const n = trace.t.length
  pen.save()
  pen.strokeStyle = theme.text
  pen.lineJoin = 'round'
  for (let i = 0; i < FADES; i++) {
    const from = Math.max(0, Math.floor((n * i) / FADES) - 1)
    const to = Math.floor((n * (i + 1)) / FADES)
    const age = 1 - (i + 1) / FADES
    pen.globalAlpha = 0.08 + 0.85 * (1 - age) ** 3
    pen.lineWidth = 1 + 0.8 * (1 - age)
    pen.setLineDash([])
    pen.beginPath()
    orbit(pen, trace, plane, from, to)
    pen.stroke()
    pen.globalAlpha *= 0.5
    pen.lineWidth = 1
    pen.setLineDash([2, 4])
    pen.beginPath()
    jumps(pen, trace, plane, from, to)
    pen.stroke()
  }
  pen.restore()
}

function future(pen: Pen, theme: Theme, preview: Trace, plane: Plane): void {
  pen.save()
  pen.strokeStyle = theme.text
  pen.globalAlpha = 0.5
  pen.lineWidth = 1.2
  pen.setLineDash([4, 3])
  pen.beginPath()
  orbit(pen, preview, plane, 0, preview.t.length)
  pen.stroke()
  pen.restore()
}

/** Full: stable; empty: unstable; a diamond: a saddle; a square: a centre or a degenerate point. */
function mark(pen: Pen, theme: Theme, point: FixedPoint, x: number, y: number): void {
  pen.save()
  pen.lineWidth = 2
  pen.strokeStyle = theme.text
  pen.fillStyle = point.stable ? theme.text : theme.background
  pen.beginPath()
  if (point.kind === 'saddle') diamond(pen, x, y, 7)
  else if (point.kind === 'node' || point.kind === 'focus') pen.arc(x, y, 5.5, 0, 2 * Math.PI)
  else pen.rect(x - 5, y - 5, 10, 10)
  pen.fill()
  pen.stroke()
  if (point.kind === 'focus') swirl(pen, theme, point, x, y)
  pen.restore()
}

function diamond(pen: Pen, x: number, y: number, r: number): void {
  pen.moveTo(x - r, y)
  pen.lineTo(x, y - r)
  pen.lineTo(x + r, y)
  pen.lineTo(x, y + r)
  pen.closePath()
}

/** A ring around a focus, to tell it from a node. */
function swirl(pen: Pen, theme: Theme, { stable }: FixedPoint, x: number, y: number): void {
  pen.lineWidth = 1.2
  pen.strokeStyle = theme.text
  if (!stable) pen.setLineDash([3, 2])
  pen.beginPath()
  pen.arc(x, y, 9.5, 0, 2 * Math.PI)
  pen.stroke()
}

function state(pen: Pen, theme: Theme, { state }: Scene, { X, Y }: Plane): void {
  const [x, y] = [X.at(state.v), Y.at(state.u)]
  pen.save()
  pen.fillStyle = theme.spike
  pen.globalAlpha = 0.25
  pen.beginPath()
  pen.arc(x, y, 11, 0, 2 * Math.PI)
  pen.fill()
  pen.globalAlpha = 1
  pen.strokeStyle = theme.background
  pen.lineWidth = 1.5
  pen.beginPath()
  pen.arc(x, y, 5.5, 0, 2 * Math.PI)
  pen.fill()
  pen.stroke()
  pen.restore()
}

function eigenvalueText({ eigenvalues: [first, second] }: FixedPoint): string {
  return first.im
    ? `λ = ${digits(first.re, 3)} ± ${digits(first.im, 3)} i /ms`
    : `λ = ${digits(first.re, 3)}, ${digits(second.re, 3)} /ms`
}

const describePoint = (point: FixedPoint, unit: string) =>
  `${nameOf(point)} at v ${fixed(point.v, 2)} mV, u ${fixed(point.u, 2)} ${unit}, ${eigenvalueText(point)}`

function legendEntries(pen: Pen, theme: Theme, scene: Scene, points: FixedPoint[], full: boolean): Entry[] {
  const { params, setup, state, current } = scene
  const unit = unitOf(setup)
  const [peak, reset] = [params.vpeak + params.vpeak_u * state.u, params.c + params.c_u * state.u]
  const value = (text: string, number: string) => (full ? `${text}${number}` : text)
  return [
    { text: value('v′ = 0', ` at I = ${digits(current)} ${unit}`), sign: sample(pen, theme.v) },
    { text: 'u′ = 0', sign: sample(pen, theme.u) },
    { text: value('peak', `, ${digits(peak)} mV`), sign: sample(pen, theme.spike, [], 1.4) },
    { text: value('reset', `, ${digits(reset)} mV`), sign: sample(pen, theme.spike, [5, 4], 1.4) },
    ...(points.length ? points.flatMap((point) => pointEntries(pen, theme, point, unit, full)) : [{ text: 'no fixed point', sign: () => {} }]),
  ]
}

function pointEntries(pen: Pen, theme: Theme, point: FixedPoint, unit: string, full: boolean): Entry[] {
  const sign = (x: number, y: number) => mark(pen, theme, point, x + 9, y)
  if (!full) return [{ text: nameOf(point), sign }]
  return [
    { text: `${nameOf(point)}: ${fixed(point.v, 2)} mV, ${fixed(point.u, 2)} ${unit}`, sign },
    { text: eigenvalueText(point), sign: () => {} },
  ]
}

/** Entries one below the other. */
function list(pen: Pen, theme: Theme, x: number, y: number, entries: Entry[]): void {
  pen.save()
  pen.font = `12px ${FONT}`
  pen.textBaseline = 'middle'
  entries.forEach(({ text, sign }, i) => {
    const at = y + 10 + 23 * i
    sign(x, at)
    pen.fillStyle = theme.text
    pen.fillText(text, x + 28, at)
  })
  pen.restore()
}

function position(
  pen: Pen, theme: Theme, { setup }: Scene, { box, X, Y }: Plane, { x, y }: { x: number; y: number },
): void {
  if (x < box.x || x > box.x + box.w || y < box.y || y > box.y + box.h) return
  pen.save()
  pen.font = `12px ${FONT}`
  pen.textAlign = 'right'
  pen.fillStyle = theme.text
  const text = `${fixed(X.value(x), 1)} mV, ${digits(Y.value(y))} ${unitOf(setup)}`
  pen.fillText(text, box.x + box.w, box.y - 8)
  pen.restore()
}

export const make: MakeView = () => new Picture(new Phase())
