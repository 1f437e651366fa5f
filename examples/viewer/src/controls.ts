/** The panel: the neuron, its current, how it is solved. Shows a setup, and asks for changes of it. */
import { EVENTS, type Engine, type Events, type Units } from './engine'
import { h, indexed, setText, uniqueId } from './dom'
import { Drawing } from './drawing'
import { reformed } from './convert'
import { NETWORK_FIELDS, PAIR_PRESETS, pairFields, pairPreset, type PairPreset } from './coupling'
import { FIELDS, currentUnit, defaultFields, type Field } from './fields'
import { METHODS, eventsFor, methodOf } from './methods'
import { digits } from './plot'
import { NumberControl, type NumberEvents } from './number'
import { PresetFinder, familyOf, withPreset, type Flavour, type Found } from './presets'
import {
  FORMS, MOST_COMPARED, WINDOW, defaultSetup, same, type Compared, type Form, type Setup, type Stimulus, type ViewName,
} from './setup'
import {
  KINDS, MOST_SEGMENTS, SHORTEST_HOLD, TextError, formatNumber, parsePieces, piecesLost, piecesText,
  stimulusFields, typedNumber, withKind, type Kind,
} from './stimulus'
import { say, TEXTS } from './texts'

export interface PanelEvents {
  /** `what` was asked for, such as "C = 0", in case it is refused. */
  change(setup: Setup, what: string, gesture: string | null): void
  endGesture(): void
  restart(): void
  refuse(message: string): void
  /** Something that the user should know, and that went well. */
  inform(message: string): void
}

interface Binding {
  control: NumberControl
  get(setup: Setup): number
}

/** Characters that the field of a compared method's step has room for. */
const ROOM = 5

const EQUATIONS: Record<Form, readonly string[]> = {
  '2003': ['v′ = 0.04 v² + 5 v + 140 − u + I', 'u′ = a (b v − u)', 'v ≥ 30:  v ← c,  u ← u + d'],
  '2007': [
    'C v′ = k (v − v_r) (v − v_t) − u + I', 'u′ = a (b (v − v_r) − u)',
    'v ≥ v_peak:  v ← c,  u ← u + d',
  ],
  general: [
    'C_m v′ = k_2 v² + k_1 v + k_0 − u + I', 'u′ = a (U(v) − r u)',
    'v ≥ v_peak + p_u u:  v ← c + c_u u,', 'u ← min(u + d, u_max)',
  ],
}

/** Where a form begins for a neuron that it cannot say. */
function beginning(form: Form): Pick<Setup, 'fields' | 'initial' | 'stimulus'> {
  const fields = defaultFields(form)
  const { initial, stimulus } = defaultSetup()
  if (form === '2003') return { fields, initial, stimulus }
  return { fields, initial: { v: -60, u: 0 }, stimulus: { kind: 'constant', I: 70 } }
}

function select<T extends string>(
  label: string, choices: readonly { value: T; text: string }[], chosen: (value: T) => void,
): HTMLSelectElement {
  const element = h('select', { 'aria-label': label, change: () => chosen(element.value as T) })
  for (const { value, text } of choices) element.append(h('option', { value }, text))
  return element
}

/** What another form made of the neuron's units. */
function unitsText(form: Form, { t, v, u }: Units): string {
  const unit = currentUnit(form)
  const own = t === 1 && v === 1 ? '' : say(TEXTS.panel.ownUnits, { t: digits(1 / t), v: digits(1 / v) })
  return say(TEXTS.panel.sameNeuron, { form: TEXTS.panel.forms[form], u: digits(u), unit, own })
}

/** What the page's own bounds made of the rest. */
function boundsText({ window, stimulus }: Setup, { t }: Units): string {
  const cut = t * window < WINDOW.min || t * window > WINDOW.max ? TEXTS.panel.windowBounds : ''
  return stimulus.kind === 'noise' && t * stimulus.hold < SHORTEST_HOLD
    ? cut + say(TEXTS.panel.holdBounds, { ms: SHORTEST_HOLD })
    : cut
}

