/** The current: from what the panel says to the library's pieces. */
import type { Segment } from './engine'
import { currentUnit, type Field } from './fields'
import { same, type Form, type Stimulus } from './setup'
import { say, TEXTS } from './texts'

export type Kind = Stimulus['kind']

export const KINDS: readonly Kind[] = ['constant', 'step', 'ramp', 'noise', 'pieces']

export const MOST_SEGMENTS = 2000
export const SHORTEST_HOLD = 0.01 // ms

/** The numbers of a kind, as fields of the panel. */
export function stimulusFields(kind: Kind, form: Form, window: number): Field[] {
  const unit = currentUnit(form)
  const words = TEXTS.currents
  const [min, max, step] = form === '2003' ? [-20, 100, 0.1] : [-300, 800, 1]
  const current = (name: string, symbol: Field['symbol'], meaning: string): Field => ({
    name, symbol, unit, meaning, min, max, step, initial: 0,
  })
  const time = (name: string, symbol: Field['symbol'], meaning: string): Field => ({
    name, symbol, unit: 'ms', meaning, min: 0, max: window, step: window / 200, initial: 0,
  })
  switch (kind) {
    case 'constant':
      return [current('I', ['I'], words.current)]
    case 'step':
      return [
        current('I', ['I'], words.during),
        current('base', ['I', 'base'], words.outside),
        time('on', ['t', 'on'], words.begins),
        { ...time('off', ['t', 'off'], words.endsOrNot), optional: true },
      ]
    case 'ramp':
      return [
        current('from', ['I', 'from'], words.beforeRamp),
        current('to', ['I', 'to'], words.afterRamp),
        time('on', ['t', 'on'], words.begins),
        time('off', ['t', 'off'], words.ends),
      ]
    case 'noise':
      return [
        current('mean', ['I', 'mean'], words.mean),
        { ...current('sigma', ['σ'], words.deviation), min: 0, max: max / 2 },
        { name: 'hold', symbol: ['t', 'hold'], unit: 'ms', meaning: words.hold, min: 0.1, max: 20, step: 0.1, initial: 1 },
        { name: 'seed', symbol: [words.seedSymbol], unit: '', meaning: words.seed, min: 0, max: 100, step: 1, initial: 1 },
      ]
    case 'pieces':
      return []
  }
}

/** Another kind, with what it can take over of the old one. */
export function withKind(kind: Kind, old: Stimulus, window: number): Stimulus {
  const level = levelOf(old)
  switch (kind) {
    case 'constant':
      return { kind, I: level }
    case 'step':
      return { kind, base: 0, I: level, on: window / 10, off: (window * 7) / 10 }
    case 'ramp':
      return { kind, from: 0, to: level, on: window / 10, off: (window * 9) / 10 }
    case 'noise':
      return { kind, mean: level, sigma: Math.abs(level) / 2 || 1, hold: 1, seed: 1 }
    case 'pieces':
      return { kind, segments: segmentsOf(old, 0, window).slice(0, MOST_SEGMENTS) }
  }
}

/** How many pieces of a current another kind has no room for. */
export function piecesLost(old: Stimulus, window: number): number {
  return Math.max(0, segmentsOf(old, 0, window).length - MOST_SEGMENTS)
}

/** The level of a current that is held: the largest of one that is not. */
export function levelOf(stimulus: Stimulus): number {
  switch (stimulus.kind) {
    case 'constant':
    case 'step':
      return stimulus.I
    case 'ramp':
      return stimulus.to
    case 'noise':
      return stimulus.mean
    case 'pieces':
      return stimulus.segments.reduce((best, { I }) => (Math.abs(I) > Math.abs(best) ? I : best), 0)
  }
}

/** What is wrong with a stimulus, naming the field; null where nothing is. The rest libizh checks. */
export function stimulusFault(stimulus: Stimulus): string | null {
  if ((stimulus.kind === 'step' || stimulus.kind === 'ramp') && !(stimulus.off > stimulus.on))
    return say(TEXTS.faults.later, stimulus)
  if ((stimulus.kind === 'step' || stimulus.kind === 'ramp') && stimulus.on < 0)
    return say(TEXTS.faults.start, stimulus)
  if (stimulus.kind === 'noise') {
    if (stimulus.hold < SHORTEST_HOLD)
      return say(TEXTS.faults.hold, { value: stimulus.hold, least: SHORTEST_HOLD })
    if (stimulus.sigma < 0) return say(TEXTS.faults.sigma, { value: stimulus.sigma })
    if (!Number.isInteger(stimulus.seed) || stimulus.seed < 0 || stimulus.seed > 0xffffffff)
      return say(TEXTS.faults.seed, { value: stimulus.seed, most: 0xffffffff })
  }
  if (stimulus.kind === 'pieces' && stimulus.segments.length > MOST_SEGMENTS)
    return say(TEXTS.faults.pieces, { count: stimulus.segments.length, most: MOST_SEGMENTS })
  return null
}

/** The pieces from `from` to at least `to`, ms. Only noise has no end to them. */
export function segmentsOf(stimulus: Stimulus, from: number, to: number): Segment[] {
  const flat = (t: number, I: number): Segment => ({ t, I, slope: 0 })
  switch (stimulus.kind) {
    case 'constant':
      return [flat(0, stimulus.I)]
    case 'step': {
      const { base, I, on, off } = stimulus
      const end = off < Infinity ? [flat(off, base)] : []
      return [...(on > 0 ? [flat(0, base)] : []), flat(on, I), ...end]
    }
    case 'ramp': {
      const { from: first, to: last, on, off } = stimulus
      const rise = { t: on, I: first, slope: (last - first) / (off - on) }
      return [...(on > 0 ? [flat(0, first)] : []), rise, flat(off, last)]
    }
    case 'noise':
      return noise(stimulus, from, to)
    case 'pieces':
      return stimulus.segments
  }
}

