// libizh in WebAssembly against the native library, bit for bit, in node: no browser.
//
//   engine.mjs NATIVE VERSION NETWORK     native.c's program, the project's version, and examples/network.c's program
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { built, pageModules } from './bundle.mjs'
import { difference, nativeCases, runCase } from './native.mjs'
import { report, test } from './tap.mjs'

const { engine: modules, methods, map: maps, setup: setups, sweep: sweeps, coupled } =
  await pageModules('engine', 'methods', 'map', 'setup', 'sweep', 'coupled')
const { Engine, Neuron } = modules
const engine = new Engine(readFileSync(join(built, 'izh.wasm')))
const cases = nativeCases(process.argv[2])
const label = ({ name, method, events }) => `${name} by ${method}, ${events ? 'grid' : 'exact'}`

test('every preset and every method is among the cases', () => {
  assert.deepEqual(new Set(cases.map(({ name }) => name)), new Set(engine.presets.map(({ name }) => name)))
  assert.deepEqual(new Set(cases.map(({ method }) => method)), new Set(engine.methods))
  assert.equal(engine.methods.length, 17)
})

test('the cases have spikes, samples, refusals and runs that end early', () => {
  const lines = cases.flatMap((one) => one.lines)
  for (const what of ['spike ', 'sample ', 'refused IZH_E_UNSUPPORTED', 'end IZH_OK', 'end IZH_E_'])
    assert.ok(lines.some((line) => line.startsWith(what)), what)
})

for (const one of cases)
  test(`${label(one)}: the bits of the native library`, () => {
    assert.equal(difference(one.lines, runCase(engine, modules, one)), null)
  })

test("the analysis of 100 random neurons has the bits of the native library's", () => {
  const view = new DataView(new ArrayBuffer(8))
  const bits = (numbers) => numbers.map((x) => (view.setFloat64(0, x), view.getBigUint64(0).toString(16).padStart(16, '0'))).join(' ')
  const number = (hex) => (view.setBigUint64(0, BigInt('0x' + hex)), view.getFloat64(0))
  const bifurcation = ({ I, v, u, kind, endsRest }) => bits([I, v, u, modules.BIFURCATIONS.indexOf(kind), Number(endsRest)])
  const native = execFileSync(process.argv[2], ['analysis'], { encoding: 'utf8' }).trim().split('\n')
  const heads = native.filter((line) => line.startsWith('at '))
  assert.equal(heads.length, 100)
  const own = heads.flatMap((head) => {
    const [a, b, c, d, I] = head.split(' ').slice(1).map(number)
    const params = engine.params2003(a, b, c, d)
    return [head,
      ...engine.equilibria(params, I).map(({ v, u, re, im, kind, beyondPeak }) =>
        `equilibrium ${bits([v, u, ...re, ...im, modules.KINDS.indexOf(kind), Number(beyondPeak)])}`),
      ...engine.bifurcations(params).map((one) => `bifurcation ${bifurcation(one)}`),
      `rest ${bifurcation(engine.restEnds(params))}`]
  })
  assert.deepEqual(own, native)
  for (const what of ['equilibrium ', 'bifurcation ']) assert.ok(own.filter((line) => line.startsWith(what)).length > 100, what)
})

/** What the map of a, b or of c, d says of a point, by its rule said anew: of all, the spikes up to 1000 ms. */
function regimeOf(times) {
  const ends = times.map((t, i) => [t, t - times[i - 1]]).slice(1)
  const late = ends.filter(([t]) => t >= 500).map(([, interval]) => interval).sort((a, b) => a - b)
  if (times.length === 0) return 'silent'
  if (!times.some((t) => t >= 500)) return 'phasic'
  if (late.length === 0) return 'unknown'
  const ratio = late.at(-1) / late[0]
  if (ratio > 1.1) return ratio < 3 ? 'uneven' : 'bursting'
  if (ends.slice(1).some(([, interval], i) => interval / ends[i][1] >= 3)) return 'onset'
  return late.reduce((a, b) => a + b) / late.length / ends[0][1] < 2 ? 'tonic' : 'adapting'
}

