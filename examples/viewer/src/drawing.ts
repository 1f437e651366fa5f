/** A small canvas on which the current is drawn by hand. */
import type { Segment } from './engine'
import { h } from './dom'
import { currentAt } from './stimulus'
import { TEXTS } from './texts'
import { readTheme } from './theme'

const COLUMNS = 100
const HEIGHT = 96 // CSS pixels

interface Range {
  window: number
  low: number
  high: number
}

/** Pieces through the values of the columns; one in line with the one before it is left out. */
function piecesThrough(values: readonly number[], window: number): Segment[] {
  const time = (i: number) => Number(((i * window) / COLUMNS).toPrecision(6))
  const segments: Segment[] = []
  for (let i = 0; i < COLUMNS; i++) {
    const next = values[i + 1]
    const slope = next === undefined ? 0 : (next - values[i]!) / (time(i + 1) - time(i))
    const rounded = Number(slope.toPrecision(6))
    const last = segments.at(-1)
    if (last && last.slope === rounded && currentAt([last], time(i)) === values[i]) continue
    segments.push({ t: time(i), I: values[i]!, slope: rounded })
  }
  return segments
}

export class Drawing {
  readonly element: HTMLCanvasElement
  private values: number[] = []
  private range: Range = { window: 1, low: 0, high: 1 }
  private last: { column: number; value: number } | null = null

  constructor(
    private readonly drawn: (segments: Segment[]) => void,
    private readonly ended: () => void,
  ) {
    this.element = h('canvas', {
      class: 'drawing', role: 'img', 'aria-label': TEXTS.panel.drawing,
      pointerdown: (event) => this.down(event as PointerEvent),
      pointermove: (event) => this.last && this.draw(event as PointerEvent),
      pointerup: () => this.up(),
      pointercancel: () => this.up(),
    })
    new ResizeObserver(() => requestAnimationFrame(() => this.paint())).observe(this.element)
  }

  show(segments: readonly Segment[], window: number, high: number): void {
    if (this.last) return // it shows what is being drawn
    this.values = Array.from({ length: COLUMNS }, (_, i) =>
      Number(currentAt(segments, (i * window) / COLUMNS).toPrecision(6)),
    )
    const top = Math.max(high, ...this.values)
    this.range = { window, low: Math.min(-top / 4, ...this.values), high: top }
    this.paint()
  }

  private down(event: PointerEvent): void {
    this.element.setPointerCapture(event.pointerId)
    this.last = this.at(event)
    this.draw(event)
  }

  private up(): void {
    if (!this.last) return
    this.last = null
    this.ended()
  }

  private at(event: PointerEvent): { column: number; value: number } {
    const box = this.element.getBoundingClientRect()
    const x = (event.clientX - box.left) / box.width
    const y = Math.min(Math.max((event.clientY - box.top) / box.height, 0), 1)
    const { low, high } = this.range
    const column = Math.min(Math.max(Math.floor(x * COLUMNS), 0), COLUMNS - 1)
    return { column, value: Number((high + y * (low - high)).toPrecision(3)) }
  }

  private draw(event: PointerEvent): void {
    const from = this.last!
    const to = this.at(event)
    const steps = Math.max(1, Math.abs(to.column - from.column))
    for (let i = 0; i <= steps; i++) {
      const column = Math.round(from.column + ((to.column - from.column) * i) / steps)
      const value = from.value + ((to.value - from.value) * i) / steps
      this.values[column] = Number(value.toPrecision(3))
    }
    this.last = to
    this.paint()
    this.drawn(piecesThrough(this.values, this.range.window))
  }

  private paint(): void {
    const ratio = window.devicePixelRatio
    const width = this.element.clientWidth
    const context = this.element.getContext('2d')
    if (!width || !context) return
    this.element.width = width * ratio
    this.element.height = HEIGHT * ratio
    context.scale(ratio, ratio)
    const { low, high } = this.range
    const y = (value: number) => ((high - value) / (high - low)) * HEIGHT
    const theme = readTheme()
    context.strokeStyle = theme.grid
    context.strokeRect(-1, y(0), width + 2, 0)
    context.strokeStyle = theme.I
    context.lineWidth = 1.5
    context.beginPath()
    this.values.forEach((value, i) => context.lineTo((i * width) / (COLUMNS - 1), y(value)))
    context.stroke()
  }
}
