/** A setup as the readable end of a link, and back: #form=2003&a=0.02&b=0.2&..., or #preset=2003-CH. */
import { EVENTS } from './engine'
import { FIELDS, defaultFields, type Field } from './fields'
import { METHODS } from './methods'
import { NETWORK_FIELDS, pairFields } from './coupling'
import { FLAVOURS, type Flavour, type PresetFinder } from './presets'
import {
  FORMS, MOST_COMPARED, VIEW_NAMES, defaultSetup, type Compared, type Fields, type Form, type Setup,
  type Stimulus,
} from './setup'
import {
  KINDS, TextError, formatNumber, parseNumber, parsePieces, piecesText, stimulusFields, type Kind,
} from './stimulus'
import { say, TEXTS } from './texts'

/** Keys that say nothing of a setup. */
const BESIDE = ['embed', 'controls', 'tour'] as const

const LONGEST = 200_000 // characters: room for MOST_SEGMENTS pieces in full

/** What a link may say beside a setup; kept by the page as it is. */
export interface Embedding {
  /** What is shown around the view: parts of the page and fields of the panel by name. */
  controls: string[]
}

type Pair = [string, string]

function joined(pairs: Pair[]): string {
  return '#' + pairs.map(([name, value]) => `${name}=${encoded(value)}`).join('&')
}

/** Every number in its shortest form that reads back as the same double. */
export function toHash(setup: Setup): string {
  return joined(pairsOf(setup))
}

function pairsOf(setup: Setup): Pair[] {
  const pairs: Pair[] = [['form', setup.form]]
  const put = (name: string, value: number | string) =>
    pairs.push([name, typeof value === 'number' ? formatNumber(value) : value])
  for (const { name } of FIELDS[setup.form]) put(name, setup.fields[name]!)
  put('v0', setup.initial.v)
  put('u0', setup.initial.u)
  put('current', setup.stimulus.kind)
  putStimulus(setup, put)
  for (const name of ['method', 'events', 'dt', 'view', 'speed', 'window', 'kick'] as const)
    put(name, setup[name])
  put('compared', comparedText(setup.compared))
  putCoupling(setup, put)
  return pairs
}

/** What couples, where it is not as by default: most links are of one neuron. */
function putCoupling({ form, pair, network, pace }: Setup, put: (name: string, value: number) => void): void {
  const usual = defaultSetup()
  for (const { name } of pairFields(form))
    if (!Object.is(numberOf(pair, name), numberOf(usual.pair, name))) put(name, numberOf(pair, name))
  for (const { name } of NETWORK_FIELDS)
    if (!Object.is(numberOf(network, name), numberOf(usual.network, name))) put(name, numberOf(network, name))
  if (pace !== usual.pace) put('pace', pace)
}

const numberOf = (numbers: object, name: string) => (numbers as Record<string, number>)[name]!

/** As toHash(), but a preset by its name, with what differs from a page that has just opened with it. */
export function toShortHash(setup: Setup, finder: PresetFinder): string {
  const found = finder.find(setup)
  if (!found?.flavour) return toHash(setup)
  const { preset, flavour } = found
  const usual = new Map(pairsOf(finder.setup(preset.name, flavour)!))
  const more = pairsOf(setup).filter(([name, value]) => usual.get(name) !== value)
  const stepped: Pair[] = flavour === 'exact' ? [] : [['stepped', flavour]]
  return joined([['preset', preset.name], ...stepped, ...more])
}

/** The end of a link that shows a page without its head, and of its controls only these. */
export function embedHash({ controls }: Embedding): string {
  return `&embed=1&controls=${encoded(controls.join(','))}`
}

/** What the link asks for beside a setup; null where it is a whole page. Never throws: it is read before there
 * is a place for messages. */
export function embeddingOf(hash: string): Embedding | null {
  const pairs = new Map(hash.replace(/^#/, '').split('&').map((pair) => pair.split('=', 2) as Pair))
  if (pairs.get('embed') !== '1') return null
  return { controls: (pairs.get('controls') ?? 'time').replaceAll('%2C', ',').split(',').filter(Boolean) }
}

/** In the order of the panel, whatever the order in the object: the same setup has the same link. */
function putStimulus(
  { stimulus, form, window }: Setup, put: (name: string, value: number | string) => void,
): void {
  if (stimulus.kind === 'pieces') return put('pieces', piecesText(stimulus.segments))
  const numbers: Record<string, number | string> = { ...stimulus }
  for (const { name } of stimulusFields(stimulus.kind, form, window)) put(name, numbers[name]!)
}

function comparedText(compared: readonly Compared[]): string {
  return compared.map(({ method, events, dt }) => `${method}:${events}:${formatNumber(dt)}`).join(',')
}

/** encodeURIComponent, but for what may stand in a fragment as it is. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%(2C|3A|3B)/g, (code) => decodeURIComponent(code))
}

/** The pairs of a link; taken one by one, so that what is left over is known to be unknown. */
class Words {
  private readonly words = new Map<string, string>()

  constructor(hash: string) {
    if (hash.length > LONGEST)
      throw new TextError(say(TEXTS.link.long, { length: hash.length, most: LONGEST }))
    for (const pair of hash.replace(/^#/, '').split('&').filter(Boolean)) {
      const at = pair.indexOf('=')
      const name = decoded(at < 0 ? pair : pair.slice(0, at))
      if (at < 0) throw new TextError(say(TEXTS.link.noValue, { name }))
      if (this.words.has(name)) throw new TextError(say(TEXTS.link.twice, { name }))
      this.words.set(name, decoded(pair.slice(at + 1)))
    }
  }

  text(name: string): string | undefined {
    const word = this.words.get(name)
    this.words.delete(name)
    return word
  }

  number(name: string, otherwise: number, optional = false): number {
    const word = this.text(name)
    return word === undefined ? otherwise : parseNumber(word, name, optional)
  }

  oneOf<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    const word = this.text(name)
    return word === undefined ? otherwise : chosen(word, name, choices)
  }

  /** What was not taken, as text. */
  rest(): string[] {
    return [...this.words].map(([name, value]) => `${clipped(name)} = "${clipped(value)}"`)
  }
}

const clipped = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new TextError(say(TEXTS.link.badCode, { text }))
  }
}

