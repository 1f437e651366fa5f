/** v, u and the current against time, scrolling, with the spikes and, while paused, what will come. */
import {
  across, axes, card, clipped, crisp, curve, digits, fixed, FONT, line, lowerBound, note, Range, ticks, unitOf,
  upward, valueAt, type Box, type Scale,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import type { Pen } from '../svg'
import { plural, say, TEXTS } from '../texts'
import type { MakeView, Scene, Theme, Trace } from '../view'

const LEFT = 58
const RIGHT = 16
const TOP = 40 // of v: its name, and a row of spike marks
const BOTTOM = 38
const LOW = 420 // pixels, below which panels stand closer
const NAME = 54 // pixels, of "v, mV"
const AHEAD = 0.3 // the largest share of the window that the future takes
const EASE = 0.2 // of the way to go, per frame

type Quantity = 'v' | 'u' | 'I'

interface Panel {
  name: Quantity
  box: Box
  Y: Scale
}

const DECIMALS: Record<Quantity, number> = { v: 2, u: 3, I: 2 }

class Traces implements Drawing {
  private readonly ranges: Record<Quantity, Range> = { v: new Range(), u: new Range(), I: new Range() }
  private form = ''
  private ahead = 0 // how much future there is room for, ms

  paint({ pen, width, height, scene, theme, cursor }: Frame): boolean {
    this.follow(scene)
    const moves = this.approach(scene)
    const X = this.times(scene, width)
    const panels = this.panels(scene, width, height)
    panels.forEach((panel, i) => this.frame(pen, theme, scene, panel, X, i === panels.length - 1))
    for (const panel of panels) this.lines(pen, theme, scene, panel, X)
    marks(pen, theme, scene, panels[0]!.box, X)
    present(pen, theme, scene, panels, X)
    if (cursor) readout(pen, theme, scene, panels, X, cursor.x, width)
    if (scene.trace.t.length === 0)
      note(pen, theme, panels[0]!.box, scene.trouble ?? TEXTS.traces.nothing)
    return moves
  }

  describe(scene: Scene): string {
    const from = scene.now - scene.setup.window
    const recent = scene.spikes.length - lowerBound(scene.spikes.length, (i) => scene.spikes[i]!.t, from)
    const last = scene.spikes.at(-1)
    const kept = scene.frozen ? TEXTS.traces.frozen : ''
    const unit = unitOf(scene.setup)
    return say(TEXTS.traces.described, {
      t: fixed(scene.now, 1), v: fixed(scene.state.v, 2), u: fixed(scene.state.u, 2), I: fixed(scene.current, 2), unit,
      count: recent, spikes: plural(recent, TEXTS.spikes), window: fixed(scene.setup.window, 0),
      last: last ? say(TEXTS.traces.last, { t: fixed(last.t, 3) }) : '',
    }) + kept
  }

  /** A bar as long as a round time, for paper. */
  bar(scene: Scene, width: number): { pixels: number; text: string } {
    const X = this.times(scene, width)
    const [first = 0, second = 1] = ticks(X.lo, X.hi, 8)
    return { pixels: Math.abs(X.at(second) - X.at(first)), text: `${digits(second - first)} ms` }
  }

  /** Takes what is to be seen into the ranges. */
  private follow(scene: Scene): void {
    const { params, trace, preview, frozen, setup } = scene
    if (setup.form !== this.form)
      for (const name of ['v', 'u', 'I'] as const) this.ranges[name] = new Range()
    this.form = setup.form
    for (const name of ['v', 'u', 'I'] as const) {
      let bounds = extent(trace[name])
      for (const other of [preview, frozen]) if (other) bounds = extent(other[name], bounds)
      let [lo, hi] = bounds
      if (name === 'v') [lo, hi] = [Math.min(lo, params.c), Math.max(hi, params.vpeak)]
      if (name === 'I') [lo, hi] = [Math.min(lo, 0), Math.max(hi, lo + 1)]
      if (lo <= hi) this.ranges[name].include(lo, hi)
    }
  }

  /** Makes room for the future, little by little; true while it is not done. */
  private approach(scene: Scene): boolean {
    const most = AHEAD * scene.setup.window
    const wanted = scene.preview ? Math.min(most, (scene.preview.t.at(-1) ?? scene.now) - scene.now) : 0
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    const near = Math.abs(wanted - this.ahead) < scene.setup.window / 1000
    this.ahead = calm || near ? wanted : this.ahead + EASE * (wanted - this.ahead)
    return this.ahead !== wanted
  }

  /** At first the trace grows into the window, then it scrolls. */
  private times(scene: Scene, width: number): Scale {
    const { window } = scene.setup
    const end = Math.max(window, scene.now + this.ahead)
    return across({ x: LEFT, y: 0, w: width - LEFT - RIGHT, h: 0 }, end - window, end)
  }

  private panels(scene: Scene, width: number, height: number): Panel[] {
    const gap = height < LOW ? 20 : 26 // for the name of the next panel
    const room = height - TOP - 2 * gap - BOTTOM
    let y = TOP
    return (['v', 'u', 'I'] as const).map((name) => {
      const h = Math.max(20, room * { v: 0.62, u: 0.22, I: 0.16 }[name])
      const box = { x: LEFT, y, w: width - LEFT - RIGHT, h }
      y += h + gap
      const { lo, hi } = this.ranges[name]
      const known = lo < hi ? [lo, hi] : [scene.params.c, scene.params.vpeak]
      return { name, box, Y: upward(box, known[0]!, known[1]!) }
    })
  }

  private frame(pen: Pen, theme: Theme, scene: Scene, { name, box, Y }: Panel, X: Scale, last: boolean): void {
    const unit = unitOf(scene.setup)
    const label = { v: 'v, mV', u: `u, ${unit}`, I: `I, ${unit}` }[name]
    axes(
      pen, theme, box,
      { scale: X, label: 't, ms', ticks: ticks(X.lo, X.hi, box.w / 90) },
      { scale: Y, label: '', ticks: ticks(Y.lo, Y.hi, Math.max(2, box.h / 42)) },
      last,
    )
    pen.save()
    pen.font = `600 12px ${FONT}`
    pen.fillStyle = theme[name]
    pen.fillText(label, box.x, box.y - (name === 'v' ? 20 : 7))
    pen.restore()
  }

  private lines(pen: Pen, theme: Theme, scene: Scene, { name, box, Y }: Panel, X: Scale): void {
    const { trace, preview, frozen } = scene
    clipped(pen, { ...box, y: box.y - 2, h: box.h + 4 }, () => {
      pen.lineJoin = 'round'
      if (frozen) old(pen, theme, frozen, name, X, Y)
      pen.strokeStyle = theme[name]
      pen.lineWidth = 1.6
      pen.beginPath()
      const from = Math.max(0, lowerBound(trace.t.length, (i) => trace.t[i]!, X.lo) - 1)
      curve(pen, trace.t, trace[name], X, Y, from)
      pen.stroke()
      if (!preview) return
      pen.globalAlpha = 0.6
      pen.setLineDash([4, 3])
      pen.lineWidth = 1.3
      pen.beginPath()
      curve(pen, preview.t, preview[name], X, Y)
      pen.stroke()
    })
  }
}

function extent(values: Float64Array, [lo, hi]: readonly [number, number] = [Infinity, -Infinity]): [number, number] {
  for (const value of values) {
    if (value < lo) lo = value
    if (value > hi) hi = value
  }
  return [lo, hi]
}

/** A trace that was kept: below the others, thin and grey. */
function old(pen: Pen, theme: Theme, frozen: Trace, name: Quantity, X: Scale, Y: Scale): void {
  pen.save()
  pen.strokeStyle = theme.faint
  pen.lineWidth = 1.2
  pen.beginPath()
  curve(pen, frozen.t, frozen[name], X, Y)
  pen.stroke()
  pen.restore()
}

/** A tick above the trace at the exact time of each spike. */
function marks(pen: Pen, theme: Theme, scene: Scene, box: Box, X: Scale): void {
  const { spikes } = scene
  pen.save()
  pen.strokeStyle = theme.spike
  pen.lineWidth = 1.5
  pen.beginPath()
  for (let i = lowerBound(spikes.length, (k) => spikes[k]!.t, X.lo); i < spikes.length; i++)
    line(pen, X.at(spikes[i]!.t), box.y - 14, X.at(spikes[i]!.t), box.y - 4)
  pen.stroke()
  pen.restore()
}

/** The border of what was and what will be, and the state on it. */
function present(pen: Pen, theme: Theme, scene: Scene, panels: Panel[], X: Scale): void {
  const x = X.at(scene.now)
  pen.save()
  if (scene.preview) {
    pen.strokeStyle = theme.faint
    pen.setLineDash([2, 3])
    pen.beginPath()
    line(pen, crisp(x), panels[0]!.box.y - 14, crisp(x), panels[2]!.box.y + panels[2]!.box.h)
    pen.stroke()
    pen.font = `11px ${FONT}`
    pen.fillStyle = theme.faint
    pen.textAlign = x + 100 > panels[0]!.box.x + panels[0]!.box.w ? 'right' : 'left'
    const beside = Math.max(x + 6, panels[0]!.box.x + NAME) // of v, which stands at the left
    pen.fillText(TEXTS.traces.next, pen.textAlign === 'left' ? beside : x - 6, panels[0]!.box.y - 20)
  }
  if (scene.trace.t.length)
    for (const { name, Y } of panels) {
      pen.fillStyle = theme[name]
      pen.beginPath()
      pen.arc(x, Y.at(name === 'I' ? scene.current : scene.state[name]), 3.2, 0, 2 * Math.PI)
      pen.fill()
    }
  pen.restore()
}

/** The samples at a time; null where there is none. */
function valuesAt({ t, ...values }: Trace, time: number): Record<Quantity, number> | null {
  const [v, u, I] = (['v', 'u', 'I'] as const).map((name) => valueAt(t, values[name], time))
  return v === null ? null : { v: v!, u: u!, I: I! }
}

function readout(
  pen: Pen, theme: Theme, scene: Scene, panels: Panel[], X: Scale, x: number, width: number,
): void {
  const time = X.value(x)
  const future = time > scene.now
  const source = future ? scene.preview : scene.trace
  const values = source && valuesAt(source, time)
  if (!values) return
  const unit = unitOf(scene.setup)
  const lines: [string, string][] = [
    [`t ${fixed(time, 2)} ms`, theme.text],
    ...(['v', 'u', 'I'] as const).map((name): [string, string] => [
      `${name} ${fixed(values[name], DECIMALS[name])} ${name === 'v' ? 'mV' : unit}`, theme[name],
    ]),
  ]
  pen.save()
  pen.strokeStyle = theme.faint
  pen.beginPath()
  line(pen, crisp(x), panels[0]!.box.y, crisp(x), panels[2]!.box.y + panels[2]!.box.h)
  pen.stroke()
  for (const { name, Y } of panels) {
    pen.fillStyle = theme[name]
    pen.beginPath()
    pen.arc(x, Y.at(values[name]), 3.5, 0, 2 * Math.PI)
    pen.fill()
  }
  card(pen, theme, lines, x, panels[0]!.box.y + 8, width)
  pen.restore()
}

export const make: MakeView = () => new Picture(new Traces())