/** An option that the method does not have cannot be chosen. */
function offer(events: HTMLSelectElement, method: string): void {
  for (const option of events.options)
    option.disabled = !methodOf(method).events.includes(option.value as Events)
}

const eventChoices = () => EVENTS.map((value) => ({ value, text: TEXTS.panel.eventNames[value] }))

function methodSelect(label: string, chosen: (name: string) => void): HTMLSelectElement {
  const element = h('select', { 'aria-label': label, change: () => chosen(element.value) })
  for (const group of new Set(METHODS.map((method) => method.group))) {
    const options = METHODS.filter((method) => method.group === group)
    element.append(
      h('optgroup', { label: group },
        ...options.map(({ name, hint }) => h('option', { value: name, title: hint }, name))),
    )
  }
  return element
}

/** A part of the panel. */
interface Section {
  root: HTMLElement
  /** The whole of it, with its head. */
  element: HTMLElement
  shown(view: ViewName): boolean
  /** What is in it depends on this of the setup: where it changes, the section is built anew. */
  key(setup: Setup): string
  rows(): HTMLElement[]
  built: string | null
  bindings: Binding[]
  updates: ((setup: Setup) => void)[]
}

export class Panel {
  private setup: Setup
  private readonly sections: Section[] = []
  /** Filled by the rows of the section that is being built. */
  private bindings: Binding[] = []
  private updates: ((setup: Setup) => void)[] = []
  /** Opened by the user; stays so when the section is built anew. */
  private furtherOpen = false

  constructor(
    private readonly engine: Engine,
    root: HTMLElement,
    setup: Setup,
    private readonly finder: PresetFinder,
    private readonly events: PanelEvents,
  ) {
    this.setup = setup
    const add = (title: string, shown: Section['shown'], key: Section['key'], rows: Section['rows']) => {
      const id = uniqueId()
      const content = h('div', { class: 'rows' })
      const element = h('section', { 'aria-labelledby': id }, h('h2', { id }, title), content)
      this.sections.push({ root: content, element, shown, key, rows, built: null, bindings: [], updates: [] })
      root.append(element)
    }
    const only = (name: ViewName) => (view: ViewName) => view === name
    const neuron = (view: ViewName) => view !== 'network'
    const alone = (view: ViewName) => neuron(view) && view !== 'pair'
    add(TEXTS.network.section, only('network'), () => '', () => this.networkRows())
    add(TEXTS.pair.section, only('pair'), ({ form }) => form, () => this.pairRows())
    add(TEXTS.panel.preset, neuron, () => '', () => this.presetRows())
    add(TEXTS.panel.compared, only('compare'), ({ compared }) => String(compared.length), () => this.comparedRows())
    add(TEXTS.panel.neuron, neuron, ({ form }) => form, () => this.neuronRows())
    add(TEXTS.panel.current, neuron, ({ form, stimulus, window }) => `${form} ${stimulus.kind} ${window}`,
      () => this.currentRows())
    add(TEXTS.panel.method, alone, () => '', () => this.solverRows())
    add(TEXTS.panel.start, neuron, ({ form }) => form, () => this.startRows())
    this.show(setup)
  }

  /** Which preset a setup is. */
  found(): Found | null {
    return this.finder.find(this.setup)
  }

  show(setup: Setup): void {
    this.setup = setup
    for (const section of this.sections) {
      section.element.hidden = !section.shown(setup.view)
      if (section.key(setup) !== section.built) this.build(section)
      for (const { control, get } of section.bindings) control.show(get(setup))
      for (const update of section.updates) update(setup)
    }
  }

