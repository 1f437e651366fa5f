/** What stands below a picture on paper: the setup in words, so that it can be made again, and a bar as a scale. */
import { TICK } from './coupled'
import { NETWORK_FIELDS, pairFields } from './coupling'
import { FIELDS, currentUnit, type Field } from './fields'
import { methodOf } from './methods'
import { FONT, digits, line, wrapped } from './plot'
import { stimulusFields } from './stimulus'
import type { Setup } from './setup'
import type { Pen } from './svg'
import { say, TEXTS } from './texts'
import type { Scene, Theme } from './view'

const MARGIN = 16 // pixels, on both sides
const LINE = 16 // from one line to the next
const SIZE = 11.5
const MOST_PIECES = 4 // of a current that are written out

const value = (field: Field, x: number) =>
  `${field.symbol.filter(Boolean).join('_')} = ${x === Infinity ? TEXTS.panel.none : digits(x, 6)}${field.unit && ` ${field.unit}`}`

function currentText({ stimulus, form, window }: Setup): string {
  const unit = currentUnit(form)
  if (stimulus.kind !== 'pieces') {
    const numbers = stimulus as unknown as Record<string, number>
    const fields = stimulusFields(stimulus.kind, form, window)
    const values = fields.map((field) => value(field, numbers[field.name]!)).join(', ')
    return say(TEXTS.paper.current, { kind: TEXTS.currents.kinds[stimulus.kind], values })
  }
  const pieces = stimulus.segments.slice(0, MOST_PIECES)
    .map(({ t, I, slope }) => say(TEXTS.paper.piece, {
      I: digits(I, 6), slope: slope ? say(TEXTS.paper.slope, { slope: digits(slope, 6) }) : '', t: digits(t, 6),
    }))
  const count = stimulus.segments.length - pieces.length
  const more = count > 0 ? say(TEXTS.paper.more, { count }) : ''
  return say(TEXTS.paper.pieces, { unit, pieces: pieces.join(', '), more })
}

const values = (fields: readonly Field[], numbers: object) =>
  fields.map((field) => value(field, (numbers as Record<string, number>)[field.name]!)).join(', ')

/** The neuron, its start, its current and its method, each as a sentence; or what is shown instead. */
export function setupText(setup: Setup): string[] {
  const { form, fields, initial, method, events, dt, view } = setup
  if (view === 'network')
    return [say(TEXTS.network.caption, { numbers: values(NETWORK_FIELDS, setup.network) }), TEXTS.network.method]
  const unit = currentUnit(form)
  const pair = view === 'pair' && say(TEXTS.pair.caption, { numbers: values(pairFields(form), setup.pair) })
  const step = dt || methodOf(method).step
  const stepped = step === null ? '' : say(TEXTS.paper.step, { step: digits(step, 6) })
  return [
    say(TEXTS.paper.neuron, { form: TEXTS.panel.forms[form], values: values(FIELDS[form], fields) }),
    say(TEXTS.paper.start, { v: digits(initial.v, 6), u: digits(initial.u, 6), unit, current: currentText(setup) }),
    ...(pair ? [pair, say(TEXTS.pair.method, { tick: TICK })]
      : [say(TEXTS.paper.method, { method, events: TEXTS.panel.eventNames[events], step: stepped })]),
  ]
}

export function captionLines(pen: Pen, { setup }: Pick<Scene, 'setup'>, width: number): string[] {
  pen.font = `${SIZE}px ${FONT}`
  return setupText(setup).flatMap((text) => wrapped(pen, text, width - 2 * MARGIN))
}

/** Room for the bar and the lines. */
export const captionHeight = (lines: readonly string[]) => LINE * lines.length + 40

export function caption(
  pen: Pen, theme: Theme, lines: readonly string[], top: number, width: number, bar?: { pixels: number; text: string },
): void {
  pen.save()
  pen.font = `${SIZE}px ${FONT}`
  pen.textAlign = 'left'
  pen.textBaseline = 'alphabetic'
  if (bar) scaleBar(pen, theme, bar, width - MARGIN, top + 14)
  pen.fillStyle = theme.faint
  lines.forEach((text, i) => pen.fillText(text, MARGIN, top + 38 + LINE * i))
  pen.restore()
}

function scaleBar(pen: Pen, theme: Theme, { pixels, text }: { pixels: number; text: string }, right: number, y: number): void {
  pen.save()
  pen.strokeStyle = pen.fillStyle = theme.text
  pen.lineWidth = 2
  pen.beginPath()
  line(pen, right - pixels, y, right, y)
  pen.stroke()
  pen.textAlign = 'right'
  pen.fillText(text, right - pixels - 8, y + 4)
  pen.restore()
}
