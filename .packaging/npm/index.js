// libizh for JavaScript: solvers and populations, by the C library in WebAssembly. index.d.ts says what is what.

// What the libc's printing of numbers into memory links and never calls. There are no files here: EBADF.
const badFile = () => 8
const wasi = { fd_close: badFile, fd_seek: badFile, fd_write: badFile }

/** Solvers that listen to their spikes, by the number that the library knows them by. Held weakly: a function that has
 * its solver must not keep both for ever. */
const listeners = new Map()
let lastId = 0

const imports = { wasi_snapshot_preview1: wasi, izh: { spike: (id, at) => listeners.get(id).deref()._atSpike(at) } }

async function source() {
  const url = new URL('izh.wasm', import.meta.url)
  if (url.protocol !== 'file:') return (await fetch(url)).arrayBuffer()
  return (await import('node:fs/promises')).readFile(url)
}

const { instance } = await WebAssembly.instantiate(await source(), imports)
const c = instance.exports
c._initialize?.()

const doubles = (address, length) => new Float64Array(c.memory.buffer, address, length)
const octets = (address, length) => new Uint8Array(c.memory.buffer, address, length)

function text(address) {
  const bytes = octets(address, c.memory.buffer.byteLength - address)
  return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)))
}

export class IzhError extends Error {
  constructor(status, message) {
    super(message || status)
    this.name = 'IzhError'
    this.status = status
  }
}

const name = (status) => text(c.js_status_name(status))

/** Calls with memory of the library's, which is given back afterwards. */
function lent(bytes, call) {
  const address = c.js_alloc(Math.max(bytes, 8))
  if (!address) throw new IzhError('IZH_E_MEMORY', 'out of memory')
  try {
    return call(address)
  } finally {
    c.js_free(address)
  }
}

const lentDoubles = (numbers, call) =>
  lent(8 * numbers.length, (address) => {
    doubles(address, numbers.length).set(numbers)
    return call(address)
  })

const lentBytes = (bytes, call) =>
  lent(bytes.length, (address) => {
    octets(address, bytes.length).set(bytes)
    return call(address)
  })

export const version = (() => {
  const number = c.js_version()
  return [Math.floor(number / 1e6), Math.floor(number / 1e3) % 1000, number % 1000].join('.')
})()

/** By name; 0 is the default. */
const numbers = new Map()
for (let id = 1, address; (address = c.js_method_name(id)); id++) numbers.set(text(address), id)
export const methods = [...numbers.keys()]

function choice(what, value, choices) {
  if (value === undefined) return 0
  if (!choices.has(value))
    throw new IzhError('IZH_E_INVALID', `${what} is ${JSON.stringify(value)}, and must be one of ${[...choices.keys()].join(', ')}`)
  return choices.get(value)
}

const events = new Map([['exact', 0], ['grid', 1]])
const precisions = new Map([['f64', 0], ['f32', 1]])

function onlyKnown(options, known) {
  for (const key of Object.keys(options))
    if (!known.includes(key))
      throw new IzhError('IZH_E_INVALID', `there is no option ${JSON.stringify(key)}: they are ${known.join(', ')}`)
}

function number(what, value) {
  if (typeof value !== 'number') throw new IzhError('IZH_E_INVALID', `${what} is ${String(value)}, and must be a number`)
  return value
}

// ---- parameters ----

const fields = ['cm', 'k2', 'k1', 'k0', 'a', 'r', 'b_lo', 'b_hi', 'b3', 'vb', 'vpeak', 'vpeak_u', 'c', 'c_u', 'd', 'u_max']
const words = (params) => fields.map((field) => number(`params.${field}`, params[field]))
const fromWords = (array) => Object.fromEntries(fields.map((field, i) => [field, array[i]]))
const stateAt = (address) => {
  const [v, u] = doubles(address, 2)
  return { v, u }
}

const made = (call) =>
  lent(8 * fields.length, (address) => {
    call(address)
    return fromWords(doubles(address, fields.length))
  })

export function params2003(a, b, c_, d) {
  return made((address) => c.js_params_2003(number('a', a), number('b', b), number('c', c_), number('d', d), address))
}

export function params2007(...nine) {
  const names = ['C', 'k', 'vr', 'vt', 'vpeak', 'a', 'b', 'c', 'd']
  return made((address) => c.js_params_2007(...names.map((what, i) => number(what, nine[i])), address))
}

