/** The plane of v and u: nullclines, fixed points and what kind they are, where the neuron goes, and
 * where it is. */
import { h } from '../dom'
import {
  fixedPoints, manifold, nameOf, rates, recoveryNullcline, uprightNullclines, voltageNullcline, type Manifold,
} from '../dynamics'
import {
  across, axes, clipped, curve, digits, fixed, FONT, legend, legendHeight, line, Range, sample, ticks, unitOf, upward,
  type Box, type Entry, type Scale,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import type { Bifurcation, Engine, Equilibrium, Params } from '../engine'
import type { Pen } from '../svg'
import { say, TEXTS } from '../texts'
import type { Actions, MakeView, Scene, Theme, Trace } from '../view'

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

const NEAR = 16 // pixels, within which the state is taken
const NOTCH = 1.0015 // by which a unit of the wheel zooms

type Span = readonly [number, number]

/** What is shown when it was zoomed or moved. */
interface Zoom {
  v: Span
  u: Span
}

class Phase implements Drawing {
  /** Where the plot is on the page. */
  box: Box = { x: LEFT, y: TOP, w: 1, h: 1 }
  private readonly v = new Range()
  private u = new Range()
  private form = ''
  private zoom: Zoom | null = null
  private held: Zoom | null = null
  private seen: { scene: Scene; plane: Plane } | null = null
  private readonly analysis: Analysis

  constructor(engine: Engine, private readonly actions: Actions) {
    this.analysis = new Analysis(engine)
  }

  get zoomed(): boolean {
    return this.zoom !== null
  }

  /** Shows all again. */
  fit(): void {
    this.zoom = null
  }

  /** Shows 1/factor as much about a point of the page; without one, about the middle. */
  zoomBy(factor: number, x?: number, y?: number): void {
    if (!this.seen) return
    const { box, X, Y } = this.seen.plane
    const [v, u] = [X.value(x ?? box.x + box.w / 2), Y.value(y ?? box.y + box.h / 2)]
    const about = (at: number, lo: number, hi: number): Span => [at + (lo - at) / factor, at + (hi - at) / factor]
    const zoom = { v: about(v, X.lo, X.hi), u: about(u, Y.lo, Y.hi) }
    const fine = ([lo, hi]: Span) => hi - lo > 1e-6 * Math.max(Math.abs(lo), Math.abs(hi), 1) && hi - lo < 1e9
    if (fine(zoom.v) && fine(zoom.u)) this.zoom = zoom
  }

  valueAt(x: number, y: number): number[] | null {
    return this.seen && [this.seen.plane.X.value(x), this.seen.plane.Y.value(y)]
  }

  wheel(x: number, y: number, turn: number): void {
    this.zoomBy(NOTCH ** -turn, x, y)
  }

  /** The state, or the whole plane. */
  grab(x: number, y: number): ((x: number, y: number, end: boolean) => void) | null {
    if (!this.seen) return null
    const { scene, plane } = this.seen
    const { box, X, Y } = plane
    if (x < box.x || x > box.x + box.w || y < box.y || y > box.y + box.h) return null
    const [dx, dy] = [X.at(scene.state.v) - x, Y.at(scene.state.u) - y]
    if (Math.hypot(dx, dy) < NEAR)
      return (px, py, end) => {
        this.held = end ? null : { v: [X.lo, X.hi], u: [Y.lo, Y.hi] } // the plane stays while it is moved on
        this.put({ v: X.value(px + dx), u: Y.value(py + dy) })
      }
    return (px, py) => {
      const [dv, du] = [X.value(x) - X.value(px), Y.value(y) - Y.value(py)]
      this.zoom = { v: [X.lo + dv, X.hi + dv], u: [Y.lo + du, Y.hi + du] }
    }
  }

  /** Moves the state by so many hundredths of what is shown. */
  nudge(right: number, up: number): void {
    if (!this.seen) return
    const { scene, plane: { X, Y } } = this.seen
    this.put({ v: scene.state.v + (right * (X.hi - X.lo)) / 100, u: scene.state.u + (up * (Y.hi - Y.lo)) / 100 })
  }

  /** Below the peak: above it there is no state. */
  private put({ v, u }: { v: number; u: number }): void {
    const { vpeak, vpeak_u } = this.seen!.scene.params
    const peak = vpeak + vpeak_u * u
    this.actions.setState({ v: Math.min(v, peak - 1e-3 * Math.max(1, Math.abs(peak))), u })
  }

  paint({ pen, width, height, scene, theme, cursor }: Frame): boolean {
    const points = this.analysis.points(scene)
    this.follow(scene, points)
    const wide = width >= WIDE
    const entries = legendEntries(pen, theme, scene, points, this.analysis.end(scene), wide || height >= LOW)
    const below = wide ? 0 : legendHeight(pen, width - LEFT - RIGHT, entries)
    const box = {
      x: LEFT, y: TOP, w: width - LEFT - RIGHT - (wide ? COLUMN : 0), h: height - TOP - BOTTOM - below,
    }
    const shown = this.zoom ?? this.held ?? { v: [this.v.lo, this.v.hi], u: [this.u.lo, this.u.hi] }
    const plane = { box, X: across(box, ...shown.v), Y: upward(box, ...shown.u) }
    const manifolds = this.analysis.manifolds(scene, shown)
    this.seen = { scene, plane }
    this.box = box
    this.frame(pen, theme, scene, plane)
    clipped(pen, box, () => {
      field(pen, theme, scene, plane)
      borders(pen, theme, scene.params, plane)
      nullclines(pen, theme, scene, plane)
      for (const [colour, dash, lines] of [[theme.I, [], manifolds.stable], [theme.spike, [1, 3], manifolds.unstable]] as const)
        separatrix(pen, colour, [...dash], lines, plane)
      if (scene.frozen) kept(pen, theme, scene.frozen, plane)
      if (scene.preview) future(pen, theme, scene.preview, plane)
      past(pen, theme, scene, plane)
      landing(pen, theme, scene, plane)
      for (const point of points) mark(pen, theme, point, plane.X.at(point.v), plane.Y.at(point.u))
      state(pen, theme, scene, plane)
    })
    const below0 = TOP + 23 * entries.length + 30
    if (wide) list(pen, theme, width - COLUMN + 8, TOP, entries)
    if (wide && height - below0 > 150)
      beside(pen, theme, scene, { x: width - COLUMN + 52, y: Math.max(below0, height - 240), w: COLUMN - 70, h: Math.min(200, height - below0 - 42) })
    else legend(pen, theme, LEFT, box.y + box.h + BOTTOM, width - LEFT - RIGHT, entries)
    if (cursor) position(pen, theme, scene, plane, cursor)
    return false
  }

  describe(scene: Scene): string {
    const points = this.analysis.points(scene)
    const unit = unitOf(scene.setup)
    const end = endText(this.analysis.end(scene), unit)
    const found = points.map((point) => describePoint(point, unit)).join('; ')
    return say(TEXTS.phase.described, {
      t: fixed(scene.now, 1), I: digits(scene.current), unit, v: fixed(scene.state.v, 2), u: fixed(scene.state.u, 2),
      points: found ? say(TEXTS.phase.points, { found }) : TEXTS.phase.noPoints, end: end && say(TEXTS.phase.end, { end }),
    })
  }

  /** The ranges hold the reset, the peak, the trajectory and the fixed points that are near it. */
  private follow({ setup, params, trace, preview, state }: Scene, points: Equilibrium[]): void {
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

/** What the library's analysis says of a neuron, asked anew only where the neuron or its current changes. */
class Analysis {
  private last: { params: Params; current: number; points: Equilibrium[] } | null = null
  private ended: { params: Params; end: Bifurcation } | null = null
  private lines: { key: string; stable: Manifold; unstable: Manifold } | null = null

  constructor(private readonly engine: Engine) {}

  points({ params, current }: Scene): Equilibrium[] {
    if (this.last?.params !== params || this.last.current !== current)
      this.last = { params, current, points: fixedPoints(this.engine, params, current) }
    return this.last.points
  }

  /** What ends the rest. */
  end({ params }: Scene): Bifurcation {
    if (this.ended?.params !== params) this.ended = { params, end: this.engine.restEnds(params) }
    return this.ended.end
  }

  /** The saddle's manifolds; both empty where there is no saddle. */
  manifolds(scene: Scene, bounds: Zoom): { stable: Manifold; unstable: Manifold } {
    const { params, current } = scene
    const saddle = this.points(scene).find(({ kind }) => kind === 'saddle')
    if (!saddle) return { stable: [], unstable: [] }
    const key = JSON.stringify([params, current, bounds])
    if (this.lines?.key !== key) {
      const [stable, unstable] = [true, false].map((one) => manifold(params, current, saddle, one, bounds)) as [Manifold, Manifold]
      this.lines = { key, stable, unstable }
    }
    return this.lines
  }
}

function separatrix(pen: Pen, colour: string, dash: number[], lines: Manifold, { X, Y }: Plane): void {
  pen.save()
  pen.strokeStyle = colour
  pen.lineWidth = 1.6
  pen.setLineDash(dash)
  pen.beginPath()
  for (const [v, u] of lines)
    for (let i = 0; i < v.length; i++) {
      const [x, y] = [X.at(v[i]!), Y.at(u[i]!)]
      if (i === 0) pen.moveTo(x, y)
      else pen.lineTo(x, y)
    }
  pen.stroke()
  pen.restore()
}

/** Where the next spike, or else the last, lands: an arrow from the peak to the reset. */
function landing(pen: Pen, theme: Theme, { preview, spikes, trace }: Scene, { X, Y }: Plane): void {
  const source = preview ?? trace
  let i = 1
  while (i < source.t.length && source.t[i] !== source.t[i - 1]) i++
  const last = spikes.at(-1)
  const ends = i < source.t.length && preview
    ? [source.v[i - 1]!, source.u[i - 1]!, source.v[i]!, source.u[i]!]
    : last && [last.before.v, last.before.u, last.after.v, last.after.u]
  if (!ends) return
  const [x0, y0, x1, y1] = [X.at(ends[0]!), Y.at(ends[1]!), X.at(ends[2]!), Y.at(ends[3]!)]
  const length = Math.hypot(x1 - x0, y1 - y0)
  if (!(length > 14)) return
  pen.save()
  pen.strokeStyle = theme.spike
  pen.globalAlpha = 0.8
  pen.lineWidth = 1.3
  pen.beginPath()
  line(pen, x0, y0, x1, y1)
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length]
  line(pen, x1 - 9 * dx + 4 * dy, y1 - 9 * dy - 4 * dx, x1, y1)
  pen.lineTo(x1 - 9 * dx - 4 * dy, y1 - 9 * dy + 4 * dx)
  pen.stroke()
  pen.restore()
}

/** v against time beside the plane: the last of it. */
function beside(pen: Pen, theme: Theme, { trace, setup, params, now }: Scene, box: Box): void {
  const X = across(box, Math.max(0, now - setup.window), Math.max(setup.window, now))
  const [lo, hi] = extent([trace.v], params.c)
  const Y = upward(box, lo - 3, Math.max(hi, params.vpeak) + 3)
  axes(pen, theme, box,
    { scale: X, label: 't, ms', ticks: ticks(X.lo, X.hi, 3) }, { scale: Y, label: 'v, mV', ticks: ticks(Y.lo, Y.hi, 4) })
  clipped(pen, box, () => {
    pen.strokeStyle = theme.v
    pen.lineWidth = 1.4
    pen.beginPath()
    curve(pen, trace.t, trace.v, X, Y)
    pen.stroke()
  })
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

/** The orbit that was kept: thin and grey. */
function kept(pen: Pen, theme: Theme, frozen: Trace, plane: Plane): void {
  pen.save()
  pen.strokeStyle = theme.faint
  pen.lineWidth = 1
  pen.beginPath()
  orbit(pen, frozen, plane, 0, frozen.t.length)
  pen.stroke()
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
function mark(pen: Pen, theme: Theme, point: Equilibrium, x: number, y: number): void {
  pen.save()
  pen.lineWidth = 2
  pen.strokeStyle = theme.text
  pen.fillStyle = point.stable ? theme.text : theme.background
  pen.beginPath()
  if (point.kind === 'saddle') diamond(pen, x, y, 7)
  else if (/node|focus/.test(point.kind)) pen.arc(x, y, 5.5, 0, 2 * Math.PI)
  else pen.rect(x - 5, y - 5, 10, 10)
  pen.fill()
  pen.stroke()
  if (point.kind.endsWith('focus')) swirl(pen, theme, point, x, y)
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
function swirl(pen: Pen, theme: Theme, { stable }: Equilibrium, x: number, y: number): void {
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

function eigenvalueText({ re, im }: Equilibrium): string {
  return im[1]
    ? `λ = ${digits(re[1], 3)} ± ${digits(im[1], 3)} i /ms`
    : `λ = ${digits(re[1], 3)}, ${digits(re[0], 3)} /ms`
}

/** Up to which current the neuron can rest, and what ends that; empty where nothing does. */
function endText({ I, kind }: Bifurcation, unit: string): string {
  if (!Number.isFinite(I)) return ''
  return say(TEXTS.phase.restEnds, { I: digits(I), unit, kind: TEXTS.bifurcations[kind] })
}

const describePoint = (point: Equilibrium, unit: string) =>
  say(TEXTS.phase.pointSaid, {
    kind: nameOf(point), v: fixed(point.v, 2), u: fixed(point.u, 2), unit, eigenvalues: eigenvalueText(point),
  })

function legendEntries(
  pen: Pen, theme: Theme, scene: Scene, points: Equilibrium[], end: Bifurcation, full: boolean,
): Entry[] {
  const { params, setup, state, current } = scene
  const unit = unitOf(setup)
  const [peak, reset] = [params.vpeak + params.vpeak_u * state.u, params.c + params.c_u * state.u]
  const value = (text: string, number: string) => (full ? `${text}${number}` : text)
  return [
    { text: value('v′ = 0', say(TEXTS.phase.atCurrent, { I: digits(current), unit })), sign: sample(pen, theme.v) },
    { text: 'u′ = 0', sign: sample(pen, theme.u) },
    { text: value(TEXTS.phase.peak, `, ${digits(peak)} mV`), sign: sample(pen, theme.spike, [], 1.4) },
    { text: value(TEXTS.phase.reset, `, ${digits(reset)} mV`), sign: sample(pen, theme.spike, [5, 4], 1.4) },
    ...(points.some(({ kind }) => kind === 'saddle') ? [
      { text: value(TEXTS.phase.threshold, TEXTS.phase.stableManifold), sign: sample(pen, theme.I, [], 1.6) },
      { text: value(TEXTS.phase.wayOut, TEXTS.phase.unstableManifold), sign: sample(pen, theme.spike, [1, 3], 1.6) },
    ] : []),
    ...(points.length ? points.flatMap((point) => pointEntries(pen, theme, point, unit, full)) : [{ text: TEXTS.phase.noPoint, sign: () => {} }]),
    ...(full && endText(end, unit) ? [{ text: endText(end, unit), sign: () => {} }] : []),
  ]
}

function pointEntries(pen: Pen, theme: Theme, point: Equilibrium, unit: string, full: boolean): Entry[] {
  const sign = (x: number, y: number) => mark(pen, theme, point, x + 9, y)
  if (!full) return [{ text: nameOf(point), sign }]
  return [
    { text: say(TEXTS.phase.point, { kind: nameOf(point), v: fixed(point.v, 2), u: fixed(point.u, 2), unit }), sign },
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

const KEYS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
}

/** The drawing with its buttons. */
class PhaseView extends Picture {
  private readonly tools: HTMLElement

  constructor(private readonly phase: Phase) {
    super(phase)
    const button = (text: string, label: string, act: () => void) =>
      h('button', { type: 'button', 'aria-label': label, title: label, click: () => { act(); this.touch() } }, text)
    this.tools = h('div', { class: 'tools', role: 'group', 'aria-label': TEXTS.phase.tools },
      button('+', TEXTS.phase.nearer, () => phase.zoomBy(1.4)),
      button('−', TEXTS.phase.farther, () => phase.zoomBy(1 / 1.4)),
      button(TEXTS.phase.all, TEXTS.phase.allOf, () => phase.fit()))
    this.element.append(this.tools)
    this.element.addEventListener('dblclick', () => {
      phase.fit()
      this.touch()
    })
  }

  override draw(scene: Scene): void {
    super.draw(scene)
    const { x, y, w } = this.phase.box
    const place = `translate(${Math.round(x + w)}px, ${Math.round(y)}px) translate(-100%, 0)`
    if (this.tools.style.transform !== place) this.tools.style.transform = place
  }

  /** Arrows move the state, + and - zoom, 0 shows all. */
  press({ key, shiftKey }: KeyboardEvent): boolean {
    const way = KEYS[key]
    if (way) this.phase.nudge(way[0] * (shiftKey ? 5 : 1), way[1] * (shiftKey ? 5 : 1))
    else if (key === '+') this.phase.zoomBy(1.4)
    else if (key === '-') this.phase.zoomBy(1 / 1.4)
    else if (key === '0') this.phase.fit()
    else return false
    this.touch()
    return true
  }
}

export const make: MakeView = (engine, actions) => new PhaseView(new Phase(engine, actions))
