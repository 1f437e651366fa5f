/** What the pictures share: scales, ticks, axes, lines of many samples, number formats. */
import type { Pen } from './svg'
import type { Setup } from './setup'
import type { Theme } from './view'

export const FONT = 'ui-sans-serif, system-ui, sans-serif'

export interface Box {
  x: number
  y: number
  w: number
  h: number
}

/** A linear map of values to pixels; `log` maps their logarithms. */
export class Scale {
  private readonly factor: number
  private readonly origin: number

  constructor(
    readonly lo: number,
    readonly hi: number,
    readonly from: number,
    readonly to: number,
    private readonly log = false,
  ) {
    const [a, b] = log ? [Math.log10(lo), Math.log10(hi)] : [lo, hi]
    this.factor = (to - from) / (b - a)
    this.origin = from - a * this.factor
  }

  at(value: number): number {
    return this.origin + this.factor * (this.log ? Math.log10(value) : value)
  }

  value(pixel: number): number {
    const value = (pixel - this.origin) / this.factor
    return this.log ? 10 ** value : value
  }
}

export const across = (box: Box, lo: number, hi: number) => new Scale(lo, hi, box.x, box.x + box.w)
export const upward = (box: Box, lo: number, hi: number) => new Scale(lo, hi, box.y + box.h, box.y)

/** Round numbers, 1, 2 or 5 times a power of ten apart, no more than `most`. */
export function ticks(lo: number, hi: number, most: number): number[] {
  const least = (hi - lo) / Math.max(most, 1)
  const power = 10 ** Math.floor(Math.log10(least))
  const step = power * ([1, 2, 5].find((m) => m * power >= least * (1 - 1e-9)) ?? 10)
  const first = Math.ceil(lo / step - 1e-9)
  const count = Math.floor(hi / step + 1e-9) - first + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step)
}

/** 1, 2, 5, 10, ... from lo to hi, or only powers of ten if those are too many, or some of these. */
export function logTicks(lo: number, hi: number, most: number): number[] {
  const values = (mantissas: number[]) => {
    const all: number[] = []
    for (let e = Math.floor(Math.log10(lo)); e <= Math.ceil(Math.log10(hi)); e++)
      all.push(...mantissas.map((m) => Number(`${m}e${e}`)))
    return all.filter((x) => x >= lo * (1 - 1e-9) && x <= hi * (1 + 1e-9))
  }
  const fine = values([1, 2, 5])
  if (fine.length <= most) return fine
  const powers = values([1])
  const every = Math.max(1, Math.ceil(powers.length / Math.max(1, most)))
  return powers.filter((_, i) => i % every === 0)
}

/** So many significant digits, without zeros at the end, and with a true minus. */
export function digits(x: number, count = 4): string {
  if (!Number.isFinite(x)) return '–'
  const text = x === 0 ? '0' : String(Number(x.toPrecision(count)))
  const plain = x === 0 || (Math.abs(x) < 1e7 && Math.abs(x) >= 1e-4)
  return (plain ? text : Number(text).toExponential()).replaceAll('-', '−').replace('+', '')
}

