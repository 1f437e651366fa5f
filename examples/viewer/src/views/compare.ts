/** Methods over one stimulus, and how far their spikes are from the reference's. */
import { Comparison, type Run } from '../comparison'
import { h, setText } from '../dom'
import type { Engine } from '../engine'
import type { Match } from '../errors'
import { METHODS } from '../methods'
import { blobOf, EMPTY_THEME, paper, Sheet } from '../picture'
import {
  across, axes, clipped, curve, digits, fixed, FONT, legend, note, sample, Scale, ticks, upward, wrapped, type Box,
} from '../plot'
import { same, type Compared, type Setup } from '../setup'
import { caption, captionHeight, captionLines } from '../caption'
import { SvgPen, type Pen } from '../svg'
import { plural, say, TEXTS } from '../texts'
import { paperTheme } from '../theme'
import type { MakeView, Scene, Theme, View } from '../view'

const BUDGET = 10 // ms of a frame for the runs
const LEFT = 58
const RIGHT = 16
const BOTTOM = 38
const GAP = 30
const LINE = 20 // of the table on paper
const GUTTER = 14
const CELL = `11px ${FONT}`
const HEAD = `600 11px ${FONT}`
const SMALLEST = 1e-13 // ms: an error below is drawn as this, for the rounding of t is no smaller

/** Apart for all kinds of colour-blindness, after Okabe and Ito, and by dashes and marks besides. */
const COLOURS = {
  light: ['#0072b2', '#d55e00', '#00805e', '#b4528c', '#806600', '#5b3fa8'],
  dark: ['#56b4e9', '#ff9d4d', '#3dd6a5', '#f2a0cc', '#f0e442', '#b3a5ff'],
}
const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 4]]

const HEADINGS = TEXTS.compare.headings

/** With the step that it has: the default where the setup leaves it to the method. */
function nameOf({ method, events, dt }: Compared): string {
  const step = dt || METHODS.find(({ name }) => name === method)?.step
  return `${method}${step ? ` ${digits(step)} ms` : ''}${events === 'grid' ? TEXTS.compare.onGrid : ''}`
}

class Compare implements View {
  readonly element = h('div', { class: 'compare' })
  private readonly sheet = new Sheet()
  private readonly caption = h('caption')
  private readonly body = h('tbody')
  private theme = EMPTY_THEME
  private setup: Setup | null = null
  private comparison: Comparison | null = null
  private fresh = false // whether what is seen is what is known

  constructor(private readonly engine: Engine) {
    const plot = h('div', { class: 'compare-plot' }, this.sheet.element)
    this.sheet.element.setAttribute('aria-hidden', 'true')
    const head = h('thead', {}, h('tr', {}, ...HEADINGS.map((text) => h('th', { scope: 'col' }, text))))
    const table = h('table', {}, this.caption, head, this.body)
    // It can be scrolled where it does not fit, by keys too.
    const frame = { class: 'compare-table', role: 'region', tabindex: 0, 'aria-label': TEXTS.compare.table }
    this.element.append(plot, h('div', frame, table))
  }

  resize(theme: Theme): void {
    this.theme = theme
    this.sheet.fit()
    this.fresh = false
  }

  draw(scene: Scene): void {
    this.adopt(scene.setup)
    const comparison = this.comparison!
    if (!comparison.done) {
      comparison.advance(performance.now() + BUDGET)
      this.fresh = false
    }
    if (this.fresh || !this.sheet.width) return
    this.fresh = true
    this.tabulate()
    this.sheet.fit() // the table may have taken some of its room
    this.paint(this.sheet.pen(), this.sheet.width, this.sheet.height)
  }

