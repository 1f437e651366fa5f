/** The spikes in rows, like lines of text, and how long it takes from one to the next. */
import {
  across, axes, digits, fixed, FONT, logTicks, lowerBound, note, Scale, ticks, upward, type Box,
} from '../plot'
import { Picture, type Drawing, type Frame } from '../picture'
import type { Spike } from '../engine'
import type { Pen } from '../svg'
import { plural, say, TEXTS } from '../texts'
import type { MakeView, Scene, Theme } from '../view'

const LEFT = 62
const RIGHT = 18
const TOP = 32
const BOTTOM = 40
const ROW = 20 // pixels
const BINS = 16 // to a decade
const WIDE = 820
const LINE = 38 // pixels, of the numbers above the histogram
const ASIDE = 18 // pixels, from one number to the next

interface Statistics {
  count: number
  /** The mean of the intervals, ms; NaN below two spikes. */
  mean: number
  /** Their standard deviation by their mean; NaN below two intervals. */
  cv: number
  /** Spikes a second since the start. */
  rate: number
}

/** The mean and the CV are those of the spikes that are known, the latest. */
export function statistics({ spikes, spikeCount, now }: Pick<Scene, 'spikes' | 'spikeCount' | 'now'>): Statistics {
  const n = spikes.length - 1
  const mean = (spikes.at(-1)?.t! - spikes[0]?.t!) / n
  let square = 0
  for (let i = 1; i <= n; i++) square += (spikes[i]!.t - spikes[i - 1]!.t - mean) ** 2
  return {
    count: spikeCount,
    mean: n > 0 ? mean : NaN,
    cv: n > 1 ? Math.sqrt(square / n) / mean : NaN,
    rate: now > 0 ? (1000 * spikeCount) / now : NaN,
  }
}

const LOW = 520 // pixels, below which there is no room for one above the other

class Raster implements Drawing {
  paint({ pen, width, height, scene, theme }: Frame): boolean {
    const { spikes } = scene
    const all = statistics(scene)
    const { raster, intervals, words } = layout(pen, all, width, height)
    rows(pen, theme, scene, raster)
    numbers(pen, theme, all, words)
    histogram(pen, theme, spikes, intervals)
    return false
  }

  describe(scene: Scene): string {
    const { count, mean, cv, rate } = statistics(scene)
    if (count === 0) return say(TEXTS.raster.none, { t: fixed(scene.now, 1) })
    const intervals = count > 1 ? say(TEXTS.raster.intervals, { mean: digits(mean), cv: fixed(cv, 3) }) : ''
    return say(TEXTS.raster.described, { count, spikes: plural(count, TEXTS.spikes), t: fixed(scene.now, 1), rate: digits(rate, 3), intervals })
  }
}

/** Beside each other on a wide page and on a low one, which has the numbers on top. */
function layout(pen: Pen, all: Statistics, width: number, height: number): { raster: Box; intervals: Box; words: Box } {
  const low = height < LOW && width < WIDE
  const beside = low || width >= WIDE
  const x = beside ? Math.round(width * 0.6) + LEFT - 24 : LEFT
  const across = low ? width - LEFT - RIGHT : width - x - RIGHT // the numbers
  const tall = arranged(pen, all, across).lines * LINE + (low ? 0 : 28)
  const top = low ? TOP + tall : TOP
  const y = beside ? TOP + tall : Math.round(height * 0.56) + tall + 20
  const raster = {
    x: LEFT, y: top,
    w: (beside ? Math.round(width * 0.6) : width) - LEFT - RIGHT,
    h: (beside ? height : Math.round(height * 0.56)) - top - BOTTOM,
  }
  const intervals = { x, y, w: width - x - RIGHT, h: height - y - BOTTOM }
  return { raster, intervals, words: { x: low ? LEFT : x, y: low ? 8 : y - tall, w: across, h: tall } }
}

/** As many rows as there is room for; the last is the present one. */
function rows(pen: Pen, theme: Theme, { spikes, now, setup }: Scene, box: Box): void {
  const { window } = setup
  const room = Math.max(1, Math.floor(box.h / ROW))
  const last = Math.floor(now / window)
  const first = Math.max(0, last - room + 1)
  const height = box.h / room
  const X = across(box, 0, window)
  const top = (row: number) => box.y + (row - first) * height
  highlight(pen, theme, { x: box.x, y: top(last), w: X.at(now - last * window) - box.x, h: height })
  axes(
    pen, theme, box,
    { scale: X, label: TEXTS.raster.time, ticks: ticks(0, window, box.w / 80) },
    { scale: new Scale(first, first + room, box.y, box.y + box.h), label: TEXTS.raster.rows, ...rowTicks(first, room, window) },
  )
  pen.save()
  pen.fillStyle = theme.spike
  for (const [from, to, alpha] of [[first, last, 0.65], [last, last + 1, 1]] as const) {
    pen.globalAlpha = alpha
    pen.beginPath()
    bricks(pen, spikes, X, window, from, to, top, height, alpha === 1 ? 2.2 : 1.6)
    pen.fill()
  }
  pen.restore()
  if (spikes.length === 0)
    note(pen, theme, box, now > 0 ? TEXTS.raster.noneYet : TEXTS.raster.start)
}

/** A number at the start of every row, or of every second, fifth, ... */
function rowTicks(first: number, room: number, window: number): { ticks: number[]; text: (row: number) => string } {
  const every = Math.max(1, ticks(0, room, 8)[1] ?? 1)
  const all = ticks(first, first + room, room / every).filter((row) => Number.isInteger(row))
  return { ticks: all, text: (row) => digits((row * window) / 1000, 6) }
}