test("100 random points of the map have the bits of the native library's spikes, and their regime by the rule", () => {
  const number = (hex) => new DataView(Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16)).buffer).getFloat64(0)
  const lines = execFileSync(process.argv[2], ['trains'], { encoding: 'utf8' }).trim().split('\n')
  const rows = lines.map((line) => line.split(' ').slice(1).map(number))
  const found = new Map()
  for (let i = 0; i < rows.length; i += 2) {
    const [[a, b, c, d, I], times] = [rows[i], rows[i + 1]]
    assert.deepEqual(sweeps.trainAt(engine, engine.params2003(a, b, c, d), I), times, `${i}`)
    const setup = { ...setups.defaultSetup(), fields: { a, b, c, d }, stimulus: { kind: 'constant', I } }
    const expected = regimeOf(times)
    for (const plane of maps.PLANES) {
      const [x, y] = maps.planeFields('2003', plane)
      const map = new maps.RegimeMap(engine, { ...setup, fields: { ...setup.fields, [x.name]: 0, [y.name]: 0 } }, x, y, { x: [0, 1], y: [0, 1] })
      assert.equal(map.regimeAt(setup.fields[x.name], setup.fields[y.name]), expected, `${i}`)
    }
    found.set(expected, (found.get(expected) ?? 0) + 1)
  }
  assert.equal(rows.length, 200)
  for (const one of ['silent', 'tonic', 'adapting', 'onset', 'bursting']) assert.ok(found.get(one) > 2, `${one}: ${found.get(one)}`)
})

test('a map is what its points are, coarse ones first, and the cells of 2003 have the names of their paper on it', () => {
  const setup = setups.defaultSetup()
  const [x, y] = maps.planeFields('2003', 'ab')
  const map = new maps.RegimeMap(engine, setup, x, y, { x: [x.min, x.max], y: [y.min, y.max] })
  assert.equal(map.at(20, 20), null)
  map.advance(performance.now() + 1)
  const coarse = map.at(0, 0)
  assert.ok(coarse)
  assert.equal(map.at(7, 7), coarse)
  map.advance(Infinity)
  assert.ok(map.done)
  for (let k = 0; k < 100; k++) {
    const [i, j] = [(37 * k) % maps.COLUMNS, (29 * k) % maps.ROWS]
    assert.equal(map.at(i, j), map.regimeAt(...map.valuesAt(i, j)), `${i}, ${j}`)
  }
  const names = { RS: 'adapting', IB: 'onset', CH: 'bursting', FS: 'tonic', TC: 'tonic', RZ: 'tonic', LTS: 'adapting' }
  const [c, d] = maps.planeFields('2003', 'cd')
  assert.deepEqual(Object.fromEntries(maps.cellsOf2003(engine).map(({ name, fields }) =>
    [name, new maps.RegimeMap(engine, { ...setup, fields }, c, d, { x: [0, 1], y: [0, 1] }).regimeAt(fields.c, fields.d)])), names)
})

// ---- coupled neurons ----

const view = new DataView(new ArrayBuffer(8))
const bits = (...numbers) => numbers.map((x) => (view.setFloat64(0, x), view.getBigUint64(0).toString(16).padStart(16, '0'))).join(' ')
const number = (hex) => (view.setBigUint64(0, BigInt('0x' + hex)), view.getFloat64(0))
const hex = (hash) => hash.toString(16).padStart(16, '0')
const firedLines = (one) => {
  const fired = one.takeSpikes()
  return Array.from({ length: fired.length / 2 }, (_, k) => `fired ${bits(fired[2 * k], fired[2 * k + 1])}`)
}
const nativeLines = (...args) => execFileSync(process.argv[2], args, { encoding: 'utf8', maxBuffer: 1 << 26 }).trim().split('\n')

test('12 random pairs of coupled neurons have the bits of the native library', () => {
  const native = nativeLines('pairs')
  const heads = native.filter((line) => line.startsWith('pair '))
  assert.equal(heads.length, 12)
  const own = heads.flatMap((head) => {
    const [a, b, c, d, I, slope, g12, g21, delay, tau, more, dv] = head.split(' ').slice(1).map(number)
    const pair = new coupled.Pair(engine, {
      params: engine.params2003(a, b, c, d), initial: [{ v: -65, u: -13 }, { v: -65 + dv, u: -13 }], weights: [g12, g21], delay, tau,
    })
    pair.setStimulus([{ t: 0, I, slope }], more)
    const lines = Array.from({ length: 8 }, () => {
      const samples = pair.run(500)
      return [...firedLines(pair), `sample ${bits(...samples.slice(-5))}`]
    }).flat()
    lines.push(`hash ${hex(pair.hash)}`)
    pair.destroy()
    return [head, ...lines]
  })
  assert.deepEqual(own, native)
  assert.ok(own.filter((line) => line.startsWith('fired ')).length > 300)
})