function chosen<T extends string>(word: string, name: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === word)
  if (found === undefined)
    throw new TextError(say(TEXTS.link.noneOf, { name, word, choices: choices.join(', ') }))
  return found
}

const METHOD_NAMES = METHODS.map(({ name }) => name)

/** The setup that the link begins with: a preset's, or the default. */
function baseOf(words: Words, finder?: PresetFinder): Setup {
  const name = finder && words.text('preset')
  if (name === undefined) return defaultSetup()
  const flavour = words.oneOf<Flavour>('stepped', FLAVOURS, 'exact')
  const setup = finder!.setup(name, flavour)
  if (!setup) throw new TextError(say(TEXTS.link.noPreset, { name: clipped(name) }))
  return setup
}

/** The setup of a link; what the link does not say is as by default, or as in the preset that it names. What the
 * page does not know is left out, and put into `unknown`. An error names key and value. Without a finder
 * "preset" is not known. */
export function fromHash(hash: string, unknown: string[] = [], finder?: PresetFinder): Setup {
  const words = new Words(hash)
  for (const name of BESIDE) words.text(name)
  const base = baseOf(words, finder)
  const form = words.oneOf('form', FORMS, base.form)
  const setup: Setup = {
    form,
    fields: fieldsFrom(words, form, form === base.form ? base.fields : defaultFields(form)),
    initial: { v: words.number('v0', base.initial.v), u: words.number('u0', base.initial.u) },
    stimulus: base.stimulus,
    method: words.oneOf('method', METHOD_NAMES, base.method),
    events: words.oneOf('events', EVENTS, base.events),
    dt: words.number('dt', base.dt),
    view: words.oneOf('view', VIEW_NAMES, base.view),
    speed: words.number('speed', base.speed),
    window: words.number('window', base.window),
    kick: words.number('kick', base.kick),
    compared: base.compared,
    pair: numbersFrom(words, pairFields(form), base.pair),
    network: numbersFrom(words, NETWORK_FIELDS, base.network),
    pace: words.number('pace', base.pace),
  }
  setup.stimulus = stimulusFrom(words, form, setup.window, base.stimulus)
  const compared = words.text('compared')
  if (compared !== undefined) setup.compared = comparedFrom(compared)
  unknown.push(...words.rest())
  return setup
}

function fieldsFrom(words: Words, form: Form, base: Fields): Fields {
  return Object.fromEntries(
    FIELDS[form].map(({ name, optional }) => [name, words.number(name, base[name]!, optional)]),
  )
}

function numbersFrom<T extends object>(words: Words, fields: readonly Field[], base: T): T {
  return Object.fromEntries(fields.map(({ name }) => [name, words.number(name, numberOf(base, name))])) as T
}

function stimulusFrom(words: Words, form: Form, window: number, base: Stimulus): Stimulus {
  const kind = words.oneOf<Kind>('current', KINDS, base.kind)
  const known: Record<string, unknown> = kind === base.kind ? { ...base } : {}
  if (kind === 'pieces') {
    const text = words.text('pieces')
    return text === undefined && base.kind === kind ? base : { kind, segments: parsePieces(text ?? '') }
  }
  const initial: Record<string, number> = { I: 10, off: window, hold: 1, seed: 1, ...(known as Record<string, number>) }
  const numbers = stimulusFields(kind, form, window).map(({ name, optional }) => [
    name,
    words.number(name, initial[name] ?? 0, optional),
  ])
  return { kind, ...Object.fromEntries(numbers) } as Stimulus
}

function comparedFrom(text: string): Compared[] {
  const parts = text.split(',').filter(Boolean)
  if (parts.length > MOST_COMPARED)
    throw new TextError(say(TEXTS.link.compared, { text, most: MOST_COMPARED }))
  return parts.map((part) => {
    const words = part.split(':')
    const [method = '', events = '', dt = ''] = words
    if (words.length !== 3) throw new TextError(say(TEXTS.link.comparedPart, { part }))
    return {
      method: chosen(method, 'compared', METHOD_NAMES),
      events: chosen(events, 'compared', EVENTS),
      dt: parseNumber(dt, 'compared'),
    }
  })
}
