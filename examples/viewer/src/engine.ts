/** libizh, the C library, compiled to WebAssembly: typed calls of bridge.c. Knows nothing of the page but its words. */
import { say, TEXTS } from './texts'

/** A state: mV, and pA (2003 form: mV/ms). */
export interface State {
  v: number
  u: number
}

/** The current I + slope (s - t) from t, ms, to the next segment's t. */
export interface Segment {
  t: number
  I: number
  slope: number
}

export interface Spike {
  t: number
  before: State
  after: State
}

/** The normal form's parameters in the order of izh_params: include/izh/model.h. */
export const PARAM_NAMES = [
  'cm', 'k2', 'k1', 'k0', 'a', 'r', 'b_lo', 'b_hi', 'b3', 'vb', 'vpeak', 'vpeak_u', 'c', 'c_u',
  'd', 'u_max',
] as const

export type ParamName = (typeof PARAM_NAMES)[number]
export type Params = Record<ParamName, number>

export const EVENTS = ['exact', 'grid'] as const
export type Events = (typeof EVENTS)[number]

/** A published neuron: include/izh/preset.h. */
export interface Preset {
  name: string
  title: string
  source: string
  note: string
  params: Params
  initial: State
  segments: Segment[]
  duration: number
  publishedMethod: string
  publishedDt: number
  publishedUntil: number
}

/** What the library refused, in its words, or how a run ended: the name of the status is in `status`. */
export class IzhError extends Error {
  constructor(
    message: string,
    readonly status: string,
  ) {
    super(message)
  }
}

/** How the quantities of a neuron become those of one in other units: izh_conversion. */
export interface Units {
  t: number
  v: number
  vShift: number
  u: number
  uShift: number
  IShift: number
}

export interface Converted {
  params: Params
  units: Units
}

/** What the page gives to the library: all that the libc's printing of numbers into memory links and never
 * calls. There are no files here, so each answers EBADF. */
const WASI = 'wasi_snapshot_preview1'
const badFile = () => 8
const GIVEN: Record<string, () => number> = { fd_close: badFile, fd_seek: badFile, fd_write: badFile }

/** Throws an error that names what the library imports and the page does not have. */
function compiled(bytes: BufferSource): WebAssembly.Instance {
  if (typeof WebAssembly === 'undefined') throw new Error(TEXTS.faults.noWebAssembly)
  const module = new WebAssembly.Module(bytes)
  const missing = WebAssembly.Module.imports(module)
    .filter((one) => one.module !== WASI || !Object.hasOwn(GIVEN, one.name))
    .map((one) => `${one.module}.${one.name}`)
  if (missing.length > 0) throw new Error(say(TEXTS.faults.imports, { names: missing.join(', ') }))
  return new WebAssembly.Instance(module, { [WASI]: GIVEN })
}

/** The kinds of equilibria by their numbers, IZH_STABLE_NODE and its like; 0 names no kind. */
export const KINDS = [
  '', 'stable node', 'stable focus', 'unstable node', 'unstable focus', 'saddle', 'fold', 'centre', 'kink', 'degenerate',
] as const
export type Kind = (typeof KINDS)[number]

/** The kinds of bifurcations by their numbers; 0 names no kind. */
export const BIFURCATIONS = ['', 'fold', 'Hopf', 'peak'] as const

/** Where a neuron stands still: izh_equilibrium. */
export interface Equilibrium extends State {
  kind: Kind
  stable: boolean
  /** Real and imaginary parts of the eigenvalues, 1/ms; the real parts ascend. */
  re: [number, number]
  im: [number, number]
  /** Where the neuron never gets. */
  beyondPeak: boolean
}

/** A current at which equilibria come, go or change their stability: izh_bifurcation. */
export interface Bifurcation extends State {
  I: number
  kind: (typeof BIFURCATIONS)[number]
  endsRest: boolean
}

type Calls = Record<string, (...args: number[]) => number>

const WORDS_EQUILIBRIUM = 8
const MOST_EQUILIBRIA = 5
const WORDS_BIFURCATION = 5
const MOST_BIFURCATIONS = 10
const WORDS_SPIKE = 5 // doubles in a struct spike of bridge.c
const WORDS_UNITS = 6 // in an izh_conversion