test('the network of 2003 has the bits of the native library, whatever its weights and its noise are turned to', () => {
  const network = new coupled.PaperNetwork(engine, 2003, [0.5, 1], [5, 2])
  const native = nativeLines('network')
  const own = native.filter((line) => line.startsWith('set ')).flatMap((head) => {
    const [wE, wI, noiseE, noiseI] = head.split(' ').slice(1).map(number)
    network.setWeight(false, wE)
    network.setWeight(true, wI)
    network.setNoise([noiseE, noiseI])
    network.run(300)
    return [head, ...firedLines(network)]
  })
  own.push(`hash ${hex(network.hash)}`)
  network.destroy()
  assert.deepEqual(own, native)
  assert.ok(own.length > 3000, `${own.length}`)
})

test('the network of 2003 has the spikes that examples/network.c prints', () => {
  const network = new coupled.PaperNetwork(engine, 2003, [0.5, 1], [5, 2])
  for (const ms of [1, 99, 500, 400]) network.run(ms)
  const fired = network.takeSpikes()
  network.destroy()
  const own = Array.from({ length: fired.length / 2 }, (_, k) => `${fired[2 * k]},${fired[2 * k + 1]}`)
  assert.deepEqual(own, execFileSync(process.argv[4], ['raster'], { encoding: 'utf8' }).trim().split('\n'))
})

test('what couples neurons is refused with the words of the library, and a pair is changed while it lives', () => {
  const { params } = engine.presets[0]
  const make = (config) => new coupled.Pair(engine, {
    params, initial: [{ v: -65, u: -13 }, { v: -60, u: -13 }], weights: [-0.1, 0.1], delay: 10, tau: 5, ...config,
  })
  assert.throws(() => make({ weights: [1e-9, 0] }), /weight.*1e-09/)
  assert.throws(() => make({ tau: -1 }), /tau/)
  assert.throws(() => make({ initial: [{ v: 1e308, u: 0 }, { v: 0, u: 0 }] }), /v = 1e\+308/)
  const pair = make({ tau: 50 })
  pair.setStimulus([{ t: 0, I: 10, slope: 0 }], 0)
  const count = () => (pair.run(2000), pair.takeSpikes().filter((_, k) => k % 2).reduce((all, i) => (all[i]++, all), [0, 0]))
  const [before] = count()
  assert.throws(() => pair.setWeights([2000, 0]), /2000/)
  pair.setWeights([0, -10])
  const [first] = count()
  pair.setWeights([0, 0])
  count() // while the last inhibition wears off
  const [after] = count()
  assert.ok(before > 2 && first < 2 && after > 2, `${before} ${first} ${after}`)
  pair.kick(200, 1)
  pair.run(1)
  assert.deepEqual(Array.from(pair.takeSpikes()).filter((_, k) => k % 2), [0])
  pair.destroy()
})

test('many networks, and many spikes of one, take no memory that stays', () => {
  const round = () => {
    const network = new coupled.PaperNetwork(engine, 7, [0.5, 1], [5, 2])
    network.run(100)
    assert.ok(network.takeSpikes().length > 200)
    network.destroy()
    const pair = new coupled.Pair(engine, { params: engine.presets[0].params, initial: [{ v: -65, u: 0 }, { v: -65, u: 0 }], weights: [0, 0], delay: 0, tau: 1 })
    pair.run(100)
    pair.destroy()
  }
  for (let i = 0; i < 3; i++) round()
  const size = engine.calls.memory.buffer.byteLength
  for (let i = 0; i < 10; i++) round()
  assert.equal(engine.calls.memory.buffer.byteLength, size)
})

test('the version is that of the project', () => {
  assert.equal(engine.version, process.argv[3])
})

test('the library imports nothing but what the page has, which is no file and no process', () => {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(join(built, 'izh.wasm'))))
  for (const { module, name } of imports) {
    assert.equal(module, 'wasi_snapshot_preview1')
    assert.ok(['fd_close', 'fd_seek', 'fd_write'].includes(name), name)
  }
})