  private build(section: Section): void {
    // Focus must survive: it may be on the very control that had the section built anew.
    const kept = document.activeElement?.getAttribute('data-keep')
    const held = section.root.contains(document.activeElement)
    this.bindings = section.bindings = []
    this.updates = section.updates = []
    section.root.replaceChildren(...section.rows())
    section.built = section.key(this.setup)
    const keeper = (name: string) => section.root.querySelector<HTMLElement>(`[data-keep="${name}"]:enabled`)
    if (kept) (keeper(kept) ?? (held ? keeper('add') ?? keeper('remove 0') : null))?.focus()
  }

  private edit(what: string, gesture: string | null, part: Partial<Setup>): void {
    this.events.change({ ...this.setup, ...part }, what, gesture)
  }

  /** A control bound to a number of the setup; `put` gives what the setup becomes with another. */
  private number(
    field: Field, get: (setup: Setup) => number, put: (setup: Setup, value: number) => Partial<Setup>,
  ): HTMLElement {
    const events: NumberEvents = {
      change: (value, gesture) =>
        this.edit(`${field.name} = ${formatNumber(value)}`, gesture, put(this.setup, value)),
      endGesture: () => this.events.endGesture(),
      refuse: (message) => this.events.refuse(message),
    }
    const control = new NumberControl(field, events)
    this.bindings.push({ control, get })
    return control.element
  }

  private presetRows(): HTMLElement[] {
    const { presets } = this.engine
    const choose = (name: string, flavour: Flavour) => {
      const preset = presets.find((one) => one.name === name)
      if (!preset) return
      this.edit(name, null, withPreset(this.engine, this.setup, preset, flavour))
      this.events.restart()
    }
    const flavour = select(
      TEXTS.panel.stepped,
      [{ value: 'exact', text: TEXTS.panel.exactly }, { value: 'published', text: TEXTS.panel.published }],
      (value) => choose(preset.value, value),
    )
    const otherwise = h('option', { value: '', disabled: true, hidden: true }, TEXTS.panel.otherwise)
    flavour.append(otherwise)
    const preset = h('select', {
      id: 'preset', 'aria-label': TEXTS.panel.preset, 'data-keep': 'preset',
      change: () => choose(preset.value, flavour.value === 'published' ? 'published' : 'exact'),
    }, h('option', { value: '', disabled: true }, TEXTS.panel.own))
    flavour.id = 'flavour'
    flavour.dataset.keep = 'flavour'
    for (const family of new Set(presets.map(familyOf)))
      preset.append(h('optgroup', { label: family }, ...presets
        .filter((one) => familyOf(one) === family)
        .map(({ name, title }) => h('option', { value: name }, `${name.replace(/^\w+-/, '')}  ${title}`))))
    const source = h('p', { class: 'note' })
    const stepped = h('label', { class: 'line' }, h('span', { class: 'note' }, TEXTS.panel.stepped), flavour)
    this.updates.push(() => {
      const found = this.found()
      preset.value = found?.preset.name ?? ''
      flavour.value = found ? (found.flavour ?? '') : 'exact'
      const { source: from = '', note = '' } = found?.preset ?? {}
      setText(source, [from, note].filter(Boolean).map(sentence).join(' '))
      source.hidden = !found
      stepped.hidden = !found
    })
    return [preset, stepped, source]
  }

  private neuronRows(): HTMLElement[] {
    const { form } = this.setup
    const equation = h('p', { class: 'equation' },
      ...EQUATIONS[form].map((line) => h('span', {}, indexed(line))))
    const control = (field: Field) =>
      this.number(field, (setup) => setup.fields[field.name]!, (setup, value) => ({
        fields: { ...setup.fields, [field.name]: value },
      }))
    const fields = FIELDS[form]
    const rows = fields.filter((field) => !field.further).map(control)
    const further = fields.filter((field) => field.further).map(control)
    return [this.formChoice(), equation, ...rows, ...(further.length ? [this.further(further)] : [])]
  }