/** Scratch comes in few sizes, so that what one neuron gives back fits the next: how many samples a call takes
 * depends on how fast the machine is at that moment. */
const LEAST_SCRATCH = 8192

/** An array of doubles in the library's memory that grows and is never moved while it is used. */
class Scratch {
  private address = 0
  private length = 0

  constructor(
    private readonly calls: Calls,
    private readonly memory: WebAssembly.Memory,
  ) {}

  /** Its address, with room for so many doubles. */
  reserve(doubles: number): number {
    if (doubles > this.length) {
      this.calls.bridge_free!(this.address)
      this.length = Math.max(LEAST_SCRATCH, 2 ** Math.ceil(Math.log2(doubles)))
      this.address = this.calls.bridge_alloc!(8 * this.length)
      if (!this.address) {
        this.length = 0
        throw new IzhError(TEXTS.faults.memory, 'IZH_E_MEMORY')
      }
    }
    return this.address
  }

  /** A view of it: valid until the library's memory grows. */
  view(doubles: number): Float64Array {
    return new Float64Array(this.memory.buffer, this.address, doubles)
  }

  free(): void {
    this.calls.bridge_free!(this.address)
    this.address = this.length = 0
  }

  put(numbers: ArrayLike<number>): number {
    const address = this.reserve(numbers.length)
    this.view(numbers.length).set(numbers)
    return address
  }
}

function words(params: Params): number[] {
  return PARAM_NAMES.map((name) => params[name])
}

function bifurcation([I, v, u, kind, ends]: number[]): Bifurcation {
  return { I: I!, v: v!, u: u!, kind: BIFURCATIONS[kind!] ?? '', endsRest: ends === 1 }
}

/** The library. Make one for a page. */
export class Engine {
  readonly methods: string[] = []
  readonly presets: Preset[] = []
  readonly version: string
  /** For Neuron only. */
  readonly calls: Calls
  private readonly memory: WebAssembly.Memory
  private readonly utf8 = new TextDecoder()

  constructor(bytes: BufferSource) {
    const instance = compiled(bytes)
    this.calls = instance.exports as unknown as Calls
    this.memory = instance.exports.memory as WebAssembly.Memory
    this.calls._initialize!()
    const version = this.calls.bridge_version!()
    this.version = [version / 1e6, (version / 1e3) % 1e3, version % 1e3].map(Math.floor).join('.')
    for (let method = 1; this.calls.bridge_method_name!(method); method++)
      this.methods.push(this.text(this.calls.bridge_method_name!(method)))
    for (let i = 0; i < this.calls.preset_count!(); i++) this.presets.push(this.preset(i))
  }

  scratch(): Scratch {
    return new Scratch(this.calls, this.memory)
  }