/** A preset's pieces as the simplest kind that gives these very pieces, so that it has sliders. */
export function stimulusOf(segments: Segment[]): Stimulus {
  const [first, second, third] = segments
  const candidates: Stimulus[] = []
  if (first && segments.length === 1) candidates.push({ kind: 'constant', I: first.I })
  if (first && second && segments.length <= 3)
    candidates.push({
      kind: 'step', base: first.I, I: second.I, on: second.t, off: third ? third.t : Infinity,
    })
  return (
    candidates.find((one) => same(segmentsOf(one, 0, 0), segments)) ?? { kind: 'pieces', segments }
  )
}

/** The current at a time: zero before the first piece, as in the library. */
export function currentAt(segments: readonly Segment[], t: number): number {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (segments[middle]!.t <= t) low = middle + 1
    else high = middle
  }
  const segment = segments[low - 1]
  return segment ? segment.I + segment.slope * (t - segment.t) : 0
}

/** The pieces of noise come in blocks of so many. */
const BLOCK = 1024

/** Where the block of noise at `t` begins; other kinds are one block without end. */
export function blockAt(stimulus: Stimulus, t: number): { from: number; to: number } {
  if (stimulus.kind !== 'noise') return { from: 0, to: Infinity }
  let block = Math.floor(t / (BLOCK * stimulus.hold))
  const start = (index: number) => index * BLOCK * stimulus.hold
  if (start(block + 1) <= t) block++
  return { from: start(block), to: start(block + 1) }
}

function noise(stimulus: Stimulus & { kind: 'noise' }, from: number, to: number): Segment[] {
  const { mean, sigma, hold, seed } = stimulus
  const segments: Segment[] = []
  for (let i = Math.max(0, Math.round(from / hold)); i * hold < to; i++)
    segments.push({ t: i * hold, I: mean + sigma * deviate(seed, i), slope: 0 })
  return segments
}

/** A normal deviate, the sum of 12 uniform ones. Integers only, where logarithms and cosines would
 * differ from browser to browser; by index, so that any moment can be asked for. */
function deviate(seed: number, index: number): number {
  let sum = 0
  for (let i = 0; i < 6; i++) {
    const bits = scrambled(scrambled(seed ^ 0x9e3779b9) + 6 * index + i)
    sum += (bits & 0xffff) + (bits >>> 16)
  }
  return (sum - 6 * 0xffff) / 0x10000
}

/** The finaliser of MurmurHash3 (Appleby): every bit of the input moves every bit of the result. */
function scrambled(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Pieces as text: "t,I,slope" each, or "t,I", apart by semicolons. */
export function piecesText(segments: readonly Segment[]): string {
  return segments
    .map(({ t, I, slope }) => (slope ? `${t},${I},${slope}` : `${t},${I}`))
    .join(';')
}

export class TextError extends Error {}

/** How an infinite number is written in links. */
const NONE = 'none'

/** A finite number in decimal; anything else is an error that says so. */
export function parseNumber(text: string, what: string, optional = false): number {
  const trimmed = text.trim().replace('−', '-')
  if (optional && trimmed === NONE) return Infinity
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed))
    throw new TextError(say(TEXTS.faults.number, { what, text }))
  const value = Number(trimmed)
  if (!Number.isFinite(value)) throw new TextError(say(TEXTS.faults.large, { what, text }))
  if (value === 0 && /[1-9]/.test(trimmed.replace(/e.*/i, '')))
    throw new TextError(say(TEXTS.faults.small, { what, text }))
  return value
}

/** A number as a person types it: a comma is a decimal point where it can be nothing else. 1,000 may be a thousand:
 * that is refused. */
export function typedNumber(text: string, what: string, optional = false): number {
  if (optional && text.trim() === TEXTS.panel.none) return Infinity
  const [, whole, part] = /^\s*[+\-−]?(\d*),(\d+)(?:e[+-]?\d+)?\s*$/i.exec(text) ?? []
  if (part === undefined) return parseNumber(text, what, optional)
  if (part.length === 3 && /^[1-9]\d{0,2}$/.test(whole!))
    throw new TextError(say(TEXTS.faults.thousand, { what, text, whole: whole!, part }))
  return parseNumber(text.replace(',', '.'), what, optional)
}

/** The shortest text that reads back as the same number: 1e12, where all its zeros would be longer. */
export function formatNumber(x: number): string {
  if (x === Infinity) return NONE
  const [plain, scientific] = [String(x), x.toExponential().replace('+', '')]
  return Math.abs(x) >= 1e7 && scientific.length < plain.length ? scientific : plain
}

/** As formatNumber(), in the words of the page. */
export const shownNumber = (x: number) => (x === Infinity ? TEXTS.panel.none : formatNumber(x))

export function parsePieces(text: string): Segment[] {
  const parts = text.split(';').filter((part) => part.trim() !== '')
  if (parts.length > MOST_SEGMENTS)
    throw new TextError(say(TEXTS.faults.pieces, { count: parts.length, most: MOST_SEGMENTS }))
  return parts.map((part, i) => {
    const numbers = part.split(',').map((one) => parseNumber(one, `pieces[${i}]`))
    if (numbers.length < 2 || numbers.length > 3)
      throw new TextError(say(TEXTS.faults.piece, { what: `pieces[${i}]`, part }))
    const [t = 0, I = 0, slope = 0] = numbers
    return { t, I, slope }
  })
}
