/** A number to turn and to type: a slider for its usual range, and a field that takes any number. */
import { h, indexed, uniqueId } from './dom'
import type { Field } from './fields'
import { TextError, shownNumber, typedNumber } from './stimulus'
import { say, TEXTS } from './texts'

export interface NumberEvents {
  /** `gesture`: changes of one drag have the same; null: a change on its own. */
  change(value: number, gesture: string | null): void
  endGesture(): void
  refuse(message: string): void
}

/** What field.symbol looks like: an italic letter and its index. */
export function symbol([letter, index]: Field['symbol']): HTMLElement {
  return h('span', { class: 'symbol' }, h('var', {}, letter), index ? h('sub', {}, index) : null)
}

/** Characters that the field has room for beside what it means. */
const ROOM = 7

/** One step on, with the decimals of both: what was typed in full is not rounded. */
function stepped(value: number, step: number): number {
  const decimals = (x: number) => (/e/.test(String(x)) ? 100 : (String(x).split('.')[1] ?? '').length)
  return Number((value + step).toFixed(Math.min(100, Math.max(decimals(value), decimals(step)))))
}

export class NumberControl {
  readonly element: HTMLElement
  private readonly slider: HTMLInputElement
  private readonly text: HTMLInputElement
  private value = NaN

  constructor(
    private readonly field: Field,
    private readonly events: NumberEvents,
  ) {
    const [labelId, meaningId, textId] = [uniqueId(), uniqueId(), uniqueId()]
    const { name, min, max, step, unit, meaning } = field
    this.slider = h('input', {
      type: 'range', min, max, step, 'aria-labelledby': labelId, 'aria-describedby': meaningId,
      'data-field': name, tabindex: 0,
      input: () => this.slide(),
      change: () => this.events.endGesture(),
    })
    this.text = h('input', {
      type: 'text', id: textId, class: 'number', spellcheck: 'false', autocomplete: 'off',
      'aria-describedby': meaningId, 'data-field': name,
      change: () => this.type(),
      input: () => this.fit(),
      keydown: (event) => this.key(event as KeyboardEvent),
      focus: () => this.text.select(),
    })
    this.element = h('div', { class: 'control', title: meaning },
      h('label', { id: labelId, for: textId }, symbol(field.symbol)),
      h('span', { class: 'meaning', id: meaningId }, indexed(meaning)),
      this.text,
      h('span', { class: 'unit' }, unit),
      this.slider,
    )
  }

  show(value: number): void {
    this.value = value
    const text = shownNumber(value)
    // A number that is being typed is not taken from under the user's hands.
    if (document.activeElement !== this.text) this.write()
    this.slider.value = String(Math.min(value, this.field.max))
    this.slider.setAttribute('aria-valuetext', `${text} ${this.field.unit}`.trim())
    const { min, max } = this.field
    const share = Math.min(Math.max((value - min) / (max - min), 0), 1)
    this.slider.style.setProperty('--share', `${100 * share}%`)
  }

  private write(): void {
    this.text.value = shownNumber(this.value)
    this.fit()
  }

  /** A number too long for its field has a line of its own, where the longest double is seen whole. */
  private fit(): void {
    this.element.classList.toggle('long', this.text.value.length > ROOM)
  }

  private slide(): void {
    // A step of 0.001 times a count of steps has digits that nobody asked for.
    const value = Number(Number(this.slider.value).toPrecision(12))
    this.events.change(value, `slider ${this.field.name}`)
  }

  private type(): void {
    let value = this.value
    try {
      value = typedNumber(this.text.value, this.field.name, this.field.optional)
    } catch (error) {
      if (!(error instanceof TextError)) throw error
      this.events.refuse(say(TEXTS.panel.stays, { reason: error.message, value: shownNumber(this.value) }))
    }
    if (value !== this.value) this.events.change(value, null)
    this.write()
  }

  private key(event: KeyboardEvent): void {
    const turn = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0
    if (event.key === 'Escape') this.write()
    if (turn === 0) return
    event.preventDefault()
    const step = turn * this.field.step * (event.shiftKey ? 10 : 1)
    this.events.change(stepped(this.value, step), null)
    this.write()
  }
}