  doubles(address: number, count: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, count)
  }

  text(address: number): string {
    const bytes = new Uint8Array(this.memory.buffer, address)
    return this.utf8.decode(bytes.subarray(0, bytes.indexOf(0)))
  }

  statusName(status: number): string {
    return this.text(this.calls.bridge_status_name!(status))
  }

  /** What the library said when it last refused to make something. */
  message(): string {
    return this.text(this.calls.bridge_message!())
  }

  params2003(a: number, b: number, c: number, d: number): Params {
    return this.filled((address) => this.calls.params_2003!(a, b, c, d, address))
  }

  params2007(
    C: number, k: number, vr: number, vt: number, vpeak: number, a: number, b: number, c: number,
    d: number,
  ): Params {
    return this.filled((address) => this.calls.params_2007!(C, k, vr, vt, vpeak, a, b, c, d, address))
  }

  /** The same neuron in the units of the 2003 form; null where it has none. */
  to2003(params: Params): Converted | null {
    return this.converted('params_to_2003', params)
  }

  /** The same neuron with this capacitance, pF, and u counted from its rest; null where it has none. */
  to2007(params: Params, C: number): Converted | null {
    return this.converted('params_to_2007', params, C)
  }

  private converted(call: string, params: Params, ...more: number[]): Converted | null {
    const count = PARAM_NAMES.length
    const scratch = this.scratch()
    try {
      const address = scratch.reserve(2 * count + WORDS_UNITS)
      scratch.view(count).set(words(params))
      const units = address + 16 * count
      if (this.calls[call]!(address, address + 8 * count, units, ...more) < 0) return null
      const [t, v, vShift, u, uShift, IShift] = this.doubles(units, WORDS_UNITS)
      return {
        params: this.paramsAt(address + 8 * count),
        units: { t: t!, v: v!, vShift: vShift!, u: u!, uShift: uShift!, IShift: IShift! },
      }
    } finally {
      scratch.free()
    }
  }

  /** All equilibria under a constant current, by ascending v. */
  equilibria(params: Params, I: number): Equilibrium[] {
    return this.analysed(params, WORDS_EQUILIBRIUM, MOST_EQUILIBRIA, (own, found) =>
      this.calls.analysis_equilibria!(own, I, found)).map(([v, u, re0, re1, im0, im1, kind, beyond]) => ({
      v: v!, u: u!, kind: KINDS[kind!] ?? '', stable: kind === 1 || kind === 2,
      re: [re0!, re1!], im: [im0!, im1!], beyondPeak: beyond === 1,
    }))
  }

  /** All currents at which equilibria come, go or change their stability, ascending. */
  bifurcations(params: Params): Bifurcation[] {
    return this.analysed(params, WORDS_BIFURCATION, MOST_BIFURCATIONS, (own, found) =>
      this.calls.analysis_bifurcations!(own, found)).map(bifurcation)
  }

  /** The bifurcation above whose current there is no rest: its I is infinite where rest never ends, and NaN where
   * there is none. */
  restEnds(params: Params): Bifurcation {
    const [found] = this.analysed(params, WORDS_BIFURCATION, 1, (own, at) =>
      (this.calls.analysis_rest_ends!(own, at) < 0 ? 0 : 1))
    return bifurcation(found ?? [NaN, NaN, NaN, 0, 0])
  }

  /** Rows of so many doubles that a call writes, whose result is how many there are. */
  private analysed(params: Params, width: number, most: number, call: (own: number, found: number) => number): number[][] {
    const own = this.calls.bridge_alloc!(8 * (PARAM_NAMES.length + width * most))
    if (!own) throw new IzhError(TEXTS.faults.memory, 'IZH_E_MEMORY')
    this.doubles(own, PARAM_NAMES.length).set(words(params))
    const found = own + 8 * PARAM_NAMES.length
    const count = call(own, found)
    const flat = this.doubles(found, width * count)
    const rows = Array.from({ length: count }, (_, i) => Array.from(flat.subarray(width * i, width * (i + 1))))
    this.calls.bridge_free!(own)
    return rows
  }

  /** The name of the parameter that is not valid; null where all are. */
  invalidField(params: Params): string | null {
    const scratch = this.calls.bridge_alloc!(8 * PARAM_NAMES.length)
    this.doubles(scratch, PARAM_NAMES.length).set(words(params))
    const field = this.calls.params_check!(scratch)
    this.calls.bridge_free!(scratch)
    return field ? this.text(field) : null
  }

  private filled(fill: (address: number) => void): Params {
    const address = this.calls.bridge_alloc!(8 * PARAM_NAMES.length)
    fill(address)
    const params = this.paramsAt(address)
    this.calls.bridge_free!(address)
    return params
  }

  private paramsAt(address: number): Params {
    const values = this.doubles(address, PARAM_NAMES.length)
    return Object.fromEntries(PARAM_NAMES.map((name, i) => [name, values[i]!])) as Params
  }

  private preset(index: number): Preset {
    const text = (what: string) => this.text(this.calls['preset_' + what]!(index))
    const number = (what: string) => this.calls['preset_' + what]!(index)
    const [v, u] = this.doubles(number('initial'), 2)
    const flat = this.doubles(number('segments'), 3 * number('segment_count'))
    const segments: Segment[] = []
    for (let i = 0; i < flat.length; i += 3)
      segments.push({ t: flat[i]!, I: flat[i + 1]!, slope: flat[i + 2]! })
    return {
      name: text('name'),
      title: text('title'),
      source: text('source'),
      note: text('note'),
      params: this.paramsAt(number('params')),
      initial: { v: v!, u: u! },
      segments,
      duration: number('duration'),
      publishedMethod: text('published_method'),
      publishedDt: number('published_dt'),
      publishedUntil: number('published_until'),
    }
  }
}