/** So many decimals, with a true minus; no minus before zero. */
export function fixed(x: number, decimals: number): string {
  if (!Number.isFinite(x)) return '–'
  if (Math.abs(x) >= 1e7) return digits(x) // toFixed would write 300 digits
  const text = x.toFixed(decimals)
  return (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−')
}

/** For reading along: one decimal, and a minus sign as wide as a plus. */
export function short(x: number): string {
  return (Math.abs(x) < 1e5 ? x.toFixed(1) : Number.isNaN(x) ? '–' : x.toPrecision(4)).replace('-', '−')
}

/** The unit of u and of the current: in the 2003 form the model's own. */
export const unitOf = (setup: Setup) => (setup.form === '2003' ? 'mV/ms' : 'pA')

/** A range that takes in what it is shown at once, and gives it up only when it has become far too
 * wide, so that a picture's axes do not jump about. */
export class Range {
  lo = NaN
  hi = NaN

  /** True if it changed. */
  include(lo: number, hi: number): boolean {
    const span = Math.max(hi - lo, 1e-6 * Math.max(Math.abs(lo), Math.abs(hi)), 1e-9)
    const [lowest, highest] = [lo - 0.06 * span, hi + 0.06 * span]
    const wide = this.hi - this.lo > 1.7 * span * 1.12
    if (lo >= this.lo && hi <= this.hi && !wide) return false
    const fresh = !(this.hi > this.lo) || wide
    this.lo = fresh ? lowest : Math.min(this.lo, lowest)
    this.hi = fresh ? highest : Math.max(this.hi, highest)
    return true
  }
}

export interface Axis {
  scale: Scale
  label: string
  /** Values and, where they are not the values themselves, what stands there. */
  ticks: number[]
  text?: (value: number) => string
}

/** Grid, frame, numbers and names of a plot. Without numbers on x it shares another's axis. */
export function axes(pen: Pen, theme: Theme, box: Box, x: Axis, y: Axis, numbersOnX = true): void {
  pen.save()
  pen.lineWidth = 1
  pen.strokeStyle = theme.grid
  pen.beginPath()
  for (const value of x.ticks) line(pen, crisp(x.scale.at(value)), box.y, crisp(x.scale.at(value)), box.y + box.h)
  for (const value of y.ticks) line(pen, box.x, crisp(y.scale.at(value)), box.x + box.w, crisp(y.scale.at(value)))
  pen.stroke()
  pen.fillStyle = theme.faint
  numbers(pen, y, (text, at) => fitted(pen, text, box.x - 6, at, box.x - 8), 'right', 'middle')
  const end = box.x + box.w + EDGE
  const inside = (text: string, at: number) => Math.min(at, end - pen.measureText(text).width / 2)
  if (numbersOnX) numbers(pen, x, (text, at) => pen.fillText(text, inside(text, at), box.y + box.h + 15), 'center', 'alphabetic')
  names(pen, theme, box, numbersOnX ? x.label : '', y.label)
  pen.restore()
}

const EDGE = 14 // pixels, that a number on x may reach beyond its axis

/** Smaller, where it would be wider than there is room. */
function fitted(pen: Pen, text: string, x: number, y: number, room: number): void {
  const { width } = pen.measureText(text)
  if (width <= room) return pen.fillText(text, x, y)
  const { font } = pen
  pen.font = `${((11 * room) / width).toFixed(2)}px ${FONT}`
  pen.fillText(text, x, y)
  pen.font = font
}

function numbers(
  pen: Pen, { scale, ticks, text }: Axis, put: (text: string, at: number) => void,
  align: CanvasTextAlign, baseline: CanvasTextBaseline,
): void {
  pen.font = `11px ${FONT}`
  pen.textAlign = align
  pen.textBaseline = baseline
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : 1
  const decimals = Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9)))
  const texts = ticks.map((value) => (text ? text(value) : fixed(value, decimals)))
  // Large numbers near to each other need more digits to be told apart.
  for (let count = 6; new Set(texts).size < ticks.length && count <= 16; count += 2)
    ticks.forEach((value, i) => { texts[i] = digits(value, count) })
  ticks.forEach((value, i) => put(texts[i]!, scale.at(value)))
}

function names(pen: Pen, theme: Theme, box: Box, x: string, y: string): void {
  pen.fillStyle = theme.text
  pen.font = `12px ${FONT}`
  pen.textBaseline = 'alphabetic'
  pen.textAlign = 'right'
  if (x) pen.fillText(x, box.x + box.w, box.y + box.h + 31)
  pen.textAlign = 'left'
  if (y) pen.fillText(y, box.x, box.y - 8)
}

/** A pixel's middle, where a line of one pixel is sharp. */
export const crisp = (x: number) => Math.round(x - 0.5) + 0.5

export function line(pen: Pen, x0: number, y0: number, x1: number, y1: number): void {
  pen.moveTo(x0, y0)
  pen.lineTo(x1, y1)
}

/** Draws inside a box only. */
export function clipped(pen: Pen, box: Box, draw: () => void): void {
  pen.save()
  pen.beginPath()
  pen.rect(box.x, box.y, box.w, box.h)
  pen.clip()
  draw()
  pen.restore()
}

const TOLERANCE = 0.1 // pixels, that nobody sees

/** Adds points from left to right to the path, but for those that a straight line passes by within
 * TOLERANCE: a stroke takes as long as it has corners. */
class Corners {
  // Where the line began to be straight, where it is now, and between which slopes it may go on.
  private fromX = NaN
  private fromY = NaN
  private x = NaN
  private y = NaN
  private lo = NaN
  private hi = NaN

  constructor(private readonly pen: Pen) {}

  moveTo(x: number, y: number): void {
    this.end()
    this.pen.moveTo(x, y)
    this.x = x
    this.y = y
    this.begin()
  }

  lineTo(x: number, y: number): void {
    const slope = (y - this.fromY) / (x - this.fromX)
    if (!(x > this.fromX && slope >= this.lo && slope <= this.hi)) this.end()
    const across = x - this.fromX
    this.lo = across > 0 ? Math.max(this.lo, (y - TOLERANCE - this.fromY) / across) : NaN
    this.hi = across > 0 ? Math.min(this.hi, (y + TOLERANCE - this.fromY) / across) : NaN
    this.x = x
    this.y = y
  }

  /** To the last point, which is a corner. */
  end(): void {
    const begun = !Number.isNaN(this.x)
    if (begun && (this.x !== this.fromX || this.y !== this.fromY)) this.pen.lineTo(this.x, this.y)
    this.begin()
  }

  private begin(): void {
    this.fromX = this.x
    this.fromY = this.y
    this.lo = -Infinity
    this.hi = Infinity
  }
}

/** Adds samples to the path. Where many share a column of half a pixel, only the first, the last and, where they
 * lie beyond these, the extremes are drawn: the picture is the same. NaN breaks the line. */