  private formChoice(): HTMLElement {
    const choose = (form: Form) => {
      const before = this.setup
      const found = reformed(this.engine, before, form)
      this.edit(`form = ${form}`, null, found?.setup ?? { form, ...beginning(form) })
      if (!found)
        this.events.inform(say(TEXTS.panel.cannotSay, { form: TEXTS.panel.forms[form] }))
      else if (found.units) this.events.inform(unitsText(form, found.units) + boundsText(before, found.units))
    }
    const radios = FORMS.map((form) => {
      const radio = h('input', {
        type: 'radio', name: 'form', value: form, checked: form === this.setup.form,
        'data-keep': `form ${form}`, change: () => choose(form),
      })
      return h('label', {}, radio, h('span', {}, TEXTS.panel.forms[form]))
    })
    this.updates.push(({ form }) => {
      for (const label of radios) {
        const radio = label.querySelector('input')!
        radio.checked = radio.value === form
      }
    })
    return h('div', { class: 'segmented', role: 'radiogroup', 'aria-label': TEXTS.panel.form }, ...radios)
  }

  private further(rows: HTMLElement[]): HTMLElement {
    const details = h('details', {
      open: this.furtherOpen, toggle: () => { this.furtherOpen = details.open },
    }, h('summary', {}, TEXTS.panel.allTerms),
      h('p', { class: 'note' }, indexed(TEXTS.panel.ofU)),
      ...rows)
    return details
  }

  private currentRows(): HTMLElement[] {
    const { form, stimulus, window } = this.setup
    const kind = select(TEXTS.panel.kind, KINDS.map((value) => ({ value, text: TEXTS.currents.kinds[value] })),
      (value) => this.chooseKind(value))
    kind.id = 'current'
    kind.dataset.keep = 'current'
    this.updates.push((setup) => { kind.value = setup.stimulus.kind })
    const controls = stimulusFields(stimulus.kind, form, window).map((field) =>
      this.number(field, (setup) => numberOf(setup.stimulus, field.name), (setup, value) => ({
        stimulus: { ...setup.stimulus, [field.name]: value } as Stimulus,
      })))
    return [kind, ...controls, ...(stimulus.kind === 'pieces' ? this.pieceRows() : [])]
  }

  private chooseKind(kind: Kind): void {
    const { stimulus, window } = this.setup
    const lost = kind === 'pieces' ? piecesLost(stimulus, window) : 0
    this.edit(`current = ${kind}`, null, { stimulus: withKind(kind, stimulus, window) })
    if (lost) this.events.inform(say(TEXTS.panel.lost, { most: MOST_SEGMENTS, lost }))
  }

  private pieceRows(): HTMLElement[] {
    const put = (stimulus: Stimulus, gesture: string | null) =>
      this.edit(TEXTS.panel.piecesName, gesture, { stimulus })
    const drawing = new Drawing(
      (segments) => put({ kind: 'pieces', segments }, 'drawing'),
      () => {
        this.events.endGesture()
        this.events.restart()
      },
    )
    const text = h('textarea', {
      rows: 3, spellcheck: 'false', 'data-field': 'pieces',
      'aria-label': TEXTS.panel.pieces,
      change: () => this.typePieces(text, put),
    })
    this.updates.push(({ stimulus, window, form }) => {
      if (stimulus.kind !== 'pieces') return
      drawing.show(stimulus.segments, window, form === '2003' ? 20 : 200)
      if (document.activeElement !== text) text.value = piecesText(stimulus.segments)
    })
    const unit = currentUnit(this.setup.form)
    return [drawing.element, text, h('p', { class: 'note' }, say(TEXTS.panel.piecesNote, { unit }))]
  }

  private typePieces(
    text: HTMLTextAreaElement, put: (stimulus: Stimulus, gesture: null) => void,
  ): void {
    try {
      put({ kind: 'pieces', segments: parsePieces(text.value) }, null)
    } catch (error) {
      if (!(error instanceof TextError)) throw error
      this.events.refuse(say(TEXTS.panel.currentStays, { reason: error.message }))
    }
    const { stimulus } = this.setup
    if (stimulus.kind === 'pieces') text.value = piecesText(stimulus.segments)
  }