export interface NeuronConfig {
  params: Params
  initial: State
  /** One of Engine.methods. */
  method: string
  events?: Events
  /** ms; 0: the method's default. */
  dt?: number
  /** ms. */
  t0?: number
}

/** One neuron: an izh_solver. Destroy it when it is done with. Every method throws an IzhError. */
export class Neuron {
  private readonly address: number
  private readonly scratch: Scratch

  constructor(
    private readonly engine: Engine,
    config: NeuronConfig,
  ) {
    const { params, initial, method, events = 'exact', dt = 0, t0 = 0 } = config
    const index = engine.methods.indexOf(method) + 1
    if (index === 0) throw new IzhError(say(TEXTS.faults.noMethod, { name: method }), 'IZH_E_INVALID')
    this.scratch = engine.scratch()
    this.address = engine.calls.neuron_create!(
      this.scratch.put(words(params)), initial.v, initial.u, index, EVENTS.indexOf(events), dt, t0,
    )
    if (!this.address) {
      this.scratch.free()
      throw new IzhError(engine.message(), engine.statusName(engine.calls.bridge_status!()))
    }
  }

  destroy(): void {
    this.engine.calls.neuron_destroy!(this.address)
    this.scratch.free()
  }

  get time(): number {
    return this.call('time')
  }

  get state(): State {
    this.call('state', this.scratch.reserve(2))
    const [v, u] = this.scratch.view(2)
    return { v: v!, u: u! }
  }

  /** Runs to a time, ms. */
  run(end: number): void {
    this.check(this.call('run', end))
  }

  /** Runs through ascending times, ms, and returns v and u at each, alternating. Where the run ends
   * early it throws, and `states` of the error has what there is, then NaN. */
  sample(times: ArrayLike<number>): Float64Array {
    const n = times.length
    const address = this.scratch.reserve(3 * n)
    this.scratch.view(n).set(times)
    const status = this.call('sample', address, n, address + 8 * n)
    const states = this.scratch.view(3 * n).slice(n)
    if (status < 0) throw Object.assign(this.error(status), { states })
    return states
  }

  /** The spikes since this was last called. */
  takeSpikes(): Spike[] {
    const words = this.engine.doubles(this.call('spikes'), WORDS_SPIKE * this.call('spike_count'))
    const spikes: Spike[] = []
    for (let i = 0; i < words.length; i += WORDS_SPIKE)
      spikes.push({
        t: words[i]!,
        before: { v: words[i + 1]!, u: words[i + 2]! },
        after: { v: words[i + 3]!, u: words[i + 4]! },
      })
    this.call('forget_spikes')
    return spikes
  }

  /** How often the right-hand side was evaluated. */
  get rhs(): number {
    return this.call('rhs')
  }

  setParams(params: Params): void {
    this.check(this.call('set_params', this.scratch.put(words(params))))
  }

  setState(state: State): void {
    this.check(this.call('set_state', state.v, state.u))
  }

  kick(dv: number, du: number): void {
    this.check(this.call('kick', dv, du))
  }

  setStimulus(segments: readonly Segment[]): void {
    const flat = new Float64Array(3 * segments.length) // noise may have a million pieces
    segments.forEach(({ t, I, slope }, i) => {
      flat[3 * i] = t
      flat[3 * i + 1] = I
      flat[3 * i + 2] = slope
    })
    this.check(this.call('set_stimulus', this.scratch.put(flat), segments.length))
  }

  private call(what: string, ...args: number[]): number {
    return this.engine.calls['neuron_' + what]!(this.address, ...args)
  }

  private check(status: number): void {
    if (status < 0) throw this.error(status)
  }

  private error(status: number): IzhError {
    return new IzhError(this.engine.text(this.call('message')), this.engine.statusName(status))
  }
}