export function curve(
  pen: Pen, xs: Float64Array, ys: Float64Array, X: Scale, Y: Scale, from = 0, to = xs.length,
): void {
  const corners = new Corners(pen)
  let column = NaN
  let [x, first, lo, hi, last] = [0, 0, 0, 0, 0]
  let highest = false // whether hi came after lo
  const flush = () => {
    if (Number.isNaN(column) || (first === last && lo === hi)) return
    for (const y of highest ? [lo, hi] : [hi, lo])
      if (y < Math.min(first, last) || y > Math.max(first, last)) corners.lineTo(x, y)
    corners.lineTo(x, last)
  }
  for (let i = from; i < to; i++) {
    const y = Y.at(ys[i]!)
    const at = X.at(xs[i]!)
    const half = Math.round(2 * at)
    if (Number.isNaN(y)) {
      flush()
      column = NaN
    } else if (half === column) {
      if (y < lo || y > hi) highest = y > hi
      x = at
      lo = Math.min(lo, y)
      hi = Math.max(hi, y)
      last = y
    } else {
      flush()
      if (Number.isNaN(column)) corners.moveTo(at, y)
      else corners.lineTo(at, y)
      column = half
      x = at
      first = lo = hi = last = y
    }
  }
  flush()
  corners.end()
}

/** The first index of an ascending array that is not below a value. */
export function lowerBound(length: number, at: (i: number) => number, value: number): number {
  let [lo, hi] = [0, length]
  while (lo < hi) {
    const middle = (lo + hi) >> 1
    if (at(middle) < value) lo = middle + 1
    else hi = middle
  }
  return lo
}

/** What is between the samples around a time; null where it is not between two. */
export function valueAt(times: Float64Array, values: Float64Array, time: number): number | null {
  const i = lowerBound(times.length, (k) => times[k]!, time)
  if (i === 0 || i === times.length) return null
  const share = (time - times[i - 1]!) / (times[i]! - times[i - 1]!)
  return values[i - 1]! + share * (values[i]! - values[i - 1]!)
}

/** Lines of text on a card, to the right of x or, where there is no room, to the left. */
export function card(pen: Pen, theme: Theme, lines: [string, string][], x: number, y: number, width: number): void {
  pen.font = `12px ${FONT}`
  const wide = Math.max(...lines.map(([text]) => pen.measureText(text).width)) + 20
  const left = x + 12 + wide < width ? x + 12 : x - 12 - wide
  pen.globalAlpha = 0.92
  pen.fillStyle = theme.background
  pen.strokeStyle = theme.grid
  pen.beginPath()
  pen.roundRect(left, y, wide, 18 * lines.length + 10, 6)
  pen.fill()
  pen.stroke()
  pen.globalAlpha = 1
  lines.forEach(([text, colour], i) => {
    pen.fillStyle = colour
    pen.fillText(text, left + 10, y + 20 + 18 * i)
  })
}

export interface Entry {
  text: string
  /** Draws its sign, about 18 pixels wide, from x on, centred on y. */
  sign: (x: number, y: number) => void
}

/** Where entries go, in lines from left to right. */
function arranged(pen: Pen, width: number, entries: Entry[]): { x: number; y: number }[] {
  let [x, y] = [0, 9]
  return entries.map(({ text }) => {
    const wide = SIGN + pen.measureText(text).width
    if (x > 0 && x + wide > width) [x, y] = [0, y + 19]
    const place = { x, y }
    x += wide + 16
    return place
  })
}

const SIGN = 24 // pixels for an entry's sign

export function legendHeight(pen: Pen, width: number, entries: Entry[]): number {
  pen.font = `12px ${FONT}`
  return (arranged(pen, width, entries).at(-1)?.y ?? 0) + 10
}

/** The height that it takes. */
export function legend(pen: Pen, theme: Theme, x: number, y: number, width: number, entries: Entry[]): number {
  pen.save()
  const height = legendHeight(pen, width, entries)
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  arranged(pen, width, entries).forEach((place, i) => {
    const { text, sign } = entries[i]!
    sign(x + place.x, y + place.y)
    pen.fillStyle = theme.text
    pen.fillText(text, x + place.x + SIGN, y + place.y)
  })
  pen.restore()
  return height
}

/** A short line in the style of a curve, for a legend. */
export function sample(pen: Pen, colour: string, dash: number[] = [], width = 2): Entry['sign'] {
  return (x, y) => {
    pen.save()
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.setLineDash(dash)
    pen.beginPath()
    line(pen, x, y, x + 18, y)
    pen.stroke()
    pen.restore()
  }
}

/** What stands where there is nothing to show yet. */
export function note(pen: Pen, theme: Theme, box: Box, text: string): void {
  pen.save()
  pen.font = `14px ${FONT}`
  pen.fillStyle = theme.faint
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  const lines = wrapped(pen, text, box.w - 24)
  lines.forEach((part, i) =>
    pen.fillText(part, box.x + box.w / 2, box.y + box.h / 2 + 20 * (i - (lines.length - 1) / 2)),
  )
  pen.restore()
}

export function wrapped(pen: Pen, text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word
    if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
