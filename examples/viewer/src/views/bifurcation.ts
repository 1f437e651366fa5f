/** What a parameter or the current does: the equilibria with their stability, and the rates of firing, over a range of
 * it. A click goes there. */
import { h } from '../dom'
import type { Bifurcation as BifurcationPoint, Engine, Equilibrium } from '../engine'
import { currentUnit, type Field } from '../fields'
import {
  across, axes, clipped, digits, FONT, legend, legendHeight, line, sample, ticks, upward, type Box, type Entry, type Scale,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import { same, type Setup } from '../setup'
import { levelOf } from '../stimulus'
import type { Pen } from '../svg'
import { Sweep, sweepFields, withValue } from '../sweep'
import { say, TEXTS } from '../texts'
import type { Actions, MakeView, Scene, Theme } from '../view'

const LEFT = 58
const RIGHT = 16
const TOP = 62 // of the first panel: the list, and the name of the axis
const GAP = 34
const BOTTOM = 42
const BUDGET = 6 // ms a frame, that the sweep takes
const LEAST = 90 // pixels of the two panels, to which a legend must give way

interface Panels {
  X: Scale
  v: Box
  f: Box
}

class Bifurcation implements Drawing {
  private name = 'I'
  private sweep: Sweep | null = null
  private key: unknown = null
  private X: Scale | null = null
  private setup: Setup | null = null

  constructor(private readonly engine: Engine, private readonly actions: Actions) {}

  /** What is swept; the current where this neuron has no such parameter. */
  choose(name: string): void {
    this.name = name
  }

  field(setup: Setup): Field {
    const fields = sweepFields(setup)
    return fields.find(({ name }) => name === this.name) ?? fields[0]!
  }

  /** The sweep that belongs to a setup, begun anew where the neuron is another. */
  private of(scene: Scene): Sweep {
    const { setup } = scene
    const field = this.field(setup)
    const rest: Record<string, number> = { ...setup.fields }
    delete rest[field.name]
    const key = [setup.form, rest, field.name, field.name === 'I' ? 0 : levelOf(setup.stimulus)]
    const value = valueOf(setup, field)
    const inside = this.sweep && value >= this.sweep.lo && value <= this.sweep.hi
    if (this.sweep && same(key, this.key) && inside) return this.sweep
    this.key = key
    const [lo, hi] = this.range(scene, field, value)
    return (this.sweep = new Sweep(this.engine, setup, field, lo, hi))
  }

  /** The slider's range, and of a current where the rest ends, and where the neuron is. */
  private range({ params }: Scene, { name, min, max }: Field, value: number): [number, number] {
    const end = name === 'I' ? this.engine.restEnds(params).I : NaN
    const all = [min, max, value, ...(Number.isFinite(end) ? [end * 1.2, end * 0.8] : [])].filter(Number.isFinite)
    return [Math.min(...all), Math.max(...all)]
  }

  grab(x: number): ((px: number, py: number, end: boolean) => void) | null {
    const { X, setup } = this
    if (!X || !setup || x < X.from || x > X.to) return null
    const field = this.field(setup)
    const go = (px: number) => {
      // A rounded value may lie outside of the sweep, which would then be made anew in the middle of a drag.
      const value = Math.min(Math.max(Number(X.value(px).toPrecision(4)), X.lo), X.hi)
      this.actions.change(withValue(this.setup!, field.name, value), `${field.name} = ${value}`, `sweep ${field.name}`)
    }
    go(x)
    return (px, _, end) => (end ? this.actions.endGesture() : go(px))
  }

  paint({ pen, width, height, scene, theme, cursor }: Frame): boolean {
    const sweep = this.of(scene)
    sweep.advance(performance.now() + BUDGET)
    this.setup = scene.setup
    const left = (entries: Entry[]) => height - TOP - GAP - BOTTOM - legendHeight(pen, width - LEFT - RIGHT, entries)
    const places = this.places(pen, theme, sweep)
    const entries = [[...lines(pen, theme), ...places], places].find((some) => left(some) >= LEAST) ?? []
    const room = left(entries)
    const w = width - LEFT - RIGHT
    const v = { x: LEFT, y: TOP, w, h: Math.max(40, 0.55 * room) }
    const f = { x: LEFT, y: TOP + v.h + GAP, w, h: Math.max(40, 0.45 * room) }
    const panels = { X: across(v, sweep.lo, sweep.hi), v, f }
    this.X = panels.X
    equilibria(pen, theme, sweep, panels)
    rates(pen, theme, sweep, panels, scene.setup)
    here(pen, theme, panels, valueOf(scene.setup, sweep.field))
    if (cursor) pointed(pen, theme, sweep, panels, cursor.x)
    legend(pen, theme, LEFT, f.y + f.h + BOTTOM, w, entries)
    return !sweep.done
  }

  private places(pen: Pen, theme: Theme, { bifurcations, field }: Sweep): Entry[] {
    return bifurcations.map((one) => ({
      text: placeOf(one, field), sign: (x: number, y: number) => spot(pen, theme, one.kind, x + 9, y),
    }))
  }

  describe(scene: Scene): string {
    const sweep = this.of(scene)
    sweep.advance(performance.now() + 200)
    const value = valueOf(scene.setup, sweep.field)
    const at = nearest(sweep, value)
    const found = sweep.bifurcations.map((one) => placeOf(one, sweep.field)).join(', ')
    return say(TEXTS.sweep.described, {
      name: sweep.field.name, lo: digits(sweep.lo), hi: digits(sweep.hi), unit: sweep.field.unit, value: digits(value),
      count: at.points.length, stable: at.points.filter(({ stable }) => stable).length,
      rate: Number.isNaN(at.steady) ? TEXTS.sweep.unknownRate : say(TEXTS.sweep.firing, { rate: digits(at.steady, 3) }),
      found: found && say(TEXTS.sweep.found, { found }),
    })
  }
}

const placeOf = ({ kind, I }: BifurcationPoint, { unit }: Field) =>
  say(TEXTS.sweep.at, { kind: TEXTS.bifurcations[kind], I: digits(I), unit })

const lines = (pen: Pen, theme: Theme): Entry[] => [
  { text: TEXTS.sweep.stable, sign: sample(pen, theme.v) },
  { text: TEXTS.sweep.unstable, sign: sample(pen, theme.v, [4, 4]) },
  { text: TEXTS.sweep.first, sign: sample(pen, theme.u, [2, 3]) },
  { text: TEXTS.sweep.steady, sign: sample(pen, theme.I) },
]

/** The value of what is swept; of a current that changes, its level. */
function valueOf(setup: Setup, { name }: Field): number {
  return name === 'I' ? levelOf(setup.stimulus) : setup.fields[name]!
}

function nearest({ points }: Sweep, value: number) {
  return points.reduce((best, one) => (Math.abs(one.value - value) < Math.abs(best.value - value) ? one : best))
}

function span(values: number[]): [number, number] {
  const [lo, hi] = [Math.min(...values), Math.max(...values)]
  if (!(hi >= lo)) return [-1, 1]
  const margin = 0.08 * (hi - lo) || Math.max(1, 0.05 * Math.abs(hi))
  return [lo - margin, hi + margin]
}

/** A dot for each equilibrium, joined with the one of its kind beside it. */
function equilibria(pen: Pen, theme: Theme, sweep: Sweep, { X, v }: Panels): void {
  const Y = upward(v, ...span(sweep.points.flatMap(({ points }) => points.map((one) => one.v))))
  axes(pen, theme, v,
    { scale: X, label: '', ticks: ticks(X.lo, X.hi, v.w / 90) },
    { scale: Y, label: 'v, mV', ticks: ticks(Y.lo, Y.hi, v.h / 40) }, false)
  clipped(pen, v, () => {
    pen.strokeStyle = theme.v
    pen.lineWidth = 2
    for (const stable of [true, false]) {
      pen.setLineDash(stable ? [] : [4, 4])
      pen.beginPath()
      for (let i = 1; i < sweep.points.length; i++) join(pen, sweep, i, stable, X, Y)
      pen.stroke()
    }
    pen.setLineDash([])
    for (const { kind, I, v: at } of sweep.bifurcations) spot(pen, theme, kind, X.at(I), Y.at(at))
  })
}

function join(pen: Pen, { points }: Sweep, i: number, stable: boolean, X: Scale, Y: Scale): void {
  const [before, now] = [points[i - 1]!, points[i]!]
  const of = (all: Equilibrium[]) => all.filter((one) => one.stable === stable)
  for (const one of of(now.points)) {
    const [mate] = of(before.points).sort((a, b) => Math.abs(a.v - one.v) - Math.abs(b.v - one.v))
    if (mate) line(pen, X.at(before.value), Y.at(mate.v), X.at(now.value), Y.at(one.v))
  }
}

/** A fold: a square; a Hopf bifurcation: a ring. */
function spot(pen: Pen, theme: Theme, kind: string, x: number, y: number): void {
  pen.save()
  pen.setLineDash([])
  pen.lineWidth = 2
  pen.strokeStyle = theme.spike
  pen.fillStyle = theme.background
  pen.beginPath()
  if (kind === 'Hopf') pen.arc(x, y, 5, 0, 2 * Math.PI)
  else pen.rect(x - 4.5, y - 4.5, 9, 9)
  pen.fill()
  pen.stroke()
  pen.restore()
}

function rates(pen: Pen, theme: Theme, sweep: Sweep, { X, f }: Panels, setup: Setup): void {
  const known = sweep.points.flatMap(({ first, steady }) => [first, steady]).filter((x) => !Number.isNaN(x))
  const Y = upward(f, 0, 1.08 * Math.max(10, ...known))
  const unit = sweep.field.name === 'I' ? currentUnit(setup.form) : sweep.field.unit
  const name = sweep.field.symbol.filter(Boolean).join(' ')
  axes(pen, theme, f,
    { scale: X, label: unit ? `${name}, ${unit}` : name, ticks: ticks(X.lo, X.hi, f.w / 90) },
    { scale: Y, label: TEXTS.sweep.rate, ticks: ticks(0, Y.hi, f.h / 40) })
  clipped(pen, f, () => {
    for (const [quantity, colour, dash] of [['first', theme.u, [2, 3]], ['steady', theme.I, []]] as const) {
      pen.strokeStyle = colour
      pen.lineWidth = 2
      pen.setLineDash([...dash])
      pen.beginPath()
      let drawn = false
      for (const point of sweep.points) {
        const y = point[quantity]
        if (Number.isNaN(y)) drawn = false
        else if (drawn) pen.lineTo(X.at(point.value), Y.at(y))
        else { pen.moveTo(X.at(point.value), Y.at(y)); drawn = true }
      }
      pen.stroke()
    }
  })
}

/** Where the neuron is. */
function here(pen: Pen, theme: Theme, { X, v, f }: Panels, value: number): void {
  pen.save()
  pen.strokeStyle = theme.text
  pen.lineWidth = 1.4
  pen.beginPath()
  line(pen, X.at(value), v.y, X.at(value), f.y + f.h)
  pen.stroke()
  pen.restore()
}

function pointed(pen: Pen, theme: Theme, sweep: Sweep, { X, v }: Panels, x: number): void {
  if (x < v.x || x > v.x + v.w) return
  const { value, steady } = nearest(sweep, X.value(x))
  pen.save()
  pen.font = `12px ${FONT}`
  pen.textAlign = 'right'
  pen.fillStyle = theme.text
  const rate = Number.isNaN(steady) ? '' : `, ${digits(steady, 3)}/s`
  const { name, unit } = sweep.field
  pen.fillText(`${name} = ${digits(value)}${unit && ` ${unit}`}${rate}`, v.x + v.w, v.y - 8)
  pen.restore()
}

class BifurcationView extends Picture {
  private readonly list = h('select', { 'aria-label': TEXTS.sweep.list })
  private shown = ''

  constructor(private readonly bifurcation: Bifurcation) {
    super(bifurcation)
    this.list.addEventListener('change', () => {
      bifurcation.choose(this.list.value)
      this.touch()
    })
    this.element.append(h('div', { class: 'tools sweep' }, h('span', {}, TEXTS.sweep.sweep), this.list))
  }

  override draw(scene: Scene): void {
    const fields = sweepFields(scene.setup)
    if (scene.setup.form !== this.shown)
      this.list.replaceChildren(...fields.map(({ name, meaning }) => h('option', { value: name }, say(TEXTS.sweep.option, { name, meaning }))))
    this.shown = scene.setup.form
    this.list.value = this.bifurcation.field(scene.setup).name
    super.draw(scene)
  }
}

export const make: MakeView = (engine, actions) => new BifurcationView(new Bifurcation(engine, actions))