export function rest(params, I = 0) {
  return lentDoubles([...words(params), 0, 0], (address) => {
    const status = c.js_params_rest(address, number('I', I), address + 8 * fields.length)
    if (status < 0) {
      const fault = c.js_params_check(address)
      throw new IzhError(name(status), fault ? `params.${text(fault)} is not valid` : `I is ${I}, and must be finite`)
    }
    return status === 0 ? stateAt(address + 8 * fields.length) : null
  })
}

export function preset(label) {
  const bytes = new TextEncoder().encode(`${label}\0`)
  return lentBytes(bytes, (address) =>
    lent(8 * 18, (numbersAt) => {
      if (!c.js_preset(address, numbersAt, numbersAt + 128))
        throw new IzhError('IZH_E_INVALID', `there is no preset ${JSON.stringify(label)}`)
      return { params: fromWords(doubles(numbersAt, 16)), initial: stateAt(numbersAt + 128) }
    }),
  )
}

// ---- objects ----

const forgotten = new FinalizationRegistry((free) => free())

/** What solvers and populations have in common; `kind` is what their functions' names begin with. */
class Owner {
  #handle
  #kind
  #free

  constructor(kind, handle, free) {
    if (!handle) throw new IzhError(name(c.js_status()), text(c.js_message()))
    this.#handle = handle
    this.#kind = kind
    this.#free = free
    forgotten.register(this, free, this)
  }