  describe(scene: Scene): string {
    this.adopt(scene.setup)
    const comparison = this.comparison!
    const rows = comparison.runs.map((run) => {
      const [name, spikes, missed, last, worst, rhs] = this.cells(run) as [string, string, string, string, string, string]
      return run.message || !run.done
        ? say(TEXTS.compare.status, { name, status: statusOf(run) ?? '' })
        : say(TEXTS.compare.row, { name, spikes, missed, last, worst, rhs })
    })
    const count = comparison.reference.spikes.length
    return say(TEXTS.compare.described, {
      window: fixed(scene.setup.window, 0), count, spikes: plural(count, TEXTS.spikes), rows: rows.join('. '),
    })
  }

  png(scene: Scene): Promise<Blob> {
    return blobOf(this.onPaper(scene, (width, height) => paper(width, height, this.theme)).pen.canvas)
  }

  svg(scene: Scene): string {
    const { pen, width, height } = this.onPaper(scene, (w, h) => {
      const sheet = new SvgPen()
      sheet.fillStyle = this.theme.background
      sheet.fillRect(0, 0, w, h)
      return sheet
    })
    return pen.finish(width, height)
  }

  /** The picture, the table and the setup in words on what `make` makes, in the colours of paper. */
  private onPaper<P extends Pen>(scene: Scene, make: (width: number, height: number) => P): { pen: P; width: number; height: number } {
    const { theme } = this
    this.theme = paperTheme()
    try {
      const draft = new SvgPen()
      const { width, height } = this.printed(draft)
      const lines = captionLines(draft, scene, width)
      const whole = height + captionHeight(lines)
      const pen = make(width, whole)
      this.printed(pen)
      caption(pen, this.theme, lines, height, width)
      return { pen, width, height: whole }
    } finally {
      this.theme = theme
    }
  }

  /** Begins anew if anything that matters has changed. */
  private adopt(setup: Setup): void {
    if (this.setup === setup) return
    const relevant = ({ form, fields, initial, stimulus, window, compared }: Setup) =>
      ({ form, fields, initial, stimulus, window, compared })
    const changed = !this.setup || !same(relevant(this.setup), relevant(setup))
    this.setup = setup
    if (!changed) return
    this.comparison?.drop()
    this.comparison = new Comparison(this.engine, setup)
    this.fresh = false
  }

  private colour(i: number): string {
    const colours = COLOURS[this.theme.dark ? 'dark' : 'light']
    return colours[i % colours.length]!
  }

  /** The colour of the reference, which lies below all others: a third of the theme's faint colour. */
  private ghost(): string {
    return `${this.theme.faint}55`
  }

  // ---- the table ----

  private cells(run: Run): string[] {
    const found = this.comparison!.matchOf(run)
    return [
      nameOf(run.method),
      found ? String(run.spikes.length) : '–',
      found ? `${found.missed} / ${found.extra}` : '–',
      signed(found?.last ?? null),
      signed(found?.worst ?? null),
      found ? String(run.rhs) : '–',
      digits(run.cost, 2),
    ]
  }

  private tabulate(): void {
    const { message } = this.comparison!.reference
    setText(this.caption, message
      ? say(TEXTS.compare.early, { reason: message })
      : TEXTS.compare.against)
    this.body.replaceChildren(...this.comparison!.runs.map((run, i) => this.row(run, i)))
  }

  private row(run: Run, i: number): HTMLTableRowElement {
    const cells = this.cells(run)
    const dot = h('i', { class: 'compare-dot' })
    dot.style.background = this.colour(i)
    const name = h('th', { scope: 'row' }, dot, cells[0]!)
    const status = statusOf(run)
    return status
      ? h('tr', {}, name, h('td', { colspan: HEADINGS.length - 1, class: 'compare-status' }, status))
      : h('tr', {}, name, ...cells.slice(1).map((text) => h('td', {}, text)))
  }

