/** The fields of each form: what they mean and where their sliders end; and from params to fields. */
import { PARAM_NAMES, type Engine, type Params } from './engine'
import { same, type Fields, type Form } from './setup'
import { TEXTS } from './texts'

export interface Field {
  name: string
  /** As papers write it: a letter and its index. */
  symbol: readonly [string, string?]
  unit: string
  /** A few words, which fit beside the slider. */
  meaning: string
  /** The slider's range; a number may lie beyond it. */
  min: number
  max: number
  step: number
  initial: number
  /** Infinity is a value too, and is written "none". */
  optional?: boolean
  /** Shown only once the group of further terms is opened. */
  further?: boolean
}

/** Regular spiking neurons of the two publications: where a form begins. */
const FIELDS_2003: Field[] = [
  { name: 'a', symbol: ['a'], unit: '1/ms', meaning: TEXTS.fields.a, min: -0.05, max: 0.2, step: 0.001, initial: 0.02 },
  { name: 'b', symbol: ['b'], unit: '1/ms', meaning: TEXTS.fields.b, min: -1, max: 1.5, step: 0.005, initial: 0.2 },
  { name: 'c', symbol: ['c'], unit: 'mV', meaning: TEXTS.fields.c, min: -80, max: -30, step: 0.5, initial: -65 },
  { name: 'd', symbol: ['d'], unit: 'mV/ms', meaning: TEXTS.fields.d, min: -5, max: 15, step: 0.05, initial: 8 },
]

const FIELDS_2007: Field[] = [
  { name: 'C', symbol: ['C'], unit: 'pF', meaning: TEXTS.fields.C, min: 5, max: 300, step: 1, initial: 100 },
  { name: 'k', symbol: ['k'], unit: 'pA/mV²', meaning: TEXTS.fields.k, min: 0.05, max: 4, step: 0.01, initial: 0.7 },
  { name: 'vr', symbol: ['v', 'r'], unit: 'mV', meaning: TEXTS.fields.vr, min: -90, max: -45, step: 0.5, initial: -60 },
  { name: 'vt', symbol: ['v', 't'], unit: 'mV', meaning: TEXTS.fields.vt, min: -65, max: -20, step: 0.5, initial: -40 },
  { name: 'vpeak', symbol: ['v', 'peak'], unit: 'mV', meaning: TEXTS.fields.vpeak, min: -20, max: 60, step: 0.5, initial: 35 },
  { name: 'a', symbol: ['a'], unit: '1/ms', meaning: TEXTS.fields.a, min: 0, max: 0.3, step: 0.001, initial: 0.03 },
  { name: 'b', symbol: ['b'], unit: 'pA/mV', meaning: TEXTS.fields.b, min: -10, max: 20, step: 0.1, initial: -2 },
  { name: 'c', symbol: ['c'], unit: 'mV', meaning: TEXTS.fields.c, min: -80, max: -30, step: 0.5, initial: -50 },
  { name: 'd', symbol: ['d'], unit: 'pA', meaning: TEXTS.fields.d, min: -50, max: 300, step: 1, initial: 100 },
]