  /** Calls a function of the library on this object. */
  _ask(what, ...rest) {
    if (!this.#handle) throw new IzhError('IZH_E_INVALID', `this ${this.#kind} was freed`)
    return c[`js_${this.#kind}_${what}`](this.#handle, ...rest)
  }

  /** The same, of one that returns a status. */
  _call(what, ...rest) {
    const status = this._ask(what, ...rest)
    if (status < 0) throw new IzhError(name(status), text(this._ask('message')))
    return status
  }

  get time() {
    return this._ask('time')
  }

  save() {
    const size = this._ask('save', 0, 0)
    return lent(size, (address) => {
      this._ask('save', address, size)
      return octets(address, size).slice()
    })
  }

  load(blob) {
    lentBytes(blob, (address) => this._call('load', address, blob.length))
  }

  free() {
    if (!this.#handle) return
    forgotten.unregister(this)
    this.#handle = 0
    this.#free()
  }
}
if (Symbol.dispose)
  Owner.prototype[Symbol.dispose] = function () {
    this.free()
  }

export class Solver extends Owner {
  #id
  #fn
  #thrown
  #inside = false

  constructor(params, options = {}) {
    onlyKnown(options, ['initial', 'method', 'events', 'dt', 'rtol', 'atol', 't0'])
    const initial = options.initial ?? { v: -65, u: -13 }
    const all = [...words(params), number('initial.v', initial.v), number('initial.u', initial.u)]
    for (const what of ['dt', 'rtol', 'atol', 't0']) all.push(number(what, options[what] ?? 0))
    const handle = lentDoubles(all, (address) =>
      c.js_solver_create(address, address + 128, choice('method', options.method, numbers), choice('events', options.events, events), address + 144),
    )
    const id = ++lastId
    super('solver', handle, () => {
      listeners.delete(id)
      c.js_solver_destroy(handle)
    })
    this.#id = id
  }

  get state() {
    return lent(16, (address) => {
      this._ask('state', address)
      return stateAt(address)
    })
  }

  get spikeErrorBound() {
    return this._ask('spike_error_bound')
  }

  onSpike(fn) {
    this._call('on_spike', fn ? this.#id : 0)
    if (fn) listeners.set(this.#id, new WeakRef(this))
    else listeners.delete(this.#id)
    this.#fn = fn
  }

  /** The library frees no solver that runs. */
  free() {
    if (this.#inside) throw new IzhError('IZH_E_BUSY', 'free() inside a callback')
    super.free()
  }

  /** At `at` are t, v and u before, v and u after. */
  _atSpike(at) {
    try {
      const [t, v, u, afterV, afterU] = doubles(at, 5)
      const after = { v: afterV, u: afterU }
      const answer = this.#fn({ t, before: { v, u }, after })
      doubles(at, 5).set([after.v, after.u], 3)
      return answer === false ? 1 : 0
    } catch (error) {
      this.#thrown ??= { error }
      return 1
    }
  }

  run(tEnd) {
    return this.#ran(() => this._call('run', number('tEnd', tEnd)))
  }

  sample(times) {
    return lentDoubles(times, (at) =>
      lent(16 * times.length, (states) => {
        this.#ran(() => this._call('sample', at, times.length, states))
        return Array.from(times, (_, i) => stateAt(states + 16 * i))
      }),
    )
  }

  nextSpike(limit) {
    return lent(8, (address) => {
      this._call('next_spike', number('limit', limit), address)
      return doubles(address, 1)[0]
    })
  }

  setCurrent(I) {
    this._call('set_current', number('I', I))
  }

  setStimulus(segments) {
    const all = Array.from(segments).flatMap(({ t, I, slope = 0 }) => [t, I, slope])
    lentDoubles(all, (address) => this._call('set_stimulus', address, all.length / 3))
  }

  setParams(params) {
    lentDoubles(words(params), (address) => this._call('set_params', address))
  }

  setState({ v, u }) {
    this._call('set_state', number('v', v), number('u', u))
  }

  kick(dv, du = 0) {
    this._call('kick', number('dv', dv), number('du', du))
  }

  /** True unless a function stopped the run; throws what it threw. */
  #ran(call) {
    if (this.#inside) return call() // which the library refuses: the run outside goes on
    this.#thrown = undefined
    this.#inside = true
    let status
    try {
      status = call()
    } finally {
      this.#inside = false
    }
    if (this.#thrown) throw this.#thrown.error
    return status === 0
  }
}

export class Population extends Owner {
  constructor(n, options = {}) {
    onlyKnown(options, ['method', 'events', 'precision', 'dt', 't0', 'noiseSigma', 'noiseWhite', 'seed'])
    if (!Number.isInteger(n) || n < 0 || n > 0xffffffff)
      throw new IzhError('IZH_E_INVALID', `n is ${String(n)}, and must be a whole number from 0 on`)
    const seed = options.seed ?? 0
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new IzhError('IZH_E_INVALID', `seed is ${String(seed)}, and must be a whole number from 0 to 2^53 - 1`)
    const all = ['dt', 't0', 'noiseSigma', 'noiseWhite'].map((what) => number(what, options[what] ?? 0))
    const handle = lentDoubles([...all, seed], (address) =>
      c.js_population_create(n, choice('method', options.method, numbers), choice('events', options.events, events), choice('precision', options.precision, precisions), address),
    )
    super('population', handle, () => c.js_population_destroy(handle))
    this.n = n
  }

  get dt() {
    return this._ask('dt')
  }

  get hash() {
    return BigInt.asUintN(64, this._ask('hash')).toString(16).padStart(16, '0')
  }

  run(tEnd) {
    const spikes = []
    let status
    do {
      status = this._call('run', number('tEnd', tEnd))
      const count = this._ask('spike_count')
      const view = new DataView(c.memory.buffer, this._ask('spikes'), 16 * count)
      for (let k = 0; k < count; k++)
        spikes.push({ t: view.getFloat64(16 * k, true), i: view.getUint32(16 * k + 8, true) })
    } while (status === 2)
    return spikes
  }

  /** Which neurons, of an array from `first` on or of one value for `count`: [first, count, stride]. */
  #which(many, length, first, count) {
    const from = first ?? 0
    if (many) return [from, length, 1]
    return [from, count ?? this.n - from, 0]
  }

  setCurrent(I, first, count) {
    const many = typeof I !== 'number'
    lentDoubles(many ? I : [I], (address) => {
      const [from, n, stride] = this.#which(many, I.length, first, count)
      this._call('set_current', from, n, address, stride)
    })
  }

  setParams(params, first, count) {
    const many = Array.isArray(params)
    lentDoubles(many ? params.flatMap(words) : words(params), (address) => {
      const [from, n, stride] = this.#which(many, params.length, first, count)
      this._call('set_params', from, n, address, stride)
    })
  }

  setState(states, first, count) {
    const many = Array.isArray(states)
    const all = (many ? states : [states]).flatMap(({ v, u }) => [number('v', v), number('u', u)])
    lentDoubles(all, (address) => {
      const [from, n, stride] = this.#which(many, states.length, first, count)
      this._call('set_state', from, n, address, stride)
    })
  }

  kick(dv, first, count) {
    const many = typeof dv !== 'number'
    lentDoubles(many ? dv : [dv], (address) => {
      const [from, n, stride] = this.#which(many, dv.length, first, count)
      this._call('kick', from, n, address, 0, stride)
    })
  }

  state(first = 0, count = this.n - first) {
    if (!(first >= 0 && count >= 0 && first + count <= this.n))
      throw new IzhError('IZH_E_INVALID', `${count} neurons from ${first} on are asked for, and there are ${this.n}`)
    return lent(16 * count, (address) => {
      this._call('state', first, count, address)
      return Array.from({ length: count }, (_, i) => stateAt(address + 16 * i))
    })
  }
}
