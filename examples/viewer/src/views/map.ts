/** What two parameters make of the neuron: a map of its regimes, with the cells of 2003 on it. A click or a drag
 * goes there; a drag from a cell begins as that cell. */
import { h } from '../dom'
import type { Engine } from '../engine'
import { currentUnit, type Field } from '../fields'
import {
  cellsOf2003, COLUMNS, planeFields, PLANES, RegimeMap, REGIMES, ROWS, type Cell, type MapRegime, type Plane,
} from '../map'
import {
  across, axes, clipped, digits, FONT, legend, legendHeight, ticks, upward, type Box, type Entry, type Scale,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import { same, type Fields, type Setup } from '../setup'
import { levelOf } from '../stimulus'
import type { Pen } from '../svg'
import { say, TEXTS } from '../texts'
import type { Actions, MakeView, Scene, Theme } from '../view'

const LEFT = 58
const RIGHT = 16
const TOP = 62 // of the map: the list, and the name of the axis
const BOTTOM = 42
const BUDGET = 6 // ms a frame, that the map takes
const NEAR = 14 // pixels, within which a cell is taken
const PADDING = 10 // pixels, between two names
const LOW = 420 // pixels, below which the legend says only what is needed

/** Apart in light and dark, and each light or dark enough for a name on it. */
const COLOURS: Record<'light' | 'dark', Record<MapRegime, string>> = {
  light: {
    silent: '#e6e3dc', phasic: '#a9cbe8', tonic: '#f4dc8e', adapting: '#efb183', onset: '#e58c9c', bursting: '#b795cf',
    uneven: '#93cfb4', unknown: '#ffffff',
  },
  dark: {
    silent: '#2a3036', phasic: '#2b5373', tonic: '#6e5a17', adapting: '#7d4a22', onset: '#85324a', bursting: '#593a78',
    uneven: '#265c4a', unknown: '#0c0e10',
  },
}

interface Place {
  box: Box
  X: Scale
  Y: Scale
}

/** Cells at one point of the map. */
interface Mark {
  cells: Cell[]
  x: number
  y: number
  /** One of them lies on this very map. */
  here: boolean
}

class Regimes implements Drawing {
  plane: Plane = 'cd'
  private readonly cells: Cell[]
  private map: RegimeMap | null = null
  private key: unknown = null
  private seen: { setup: Setup; place: Place; marks: Mark[] } | null = null

  constructor(private readonly engine: Engine, private readonly actions: Actions) {
    this.cells = cellsOf2003(engine)
  }

  /** The map that belongs to a setup, begun anew where the neuron is another but for the plane's two. */
  private of({ setup }: Scene): RegimeMap {
    const [x, y] = planeFields(setup.form, this.plane)
    const rest: Record<string, number> = { ...setup.fields }
    delete rest[x.name]
    delete rest[y.name]
    const key = [setup.form, this.plane, rest, levelOf(setup.stimulus)]
    const [atX, atY] = [setup.fields[x.name]!, setup.fields[y.name]!]
    const within = (value: number, [lo, hi]: readonly [number, number]) => value >= lo && value <= hi
    if (this.map && same(key, this.key) && within(atX, this.map.bounds.x) && within(atY, this.map.bounds.y)) return this.map
    this.key = key
    const bounds = (field: Field, value: number) => [Math.min(field.min, value), Math.max(field.max, value)] as const
    return (this.map = new RegimeMap(this.engine, setup, x, y, { x: bounds(x, atX), y: bounds(y, atY) }))
  }

  grab(x: number, y: number): ((px: number, py: number, end: boolean) => void) | null {
    if (!this.seen) return null
    const { place: { box }, marks } = this.seen
    const mark = marks.find((one) => Math.hypot(one.x - x, one.y - y) < NEAR)
    if (!mark && (x < box.x || x > box.x + box.w || y < box.y || y > box.y + box.h)) return null
    if (mark) this.become(mark)
    else this.go(x, y)
    return (px, py, end) => {
      if (end) return this.actions.endGesture()
      if (!mark || Math.hypot(px - x, py - y) > 3) this.go(px, py)
    }
  }

  valueAt(x: number, y: number): number[] | null {
    return this.seen && [this.seen.place.X.value(x), this.seen.place.Y.value(y)]
  }

  /** Moves the neuron by so many steps of the sliders. */
  nudge(right: number, up: number): void {
    if (!this.seen) return
    const { fields } = this.seen.setup
    const [x, y] = planeFields(this.seen.setup.form, this.plane)
    const moved = ({ name, step }: Field, steps: number) => Number((fields[name]! + steps * step).toPrecision(12))
    this.change({ [x.name]: moved(x, right), [y.name]: moved(y, up) }, null)
  }

  private go(px: number, py: number): void {
    const { setup, place: { X, Y } } = this.seen!
    const [x, y] = planeFields(setup.form, this.plane)
    // A rounded value may lie outside of the map, which would then be made anew in the middle of a drag.
    const value = (scale: Scale, pixel: number) =>
      Math.min(Math.max(Number(scale.value(pixel).toPrecision(3)), scale.lo), scale.hi)
    this.change({ [x.name]: value(X, px), [y.name]: value(Y, py) })
  }

  /** The neuron is one of the cells there; where it was one of them, the next. */
  private become({ cells }: Mark): void {
    const at = cells.findIndex(({ fields }) => same(fields, this.seen!.setup.fields))
    this.change(cells[(at + 1) % cells.length]!.fields)
  }

  private change(fields: Fields, gesture: string | null = `map ${this.plane}`): void {
    const what = Object.entries(fields).map(([name, value]) => `${name} = ${value}`).join(', ')
    this.actions.change({ fields: { ...this.seen!.setup.fields, ...fields } }, what, gesture)
  }

  paint({ pen, width, height, scene, theme, cursor }: Frame): boolean {
    const map = this.of(scene)
    map.advance(performance.now() + BUDGET)
    const w = width - LEFT - RIGHT
    const entries = (names: readonly MapRegime[]) => this.entries(pen, theme, names, map, scene.setup, height < LOW ? 0 : w)
    // Room for all regimes, since a map that shrank as more of them are found would slip away under the mouse.
    const box = { x: LEFT, y: TOP, w, h: Math.max(60, height - TOP - BOTTOM - legendHeight(pen, w, entries(REGIMES))) }
    const place = { box, X: across(box, ...map.bounds.x), Y: upward(box, ...map.bounds.y) }
    const marks = this.marks(map, scene.setup, place)
    this.seen = { setup: scene.setup, place, marks }
    tiles(pen, theme, map, box)
    frame(pen, theme, map, place)
    for (const mark of marks) dot(pen, theme, mark.x, mark.y, mark.here)
    regimeNames(pen, theme, map, box, cellNames(pen, theme, marks, box))
    here(pen, theme, place, scene.setup.fields[map.x.name]!, scene.setup.fields[map.y.name]!)
    if (cursor) pointed(pen, theme, map, place, cursor)
    legend(pen, theme, LEFT, box.y + box.h + BOTTOM, w, entries(map.shares().map(([name]) => name)))
    return !map.done
  }

  /** The cells, where the form is theirs. */
  private marks(map: RegimeMap, { form, fields }: Setup, { X, Y }: Place): Mark[] {
    const marks: Mark[] = []
    for (const cell of form === '2003' ? this.cells : []) {
      const [x, y] = [X.at(cell.fields[map.x.name]!), Y.at(cell.fields[map.y.name]!)]
      const others = Object.keys(fields).filter((name) => name !== map.x.name && name !== map.y.name)
      const on = others.every((name) => fields[name] === cell.fields[name])
      const there = marks.find((one) => Math.hypot(one.x - x, one.y - y) < 1)
      if (there) {
        there.cells.push(cell)
        there.here ||= on
      } else marks.push({ cells: [cell], x, y, here: on })
    }
    return marks
  }

  /** These regimes; and, where there is room, all else, with what holds everywhere. */
  private entries(
    pen: Pen, theme: Theme, names: readonly MapRegime[], map: RegimeMap, setup: Setup, room: number,
  ): Entry[] {
    const regimes = names.map((name) => ({
      text: TEXTS.map.regimes[name].name, sign: (x: number, y: number) => swatch(pen, theme, name, x, y),
    }))
    if (!room) return regimes
    const cells = setup.form === '2003'
      ? [{ text: TEXTS.map.cell, sign: (x: number, y: number) => dot(pen, theme, x + 9, y, true) }]
      : []
    const everywhere = say(TEXTS.map.fixed, { values: fixedText(map, setup) })
    pen.font = `12px ${FONT}`
    return [...regimes, ...cells,
      { text: TEXTS.map.neuron, sign: (x: number, y: number) => ring(pen, theme, x + 9, y) },
      ...(pen.measureText(everywhere).width < room - 30 ? [{ text: everywhere, sign: () => {} }] : [])]
  }

  describe(scene: Scene): string {
    const map = this.of(scene)
    map.advance(performance.now() + 200)
    const [atX, atY] = [scene.setup.fields[map.x.name]!, scene.setup.fields[map.y.name]!]
    const shares = map.shares().map(([name, share]) => `${TEXTS.map.regimes[name].name} ${digits(100 * share, 2)} %`)
    return say(TEXTS.map.described, {
      x: valueText(map.x, atX), y: valueText(map.y, atY), regime: TEXTS.map.regimes[map.regimeAt(atX, atY)].name,
      values: fixedText(map, scene.setup), shares: shares.join(', '),
    })
  }
}

const valueText = ({ name, unit }: Field, value: number) => `${name} = ${digits(value)}${unit && ` ${unit}`}`

/** What is the same all over the map: the other plane's two, and the current. */
function fixedText({ x }: RegimeMap, { form, fields, stimulus }: Setup): string {
  const other = PLANES.map((plane) => planeFields(form, plane)).find(([one]) => one.name !== x.name)!
  const values = other.map((field) => valueText(field, fields[field.name]!))
  return [...values, `I = ${digits(levelOf(stimulus))} ${currentUnit(form)}`].join(', ')
}

/** Tiles of one regime beside each other are one; on whole pixels, so that no line is seen between them. */
function tiles(pen: Pen, theme: Theme, map: RegimeMap, box: Box): void {
  const at = (from: number, length: number, share: number) => Math.round(from + length * share)
  pen.save()
  for (const regime of REGIMES) {
    pen.fillStyle = COLOURS[theme.dark ? 'dark' : 'light'][regime]
    pen.beginPath()
    for (let j = 0; j < ROWS; j++)
      for (let i = 0, from = 0; i < COLUMNS; i = from) {
        for (from = i + 1; from < COLUMNS && map.at(from, j) === map.at(i, j);) from++
        if (map.at(i, j) !== regime) continue
        const [left, right] = [at(box.x, box.w, i / COLUMNS), at(box.x, box.w, from / COLUMNS)]
        const [top, bottom] = [at(box.y, box.h, 1 - (j + 1) / ROWS), at(box.y, box.h, 1 - j / ROWS)]
        pen.rect(left, top, right - left, bottom - top)
      }
    pen.fill()
  }
  pen.restore()
}

function frame(pen: Pen, theme: Theme, { x, y }: RegimeMap, { box, X, Y }: Place): void {
  const label = ({ name, unit }: Field) => (unit ? `${name}, ${unit}` : name)
  axes(pen, theme, box,
    { scale: X, label: label(x), ticks: ticks(X.lo, X.hi, box.w / 90) },
    { scale: Y, label: label(y), ticks: ticks(Y.lo, Y.hi, box.h / 40) })
}

/** A cell's mark: full where it lies on this map, hollow where it lies on one with other parameters. */
function dot(pen: Pen, theme: Theme, x: number, y: number, full: boolean): void {
  pen.save()
  pen.lineWidth = 2
  pen.strokeStyle = theme.text
  pen.fillStyle = full ? theme.text : theme.background
  pen.beginPath()
  pen.arc(x, y, 4.5, 0, 2 * Math.PI)
  pen.fill()
  pen.stroke()
  pen.restore()
}

function ring(pen: Pen, theme: Theme, x: number, y: number): void {
  pen.save()
  pen.lineWidth = 2.5
  pen.strokeStyle = theme.spike
  pen.beginPath()
  pen.arc(x, y, 8.5, 0, 2 * Math.PI)
  pen.stroke()
  pen.restore()
}

function here(pen: Pen, theme: Theme, { box, X, Y }: Place, x: number, y: number): void {
  clipped(pen, { x: box.x - 10, y: box.y - 10, w: box.w + 20, h: box.h + 20 }, () => ring(pen, theme, X.at(x), Y.at(y)))
}

function swatch(pen: Pen, theme: Theme, regime: MapRegime, x: number, y: number): void {
  pen.save()
  pen.lineWidth = 1
  pen.fillStyle = COLOURS[theme.dark ? 'dark' : 'light'][regime]
  pen.strokeStyle = theme.faint
  pen.beginPath()
  pen.rect(x + 0.5, y - 6.5, 17, 13)
  pen.fill()
  pen.stroke()
  pen.restore()
}

const NAME = `600 12px ${FONT}`

/** The marks' names, each beside, above or below its mark, where nothing else is; where all of these are taken it has
 * none. What is taken then. */
function cellNames(pen: Pen, theme: Theme, marks: Mark[], box: Box): Box[] {
  const taken: Box[] = marks.map(({ x, y }) => ({ x: x - 8, y: y - 8, w: 16, h: 16 }))
  pen.save()
  pen.font = NAME
  pen.textBaseline = 'middle'
  pen.textAlign = 'left'
  pen.fillStyle = theme.text
  for (const { cells, x, y } of marks) {
    const text = cells.map(({ name }) => name).join(', ')
    const w = pen.measureText(text).width
    const middle = Math.min(Math.max(y, box.y + 9), box.y + box.h - 9)
    const places = [[x + 13, middle], [x - 13 - w, middle], [x - w / 2, y - 18], [x - w / 2, y + 18]] as const
    const boxes = places.map(([left, at]) => ({ x: left - 4, y: at - 8, w: w + 8, h: 16 }))
    const found = boxes.findIndex((one) => inside(one, box) && !taken.some((other) => overlap(one, other)))
    if (found < 0) continue
    taken.push(boxes[found]!)
    pen.fillText(text, ...places[found]!)
  }
  pen.restore()
  return taken
}

const inside = (a: Box, b: Box) => a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h

/** How many tiles it is from each to one of another regime, or to the edge. */
function depths(map: RegimeMap): number[] {
  const depth = new Array<number>(COLUMNS * ROWS).fill(0)
  const look = (i: number, j: number, ways: readonly (readonly [number, number])[]) => {
    const beside = ways.map(([di, dj]) => {
      const [k, l] = [i + di, j + dj]
      const inside = k >= 0 && k < COLUMNS && l >= 0 && l < ROWS
      return inside && map.at(k, l) === map.at(i, j) ? depth[l * COLUMNS + k]! : 0
    })
    return 1 + Math.min(...beside)
  }
  for (let j = 0; j < ROWS; j++)
    for (let i = 0; i < COLUMNS; i++) depth[j * COLUMNS + i] = look(i, j, [[-1, 0], [-1, -1], [0, -1], [1, -1]])
  for (let j = ROWS - 1; j >= 0; j--)
    for (let i = COLUMNS - 1; i >= 0; i--)
      depth[j * COLUMNS + i] = Math.min(depth[j * COLUMNS + i]!, look(i, j, [[1, 0], [1, 1], [0, 1], [-1, 1]]))
  return depth
}

/** Each regime's name, where it has most room and no other name is. */
function regimeNames(pen: Pen, theme: Theme, map: RegimeMap, box: Box, taken: Box[]): void {
  const depth = depths(map)
  const deepest = depth.map((_, tile) => tile).sort((a, b) => depth[b]! - depth[a]!)
  pen.save()
  pen.font = `italic 13px ${FONT}`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillStyle = theme.text
  for (const regime of REGIMES) {
    const text = TEXTS.map.regimes[regime].name
    const [wide, high] = [pen.measureText(text).width, 16]
    const found = deepest.find((tile) => {
      const [i, j] = [tile % COLUMNS, Math.floor(tile / COLUMNS)]
      const room = 2 * depth[tile]! - 1
      if (map.at(i, j) !== regime || (room * box.w) / COLUMNS < wide || (room * box.h) / ROWS < high) return false
      return !taken.some((one) => overlap(one, nameBox(box, i, j, wide, high)))
    })
    if (found === undefined) continue
    const place = nameBox(box, found % COLUMNS, Math.floor(found / COLUMNS), wide, high)
    taken.push(place)
    pen.fillText(text, place.x + place.w / 2, place.y + place.h / 2)
  }
  pen.restore()
}

function nameBox({ x, y, w, h: tall }: Box, i: number, j: number, wide: number, high: number): Box {
  const [cx, cy] = [x + (w * (i + 0.5)) / COLUMNS, y + tall * (1 - (j + 0.5) / ROWS)]
  return { x: cx - wide / 2 - PADDING, y: cy - high / 2, w: wide + 2 * PADDING, h: high }
}

const overlap = (a: Box, b: Box) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

/** What is under the pointer, as far as it is known. */
function pointed(pen: Pen, theme: Theme, map: RegimeMap, { box, X, Y }: Place, { x, y }: { x: number; y: number }): void {
  if (x < box.x || x >= box.x + box.w || y <= box.y || y > box.y + box.h) return
  const i = Math.floor((COLUMNS * (x - box.x)) / box.w)
  const j = Math.floor(ROWS * (1 - (y - box.y) / box.h))
  const regime = map.at(i, j)
  const name = regime ? `: ${TEXTS.map.regimes[regime].name}` : ''
  const [atX, atY] = [Number(X.value(x).toPrecision(3)), Number(Y.value(y).toPrecision(3))]
  pen.save()
  pen.font = `12px ${FONT}`
  pen.textAlign = 'right'
  pen.fillStyle = theme.text
  pen.fillText(`${valueText(map.x, atX)}, ${valueText(map.y, atY)}${name}`, box.x + box.w, box.y - 8)
  pen.restore()
}

const KEYS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
}

class MapView extends Picture {
  constructor(private readonly regimes: Regimes) {
    super(regimes)
    const list = h('select', {
      'aria-label': TEXTS.map.list,
      change: () => {
        regimes.plane = list.value as Plane
        this.touch()
      },
    }, ...PLANES.map((plane) => h('option', { value: plane, selected: plane === regimes.plane }, TEXTS.map.planes[plane])))
    this.element.append(h('div', { class: 'tools sweep' }, h('span', {}, TEXTS.map.map), list))
    this.element.querySelector('canvas')!.style.touchAction = 'none' // a finger goes up and down on it, too
  }

  /** Arrows move the neuron by a step of the sliders, with Shift by ten. */
  press({ key, shiftKey }: KeyboardEvent): boolean {
    const way = KEYS[key]
    if (!way) return false
    this.regimes.nudge(...(way.map((one) => one * (shiftKey ? 10 : 1)) as [number, number]))
    return true
  }
}

export const make: MakeView = (engine, actions) => new MapView(new Regimes(engine, actions))