  private solverRows(): HTMLElement[] {
    const method = methodSelect(TEXTS.panel.method, (name) =>
      this.edit(`method = ${name}`, null, {
        method: name, events: eventsFor(name, this.setup.events),
        dt: methodOf(name).dialect || methodOf(name).step === null ? 0 : this.setup.dt,
      }))
    method.id = 'method'
    const events = select<Events>(TEXTS.panel.events, eventChoices(),
      (value) => this.edit(`events = ${value}`, null, { events: value }))
    events.id = 'events'
    const hint = h('p', { class: 'note' })
    this.updates.push((setup) => {
      const { name, hint: text, step } = methodOf(setup.method)
      method.value = name
      events.value = setup.events
      offer(events, name)
      const steps = step === null ? TEXTS.panel.chooses : say(TEXTS.panel.byDefault, { step })
      setText(hint, `${sentence(text)} ${steps}`)
    })
    const dt: Field = {
      name: 'dt', symbol: ['Δt'], unit: 'ms', min: 0, max: 2, step: 0.01, initial: 0,
      meaning: TEXTS.fields.dt,
    }
    return [
      h('div', { class: 'pair' }, method, events), hint,
      this.number(dt, (setup) => setup.dt, (_, value) => ({ dt: value })),
    ]
  }

  private startRows(): HTMLElement[] {
    const { form } = this.setup
    const [low, high] = form === '2003' ? [-30, 30] : [-300, 600]
    const v0: Field = { name: 'v0', symbol: ['v', '0'], unit: 'mV', meaning: TEXTS.fields.v0, min: -100, max: 30, step: 0.5, initial: 0 }
    const u0: Field = { name: 'u0', symbol: ['u', '0'], unit: currentUnit(form), meaning: TEXTS.fields.u0, min: low, max: high, step: 0.5, initial: 0 }
    const kick: Field = { name: 'kick', symbol: ['Δv'], unit: 'mV', meaning: TEXTS.fields.kick, min: -50, max: 50, step: 0.5, initial: 10 }
    const window: Field = { name: 'window', symbol: ['T'], unit: 'ms', meaning: TEXTS.fields.window, min: WINDOW.min, max: 2000, step: 10, initial: 0 }
    return [
      this.number(v0, (setup) => setup.initial.v, ({ initial }, v) => ({ initial: { ...initial, v } })),
      this.number(u0, (setup) => setup.initial.u, ({ initial }, u) => ({ initial: { ...initial, u } })),
      this.number(window, (setup) => setup.window, (_, value) => ({ window: value })),
      this.number(kick, (setup) => setup.kick, (_, value) => ({ kick: value })),
    ]
  }

  /** Numbers of a part of the setup that has nothing else. */
  private numbers<K extends 'pair' | 'network'>(part: K, fields: readonly Field[]): HTMLElement[] {
    const numbersOf = (setup: Setup) => setup[part] as unknown as Record<string, number>
    return fields.map((field) => this.number(field, (setup) => numbersOf(setup)[field.name]!,
      (setup, value) => ({ [part]: { ...setup[part], [field.name]: value } })))
  }

  private pairRows(): HTMLElement[] {
    const words = TEXTS.pair
    const list = h('select', {
      id: 'pair', 'aria-label': words.list, 'data-keep': 'pair',
      change: () => {
        this.edit(list.value, null, pairPreset(list.value as PairPreset))
        this.events.restart()
      },
    }, h('option', { value: '', disabled: true }, words.own),
    ...PAIR_PRESETS.map((name) => h('option', { value: name }, words.presets[name])))
    this.updates.push((setup) => {
      list.value = PAIR_PRESETS.find((name) => isPart(pairPreset(name), setup)) ?? ''
    })
    return [list, h('p', { class: 'note' }, words.note), ...this.numbers('pair', pairFields(this.setup.form))]
  }