const FIELDS_GENERAL: Field[] = [
  { name: 'cm', symbol: ['C', 'm'], unit: 'pF', meaning: TEXTS.fields.cm, min: 1, max: 300, step: 1, initial: 100 },
  { name: 'a', symbol: ['a'], unit: '1/ms', meaning: TEXTS.fields.a, min: -0.1, max: 1.5, step: 0.005, initial: 0.03 },
  { name: 'b_lo', symbol: ['b', 'lo'], unit: 'pA/mV', meaning: TEXTS.fields.b_lo, min: -10, max: 20, step: 0.1, initial: -2 },
  { name: 'vpeak', symbol: ['v', 'peak'], unit: 'mV', meaning: TEXTS.fields.vpeak, min: -20, max: 60, step: 0.5, initial: 35 },
  { name: 'c', symbol: ['c'], unit: 'mV', meaning: TEXTS.fields.c, min: -80, max: -30, step: 0.5, initial: -50 },
  { name: 'd', symbol: ['d'], unit: 'pA', meaning: TEXTS.fields.d, min: -50, max: 300, step: 1, initial: 100 },
  { name: 'k2', symbol: ['k', '2'], unit: 'pA/mV²', meaning: TEXTS.fields.k2, min: 0, max: 4, step: 0.01, initial: 0.7, further: true },
  { name: 'k1', symbol: ['k', '1'], unit: 'pA/mV', meaning: TEXTS.fields.k1, min: 0, max: 300, step: 0.5, initial: 70, further: true },
  { name: 'k0', symbol: ['k', '0'], unit: 'pA', meaning: TEXTS.fields.k0, min: 0, max: 8000, step: 5, initial: 1680, further: true },
  { name: 'r', symbol: ['r'], unit: '', meaning: TEXTS.fields.r, min: 0, max: 2, step: 0.01, initial: 1, further: true },
  { name: 'b_hi', symbol: ['b', 'hi'], unit: 'pA/mV', meaning: TEXTS.fields.b_hi, min: -10, max: 20, step: 0.1, initial: -2, further: true },
  { name: 'b3', symbol: ['b', '3'], unit: 'pA/mV³', meaning: TEXTS.fields.b3, min: 0, max: 0.1, step: 0.001, initial: 0, further: true },
  { name: 'vb', symbol: ['v', 'b'], unit: 'mV', meaning: TEXTS.fields.vb, min: -90, max: 0, step: 0.5, initial: -60, further: true },
  { name: 'vpeak_u', symbol: ['p', 'u'], unit: 'mV/pA', meaning: TEXTS.fields.vpeak_u, min: -0.3, max: 0.3, step: 0.005, initial: 0, further: true },
  { name: 'c_u', symbol: ['c', 'u'], unit: 'mV/pA', meaning: TEXTS.fields.c_u, min: -0.3, max: 0.3, step: 0.005, initial: 0, further: true },
  { name: 'u_max', symbol: ['u', 'max'], unit: 'pA', meaning: TEXTS.fields.u_max, min: 0, max: 2000, step: 10, initial: Infinity, optional: true, further: true },
]

export const FIELDS: Record<Form, readonly Field[]> = {
  '2003': FIELDS_2003,
  '2007': FIELDS_2007,
  general: FIELDS_GENERAL,
}

/** The unit of u and of the current. */
export function currentUnit(form: Form): string {
  return form === '2003' ? 'mV/ms' : 'pA'
}

export function defaultFields(form: Form): Fields {
  return Object.fromEntries(FIELDS[form].map(({ name, initial }) => [name, initial]))
}

export function paramsOf(engine: Engine, form: Form, fields: Fields): Params {
  const of = (name: string) => fields[name]!
  if (form === '2003') return engine.params2003(of('a'), of('b'), of('c'), of('d'))
  if (form === '2007')
    return engine.params2007(
      of('C'), of('k'), of('vr'), of('vt'), of('vpeak'), of('a'), of('b'), of('c'), of('d'),
    )
  return Object.fromEntries(PARAM_NAMES.map((name) => [name, of(name)])) as Params
}

/** The fields of a form that give these very params, to the bit; null where there are none. */
export function fieldsOf(engine: Engine, form: Form, p: Params): Fields | null {
  const fields = candidate(form, p)
  return same(paramsOf(engine, form, fields), p) ? fields : null
}

/** 12 digits: what a person wrote comes back as written, without the rounding of a product. */
export function rounded(x: number): number {
  return Number(x.toPrecision(12))
}

/** What the fields are if the form can say these params at all. */
export function candidate(form: Form, p: Params): Fields {
  if (form === '2003') return { a: p.a, b: p.b_lo, c: p.c, d: p.d }
  if (form === 'general') return { ...p }
  const vt = rounded(-p.k1 / p.k2 - p.vb)
  return { C: p.cm, k: p.k2, vr: p.vb, vt, vpeak: p.vpeak, a: p.a, b: p.b_lo, c: p.c, d: p.d }
}

/** The shortest form that says these params exactly. */
export function formOf(engine: Engine, params: Params): { form: Form; fields: Fields } {
  for (const form of ['2003', '2007'] as const) {
    const fields = fieldsOf(engine, form, params)
    if (fields) return { form, fields }
  }
  return { form: 'general', fields: { ...params } }
}