test('what the library refuses is thrown with its words', () => {
  const { params, initial } = engine.presets[0]
  const wrong = (config) => () => new Neuron(engine, { params, initial, method: 'taylor', ...config })
  assert.throws(wrong({ params: { ...params, a: NaN } }), /\ba\b/)
  assert.throws(wrong({ initial: { v: Infinity, u: 0 } }), /initial\.v = inf/)
  assert.throws(wrong({ method: 'magic' }), /no method "magic"/)
  assert.throws(wrong({ method: 'euler', dt: -1 }), /dt/)
  assert.equal(engine.invalidField(params), null)
  assert.equal(engine.invalidField({ ...params, d: NaN }), 'd')
})

test("the page's table of methods says what the library does", () => {
  const { params, initial } = engine.presets.find(({ name }) => name === '2003-RS')
  const run = (config) => {
    const neuron = new Neuron(engine, { params, initial, ...config })
    neuron.setStimulus([{ t: 0, I: 10, slope: 0 }])
    neuron.run(300)
    const spikes = neuron.takeSpikes()
    neuron.destroy()
    return spikes
  }
  assert.deepEqual(methods.METHODS.map(({ name }) => name).sort(), [...engine.methods].sort())
  for (const { name: method, step, events, dialect } of methods.METHODS) {
    for (const one of modules.EVENTS)
      if (events.includes(one)) assert.ok(method === 'pinn' || run({ method, events: one }).length > 2, method)
      else assert.throws(() => run({ method, events: one }), { status: 'IZH_E_UNSUPPORTED' }, method)
    const at = { method, events: events[0] }
    if (step !== null) assert.deepEqual(run({ ...at, dt: step }), run(at), method)
    const other = engine.presets.find(({ name }) => name === '2007-FS').params
    const make = () => new Neuron(engine, { params: other, initial, ...at }).destroy()
    if (dialect) assert.throws(make, { status: 'IZH_E_UNSUPPORTED' }, method)
    else make()
  }
})

test('a run in pieces has the bits of one run', () => {
  const { params, initial, segments } = engine.presets.find(({ name }) => name === '2003-CH')
  const run = (pieces) => {
    const neuron = new Neuron(engine, { params, initial, method: 'taylor' })
    neuron.setStimulus(segments)
    for (let i = 1; i <= pieces; i++) neuron.run((300 * i) / pieces)
    const result = [neuron.state, neuron.takeSpikes()]
    neuron.destroy()
    return result
  }
  assert.ok(run(1)[1].length > 5)
  assert.deepEqual(run(300), run(1))
})

test('parameters, states and stimuli act from now on', () => {
  const { params, initial } = engine.presets.find(({ name }) => name === '2003-RS')
  const neuron = new Neuron(engine, { params, initial, method: 'taylor' })
  neuron.run(200)
  assert.equal(neuron.takeSpikes().length, 0)
  neuron.setStimulus([{ t: 200, I: 10, slope: 0 }])
  neuron.run(400)
  const slow = neuron.takeSpikes().length
  neuron.setParams({ ...params, a: 0.1, d: 2 })
  neuron.run(600)
  assert.ok(slow > 2 && neuron.takeSpikes().length > 2 * slow)
  neuron.setState({ v: -80, u: 3 })
  assert.deepEqual(neuron.state, { v: -80, u: 3 })
  neuron.kick(5, 1)
  assert.deepEqual(neuron.state, { v: -75, u: 4 })
  neuron.destroy()
})

test('many neurons, long stimuli and thousands of spikes take no memory that stays', () => {
  const { params, initial } = engine.presets[0]
  const segments = Array.from({ length: 5000 }, (_, i) => ({ t: i / 10, I: 200 + (i % 7), slope: 1 }))
  const round = () => {
    const neuron = new Neuron(engine, { params, initial, method: 'taylor' })
    neuron.setStimulus(segments)
    neuron.sample(Float64Array.from({ length: 20000 }, (_, i) => i / 40))
    assert.ok(neuron.takeSpikes().length > 100)
    neuron.destroy()
  }
  for (let i = 0; i < 3; i++) round()
  const size = engine.calls.memory.buffer.byteLength
  for (let i = 0; i < 40; i++) round()
  assert.equal(engine.calls.memory.buffer.byteLength, size)
})

await report()