/** Upright bars, which thousands of lines with ends to them are slower than. */
function bricks(
  pen: Pen, spikes: readonly Spike[], X: Scale, window: number, from: number, to: number,
  top: (row: number) => number, height: number, width: number,
): void {
  const start = lowerBound(spikes.length, (i) => spikes[i]!.t, from * window)
  for (let i = start; i < spikes.length; i++) {
    const { t } = spikes[i]!
    const row = Math.floor(t / window)
    if (row >= to) break
    const x = X.at(t - row * window)
    pen.rect(x - width / 2, top(row) + 0.2 * height, width, 0.6 * height)
  }
}

function highlight(pen: Pen, theme: Theme, { x, y, w, h }: Box): void {
  pen.save()
  pen.fillStyle = theme.spike
  pen.globalAlpha = 0.1
  pen.fillRect(x, y, w, h)
  pen.globalAlpha = 0.8
  pen.fillRect(x + w - 1, y, 2, h)
  pen.restore()
}

interface Words {
  number: string
  name: string
  x: number
  line: number
}

/** The statistics as four numbers with their names: in one line, else two by two, each as large as fits. */
function arranged(pen: Pen, { count, mean, cv, rate }: Statistics, width: number): { all: Words[]; size: number; lines: number } {
  const texts = [
    [count < 1e7 ? String(count) : digits(count), TEXTS.raster.spikes], [digits(rate, 3), TEXTS.raster.aSecond],
    [digits(mean, 4), TEXTS.raster.mean], [cv < 1e4 ? fixed(cv, 3) : digits(cv), TEXTS.raster.cv],
  ] as const
  const widthOf = (text: string, font: string) => {
    pen.font = font
    return pen.measureText(text).width
  }
  for (const [size, lines] of [[19, 1], [16, 1], [16, 2], [12, 2]] as const) {
    const wide = texts.map(([number, name]) => Math.max(widthOf(number, bold(size)), widthOf(name, SMALL)) + ASIDE)
    const columns = lines === 1 ? wide : [Math.max(wide[0]!, wide[2]!), Math.max(wide[1]!, wide[3]!)]
    const spare = width - columns.reduce((sum, one) => sum + one, -ASIDE)
    if (spare < 0 && size > 12) continue
    const gap = Math.max(0, Math.min(spare / columns.length, 40))
    const starts = columns.map((_, i) => columns.slice(0, i).reduce((sum, one) => sum + one + gap, 0))
    const all = texts.map(([number, name], i) => ({ number, name, x: starts[i % columns.length]!, line: Math.floor(i / columns.length) }))
    return { all, size, lines }
  }
  throw new Error('the last size fits always')
}

const SMALL = `11px ${FONT}`
const bold = (size: number) => `600 ${size}px ${FONT}`

function numbers(pen: Pen, theme: Theme, statistics: Statistics, box: Box): void {
  const { all, size } = arranged(pen, statistics, box.w)
  pen.save()
  pen.textAlign = 'left'
  for (const { number, name, x, line } of all) {
    pen.font = bold(size)
    pen.fillStyle = theme.text
    pen.fillText(number, box.x + x, box.y + 16 + line * LINE)
    pen.font = SMALL
    pen.fillStyle = theme.faint
    pen.fillText(name, box.x + x, box.y + 31 + line * LINE)
  }
  pen.restore()
}

/** How many intervals there are of each length, in bins of equal ratio. */
function histogram(pen: Pen, theme: Theme, spikes: readonly Spike[], box: Box): void {
  const bins = new Map<number, number>()
  for (let i = 1; i < spikes.length; i++) {
    const bin = Math.floor(BINS * Math.log10(spikes[i]!.t - spikes[i - 1]!.t))
    if (Number.isFinite(bin)) bins.set(bin, (bins.get(bin) ?? 0) + 1)
  }
  const keys = [...bins.keys()]
  const lowest = keys.length ? Math.floor(Math.min(...keys) / BINS) : 0
  const highest = keys.length ? Math.floor(Math.max(...keys) / BINS) + 1 : 3
  const most = Math.max(4, ...bins.values())
  const X = new Scale(10 ** lowest, 10 ** Math.max(highest, lowest + 2), box.x, box.x + box.w, true)
  const Y = upward(box, 0, 1.08 * most)
  axes(
    pen, theme, box,
    { scale: X, label: box.w < 240 ? TEXTS.raster.isi : TEXTS.raster.interval, ticks: logTicks(X.lo, X.hi, box.w / 42), text: (x) => digits(x) },
    { scale: Y, label: TEXTS.raster.count, ticks: ticks(0, Y.hi, box.h / 45).filter(Number.isInteger) },
  )
  bars(pen, theme, bins, X, Y)
  if (keys.length === 0) note(pen, theme, box, TEXTS.raster.first)
}

function bars(pen: Pen, theme: Theme, bins: Map<number, number>, X: Scale, Y: Scale): void {
  pen.save()
  pen.fillStyle = theme.spike
  pen.globalAlpha = 0.8
  pen.beginPath()
  for (const [bin, count] of bins) {
    const from = X.at(10 ** (bin / BINS))
    const to = X.at(10 ** ((bin + 1) / BINS))
    pen.rect(from + 0.5, Y.at(count), to - from - 1, Y.at(0) - Y.at(count))
  }
  pen.fill()
  pen.restore()
}

export const make: MakeView = () => new Picture(new Raster())