  private networkRows(): HTMLElement[] {
    const words = TEXTS.network
    const paper = h('button', {
      type: 'button', id: 'paper', click: () => this.edit(words.paper, null, { network: defaultSetup().network }),
    }, words.paper)
    this.updates.push(({ network }) => { paper.disabled = same(network, defaultSetup().network) })
    return [h('p', { class: 'note' }, words.note), ...this.numbers('network', NETWORK_FIELDS), paper]
  }

  private comparedRows(): HTMLElement[] {
    const rows = this.setup.compared.map((_, i) => this.comparedRow(i))
    const add = h('button', {
      type: 'button', disabled: rows.length >= MOST_COMPARED, 'data-keep': 'add',
      click: () => this.compare([...this.setup.compared, this.another()]),
    }, TEXTS.panel.add)
    return [...rows, add]
  }

  /** A method that is not compared yet. */
  private another(): Compared {
    const { compared } = this.setup
    const fresh = ({ name }: { name: string }) => !compared.some(({ method }) => method === name)
    const { name } = METHODS.find((one) => fresh(one) && !one.dialect) ?? METHODS[0]!
    return { method: name, events: eventsFor(name, 'exact'), dt: 0 }
  }

  private compare(compared: Compared[]): void {
    this.edit(TEXTS.panel.comparedName, null, { compared })
  }

  private comparedRow(i: number): HTMLElement {
    const put = (part: Partial<Compared>) =>
      this.compare(this.setup.compared.map((one, j) => (j === i ? { ...one, ...part } : one)))
    const method = methodSelect(say(TEXTS.panel.methodOf, { n: i + 1 }), (name) =>
      put({ method: name, events: eventsFor(name, this.setup.compared[i]!.events), dt: 0 }))
    const events = select<Events>(say(TEXTS.panel.eventsOf, { n: i + 1 }), eventChoices(),
      (value) => put({ events: value }))
    const dt = h('input', {
      type: 'text', class: 'number', 'aria-label': say(TEXTS.panel.stepOf, { n: i + 1 }),
      title: TEXTS.panel.stepTitle,
      change: () => {
        try {
          put({ dt: typedNumber(dt.value, TEXTS.panel.stepName) })
        } catch (error) {
          if (!(error instanceof TextError)) throw error
          this.events.refuse(say(TEXTS.panel.stays, { reason: error.message, value: formatNumber(this.setup.compared[i]?.dt ?? 0) }))
        }
        write()
      },
    })
    const remove = h('button', {
      type: 'button', class: 'quiet', 'aria-label': say(TEXTS.panel.remove, { n: i + 1 }), 'data-keep': `remove ${i}`,
      click: () => this.compare(this.setup.compared.filter((_, j) => j !== i)),
    }, '×')
    this.updates.push(({ compared }) => {
      const one = compared[i]
      if (!one) return
      method.value = one.method
      events.value = one.events
      offer(events, one.method)
      write()
    })
    const row = h('div', { class: 'compared' }, method, events, dt, remove)
    const write = () => {
      dt.value = formatNumber(this.setup.compared[i]?.dt ?? 0)
      row.classList.toggle('long', dt.value.length > ROOM)
    }
    return row
  }
}

/** Whether a setup is as this part of one says; how it is shown may differ. */
function isPart({ window: _, speed: __, ...part }: Partial<Setup>, setup: Setup): boolean {
  return Object.entries(part).every(([name, value]) => same(value, setup[name as keyof Setup]))
}

function numberOf(stimulus: Stimulus, name: string): number {
  return (stimulus as unknown as Record<string, number>)[name] ?? 0
}

/** A full stop where the library's strings have none. */
function sentence(text: string): string {
  const capital = text[0]!.toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : capital + '.'
}