  /** The picture and the table on paper, which is as wide as the table needs; its size. */
  private printed(pen: Pen): { width: number; height: number } {
    const { runs } = this.comparison!
    const rows: readonly (readonly string[])[] = [HEADINGS, ...runs.map((run) => (statusOf(run) ? [nameOf(run.method)] : this.cells(run)))]
    const widths = HEADINGS.map((_, k) => Math.max(...rows.map((row) => this.wide(pen, row[k] ?? ''))) + GUTTER)
    const width = Math.max(this.sheet.width, LEFT + RIGHT + widths.reduce((sum, one) => sum + one, 0))
    this.paint(pen, width, this.sheet.height)
    const spare = (width - LEFT - RIGHT - widths.reduce((sum, one) => sum + one, 0)) / widths.length
    const starts = widths.map((_, k) => LEFT + widths.slice(0, k).reduce((sum, one) => sum + one + spare, 0))
    let y = this.sheet.height + LINE
    pen.textAlign = 'left'
    pen.textBaseline = 'alphabetic'
    rows.forEach((row, i) => {
      pen.fillStyle = this.theme.text
      pen.font = i ? CELL : HEAD
      row.forEach((text, k) => pen.fillText(text, starts[k]!, y))
      const status = i > 0 && statusOf(runs[i - 1]!)
      if (status) for (const text of wrapped(pen, status, width - RIGHT - starts[1]!)) {
        pen.fillText(text, starts[1]!, y)
        y += LINE
      }
      else y += LINE
    })
    return { width, height: y }
  }

  private wide(pen: Pen, text: string): number {
    pen.font = HEAD
    return pen.measureText(text).width
  }

  // ---- the picture ----

  private paint(pen: Pen, width: number, height: number): void {
    const entries = [
      { text: TEXTS.compare.reference, sign: sample(pen, this.ghost(), [], 6) },
      ...this.comparison!.runs.map((run, i) => ({
        text: nameOf(run.method),
        sign: (x: number, y: number) => {
          sample(pen, this.colour(i), DASHES[i])(x, y)
          mark(pen, i, this.colour(i), x + 9, y)
        },
      })),
    ]
    const top = legend(pen, this.theme, LEFT, 6, width - LEFT - RIGHT, entries) + 30
    const room = height - top - GAP - BOTTOM
    const above = { x: LEFT, y: top, w: width - LEFT - RIGHT, h: room * 0.5 }
    const below = { ...above, y: top + above.h + GAP, h: room * 0.5 }
    const X = across(above, 0, this.setup!.window)
    this.traces(pen, above, X)
    this.errors(pen, below, X)
  }

  private traces(pen: Pen, box: Box, X: Scale): void {
    const { reference, runs } = this.comparison!
    const [lo, hi] = extent(reference)
    const Y = upward(box, lo, hi)
    axes(pen, this.theme, box, this.timeAxis(box, X), { scale: Y, label: 'v, mV', ticks: ticks(lo, hi, box.h / 40) }, false)
    clipped(pen, box, () => {
      pen.lineJoin = 'round'
      this.trace(pen, reference, X, Y, this.ghost(), 6, [])
      runs.forEach((run, i) => this.trace(pen, run, X, Y, this.colour(i), 1.5, DASHES[i]!))
    })
  }

  private trace(pen: Pen, { t, v }: Run, X: Scale, Y: Scale, colour: string, width: number, dash: number[]): void {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.setLineDash(dash)
    pen.beginPath()
    curve(pen, Float64Array.from(t), Float64Array.from(v), X, Y)
    pen.stroke()
  }

  private errors(pen: Pen, box: Box, X: Scale): void {
    const { reference, runs } = this.comparison!
    const matches = runs.map((run) => this.comparison!.matchOf(run))
    const [lo, hi] = decades(matches)
    const Y = new Scale(lo, hi, box.y + box.h, box.y, true)
    axes(pen, this.theme, box, this.timeAxis(box, X), {
      scale: Y, label: TEXTS.compare.error, ticks: powers(lo, hi, box.h / 24), text: power,
    })
    matches.forEach((found, i) => found && this.series(pen, found, i, X, Y))
    if (reference.done && reference.spikes.length === 0)
      note(pen, this.theme, box, TEXTS.compare.noSpike)
    else if (runs.length === 0) note(pen, this.theme, box, TEXTS.compare.nothing)
  }

  private series(pen: Pen, { pairs }: Match, i: number, X: Scale, Y: Scale): void {
    const colour = this.colour(i)
    const points = pairs.map(({ t, error }) => [X.at(t), Y.at(Math.max(SMALLEST, Math.abs(error)))] as const)
    pen.save()
    pen.strokeStyle = colour
    pen.lineWidth = 1
    pen.globalAlpha = 0.6
    pen.setLineDash(DASHES[i]!)
    pen.beginPath()
    points.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)))
    pen.stroke()
    pen.restore()
    for (const [x, y] of points) mark(pen, i, colour, x, y)
  }

  private timeAxis(box: Box, scale: Scale) {
    return { scale, label: 't, ms', ticks: ticks(scale.lo, scale.hi, box.w / 90) }
  }
}

/** Circle, square, triangle, diamond, triangle upside down, and a small square on its own. */
function mark(pen: Pen, i: number, colour: string, x: number, y: number): void {
  const shapes: (readonly (readonly [number, number])[])[] = [
    [[-4, -4], [4, -4], [4, 4], [-4, 4]],
    [[0, -5], [5, 4], [-5, 4]],
    [[0, -5.5], [5.5, 0], [0, 5.5], [-5.5, 0]],
    [[0, 5], [5, -4], [-5, -4]],
    [[-2.5, -6], [2.5, -6], [2.5, 6], [-2.5, 6]],
  ]
  pen.save()
  pen.fillStyle = colour
  pen.beginPath()
  const shape = shapes[i - 1]
  if (shape) shape.forEach(([dx, dy], k) => (k ? pen.lineTo(x + dx, y + dy) : pen.moveTo(x + dx, y + dy)))
  else pen.arc(x, y, 4, 0, 2 * Math.PI)
  pen.closePath()
  pen.fill()
  pen.restore()
}

function statusOf(run: Run): string | null {
  if (run.message) return run.message
  return run.done ? null : say(TEXTS.compare.running, { share: fixed(100 * run.progress, 0) })
}

const signed = (error: number | null) => {
  if (error === null) return '–'
  if (error === 0) return '0'
  const text = Math.abs(error) < 0.001 ? error.toExponential(1) : error.toPrecision(3)
  return `${error > 0 ? '+' : ''}${text.replaceAll('-', '−')}`
}

/** What the reference takes, and some more: methods on a grid may overshoot the peak by far. */
function extent({ v }: Run): [number, number] {
  let [lo, hi] = [Infinity, -Infinity]
  for (const value of v) {
    lo = Math.min(lo, value)
    hi = Math.max(hi, value)
  }
  const span = hi - lo
  return span > 0 ? [lo - 0.1 * span, hi + 0.2 * span] : [-80, 40]
}

/** Whole powers of ten about all errors. */
function decades(matches: (Match | null)[]): [number, number] {
  const sizes = matches.flatMap((found) => found?.pairs.map(({ error }) => Math.max(SMALLEST, Math.abs(error))) ?? [])
  if (sizes.length === 0) return [1e-6, 10]
  const lo = Math.floor(Math.log10(Math.min(...sizes)) - 0.3)
  const hi = Math.ceil(Math.log10(Math.max(...sizes)) + 0.3)
  return [10 ** lo, 10 ** Math.max(hi, lo + 3)]
}

function powers(lo: number, hi: number, most: number): number[] {
  const [first, last] = [Math.round(Math.log10(lo)), Math.round(Math.log10(hi))]
  const every = Math.max(1, Math.ceil((last - first) / Math.max(1, most)))
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => 10 ** (first + i * every))
}

const RAISED: Record<string, string> = {
  '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹',
}

const power = (value: number) => {
  const exponent = Math.round(Math.log10(value))
  return exponent >= -2 && exponent <= 3 ? digits(value) : `10${[...String(exponent)].map((c) => RAISED[c]).join('')}`
}

export const make: MakeView = (engine) => new Compare(engine)
