// What the page computes by itself, in node: links, currents, regimes, the phase plane, undo, time.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import { built, load, pageModules, source } from './bundle.mjs'
import { report, test } from './tap.mjs'

const page = await pageModules(
  'engine', 'url', 'stimulus', 'input', 'regime', 'errors', 'dynamics', 'fields', 'presets', 'history', 'check',
  'setup', 'export', 'simulation', 'methods', 'convert', 'plot', 'texts', 'views/raster', 'views/activity', 'inflate', 'phases',
  'coupling', 'coupled', 'pairing', 'crowd', 'views/network',
)
const engine = new page.engine.Engine(readFileSync(join(built, 'izh.wasm')))
const preset = (name) => engine.presets.find((one) => one.name === name)
const { defaultSetup } = page.setup
const shown = (name, flavour) => page.presets.withPreset(engine, defaultSetup(), preset(name), flavour)
const near = (a, b, tolerance) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b} to ${tolerance}`)

/** Reproducible doubles of any size. */
function* doubles(seed) {
  for (let x = seed; ; ) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    yield (x / 2 ** 32 - 0.5) * 10 ** ((x % 37) - 18)
  }
}

// ---- links ----

const { toHash, fromHash } = page.url

test('a link has the default setup readable in it', () => {
  const hash = toHash(defaultSetup())
  for (const part of ['#form=2003&', '&a=0.02&', '&b=0.2&', '&c=-65&', '&d=8&', '&method=taylor&', '&I=10&'])
    assert.ok(hash.includes(part), `${part} in ${hash}`)
  assert.deepEqual(fromHash(''), defaultSetup())
})

test('every preset in both flavours comes back from its link exactly', () => {
  for (const { name } of engine.presets)
    for (const flavour of page.presets.FLAVOURS) {
      const setup = shown(name, flavour)
      assert.deepStrictEqual(fromHash(toHash(setup)), setup)
      const found = new page.presets.PresetFinder(engine).find(setup)
      assert.equal(found?.preset.name, name)
      assert.equal(found.flavour, flavour)
    }
})

test('any doubles in any form come back from the link to the bit', () => {
  const some = doubles(7)
  const next = () => some.next().value
  for (const form of page.setup.FORMS)
    for (const kind of page.stimulus.KINDS)
      for (let i = 0; i < 20; i++) {
        const fields = Object.fromEntries(page.fields.FIELDS[form].map(({ name }) => [name, next()]))
        const stimulus = page.stimulus.withKind(kind, { kind: 'constant', I: next() }, 200)
        if (kind === 'pieces') stimulus.segments = [0, 1, 2].map((t) => ({ t: t + Math.abs(next()), I: next(), slope: next() }))
        if (kind === 'noise') stimulus.mean = next()
        const setup = { ...defaultSetup(), form, fields, initial: { v: next(), u: next() }, stimulus, dt: next() }
        assert.deepStrictEqual(fromHash(toHash(setup)), setup)
      }
})

test('the longest current that the page takes has a link that it takes', () => {
  const some = doubles(3)
  const full = () => some.next().value
  const segments = Array.from({ length: page.stimulus.MOST_SEGMENTS }, (_, i) => ({ t: i + Math.PI / 1e3, I: -Math.abs(full()), slope: -Math.abs(full()) }))
  const setup = { ...defaultSetup(), stimulus: { kind: 'pieces', segments } }
  assert.deepStrictEqual(fromHash(toHash(setup)), setup)
})

test('a link that is no setup is refused by the name and value of what is wrong', () => {
  const refused = {
    '#a': /"a" has no value/, '#a=1&a=2': /"a" is there twice/, '#a=': /a = "" is not a number/,
    '#a=NaN': /a = "NaN"/, '#a=Infinity': /a = "Infinity"/, '#a=none': /a = "none"/, '#a=0x10': /a = "0x10"/,
    '#a=1e999': /a = "1e999" is too large/, '#a=1,5': /a = "1,5"/, '#v0=cold': /v0 = "cold"/,
    '#form=1999': /form = "1999"/, '#method=magic': /method = "magic"/, '#view=%F0': /not well encoded/,
    '#view=sound': /view = "sound"/, '#I=1e-400': /I = "1e-400" is too small/,
    '#current=pieces&pieces=1': /pieces\[0\] = "1"/, '#compared=rk4:exact': /compared/,
    '#compared=rk4:exact:1:2': /compared/, '#current=loud': /current = "loud"/,
    ['#a=' + '1'.repeat(200000)]: /characters/, '#a=<b>': /a = "<b>"/,
    ['#compared=' + Array(7).fill('rk4:exact:0').join()]: /more than 6/,
  }
  for (const [hash, message] of Object.entries(refused))
    assert.throws(() => fromHash(hash), (error) => error instanceof page.stimulus.TextError && message.test(error.message), hash.slice(0, 40))
})

test('a link with what the page does not know opens with what it knows, and names the rest', () => {
  const read = (hash) => {
    const unknown = []
    return { setup: fromHash(hash, unknown), unknown }
  }
  assert.deepEqual(read('#a=0.05&I=7'), { setup: fromHash('#a=0.05&I=7'), unknown: [] })
  for (const [more, said] of [['colour=red', 'colour = "red"'], ['vr=-60', 'vr = "-60"'], ['__proto__=1', '__proto__ = "1"'], ['%3Cb%3E=1', '<b> = "1"']])
    for (const hash of [`#a=0.05&${more}&I=7`, `#${more}&a=0.05&I=7`])
      assert.deepEqual(read(hash), { setup: fromHash('#a=0.05&I=7'), unknown: [said] })
  const { unknown } = read(`#colour=${'r'.repeat(1000)}&size=3`)
  assert.deepEqual(unknown, [`colour = "${'r'.repeat(40)}…"`, 'size = "3"'])
})

test('what cannot be simulated, or not in time, is refused', () => {
  const { checkSetup } = page.check
  const good = defaultSetup()
  checkSetup(engine, good)
  const fields = (part) => ({ fields: { ...good.fields, ...part } })
  const step = { kind: 'step', base: 0, I: 1, on: 10, off: 20 }
  const noise = { kind: 'noise', mean: 0, sigma: 1, hold: 1, seed: 1 }
  for (const [bad, message] of [
    [fields({ a: NaN }), /\ba\b.*nan/i], [fields({ c: 31 }), /\bc\b/], [fields({ d: Infinity }), /\bd\b.*inf/i],
    [{ initial: { v: NaN, u: 0 } }, /nan/i], [{ dt: -1 }, /dt = -1/], [{ dt: 1e-9 }, /dt = 1e-9/], [{ dt: NaN }, /dt/], [{ dt: 1e6 }, /dt = 1000000/], [{ kick: NaN }, /kick = NaN/],
    [{ speed: 100 }, /speed = 100/], [{ speed: NaN }, /speed/], [{ window: 0 }, /window = 0/], [{ window: 1e9 }, /window/],
    [{ events: 'grid' }, /grid/], [{ method: 'figure1' }, /exact|grid/], [{ stimulus: { ...step, off: 5 } }, /off = 5/],
    [{ stimulus: { ...step, on: -5 } }, /on = -5/], [{ stimulus: { ...noise, hold: 0 } }, /hold = 0/],
    [{ stimulus: { ...noise, sigma: -1 } }, /sigma = -1/], [{ stimulus: { ...noise, seed: 1.5 } }, /seed = 1.5/],
    [{ stimulus: { kind: 'constant', I: NaN } }, /nan/i],
    [{ stimulus: { kind: 'pieces', segments: [{ t: 2, I: 1, slope: 0 }, { t: 1, I: 1, slope: 0 }] } }, /segment/],
    [{ compared: [{ method: 'rk4', events: 'exact', dt: 1e-8 }] }, /rk4 = 1e-8/],
  ])
    assert.throws(() => checkSetup(engine, { ...good, ...bad }), (error) => error instanceof page.engine.IzhError && message.test(error.message), JSON.stringify(bad))
})

// ---- currents ----

const { segmentsOf, currentAt, blockAt } = page.stimulus

test('each kind of current has the values that it says', () => {
  const at = (stimulus, t) => currentAt(segmentsOf(stimulus, 0, 100), t)
  const step = { kind: 'step', base: 1, I: 5, on: 10, off: 20 }
  assert.deepEqual([0, 9.99, 10, 19.99, 20, 99].map((t) => at(step, t)), [1, 1, 5, 5, 1, 1])
  assert.deepEqual([0, 50, 1e6].map((t) => at({ ...step, on: 0, off: Infinity }, t)), [5, 5, 5])
  const ramp = { kind: 'ramp', from: -2, to: 6, on: 10, off: 50 }
  assert.deepEqual([0, 10, 20, 30, 50, 99].map((t) => at(ramp, t)), [-2, -2, 0, 2, 6, 6])
  assert.equal(at({ kind: 'constant', I: 3 }, 17), 3)
  assert.equal(currentAt([{ t: 5, I: 1, slope: 2 }], 4), 0)
  assert.equal(currentAt([{ t: 5, I: 1, slope: 2 }], 7), 5)
})

test('noise is the same for the same seed, of its mean and deviation, and seamless', () => {
  const noise = { kind: 'noise', mean: 3, sigma: 2, hold: 0.7, seed: 5 }
  const values = (of) => segmentsOf(of, 0, 20000).map(({ I }) => I)
  const some = values(noise)
  assert.deepEqual(values(noise), some)
  const other = values({ ...noise, seed: 6 })
  const n = some.length
  const mean = (xs) => xs.reduce((a, b) => a + b) / xs.length
  near(mean(some), 3, 5 * 2 / Math.sqrt(n))
  near(mean(some.map((x) => (x - 3) ** 2)), 4, 0.15)
  near(mean(some.map((x, i) => (x - 3) * (other[i] - 3))), 0, 0.15)
  near(mean(some.slice(1).map((x, i) => (x - 3) * (some[i] - 3))), 0, 0.15)
  near(some.filter((x) => Math.abs(x - 3) < 2).length / n, 0.683, 0.015)
  for (const t of [0, 300, 716.8, 716.79, 5000]) {
    const block = blockAt(noise, t)
    assert.ok(block.from <= t && t < block.to)
    const part = segmentsOf(noise, block.from, block.to)
    assert.equal(currentAt(part, t), currentAt(segmentsOf(noise, 0, t + 1), t))
    near(part.at(-1).t + noise.hold, block.to, 1e-9)
  }
})

test('another kind of current has the very numbers of the old one, or says how much it leaves out', () => {
  const { withKind, piecesLost, MOST_SEGMENTS } = page.stimulus
  for (const I of [15.000000000000002, -1 / 3, 12345.678]) {
    const constant = { kind: 'constant', I }
    assert.equal(withKind('step', constant, 200).I, I)
    assert.equal(withKind('ramp', constant, 200).to, I)
    assert.equal(withKind('noise', constant, 200).mean, I)
    assert.equal(withKind('constant', withKind('step', constant, 200), 200).I, I)
  }
  const noise = { kind: 'noise', mean: 3, sigma: 2, hold: 0.5, seed: 5 }
  assert.equal(piecesLost(noise, 200), 0)
  assert.equal(piecesLost(noise, 2000), 4000 - MOST_SEGMENTS)
  assert.equal(withKind('pieces', noise, 2000).segments.length, MOST_SEGMENTS)
})

test("the presets' currents become kinds that give the same pieces", () => {
  const kinds = new Set()
  for (const { segments } of engine.presets) {
    const stimulus = page.stimulus.stimulusOf(segments)
    kinds.add(stimulus.kind)
    assert.deepEqual(segmentsOf(stimulus, 0, 0), segments)
  }
  assert.ok(kinds.has('step') && kinds.has('pieces'))
})

test('numbers are read as they are written, and nothing else is', () => {
  const { parseNumber, parsePieces, formatNumber } = page.stimulus
  for (const [text, x] of [['1', 1], [' -2.5 ', -2.5], ['+.5e-3', 0.0005], ['3.', 3], ['−4', -4], ['1E3', 1000]])
    assert.equal(parseNumber(text, 'x'), x)
  for (const text of ['', ' ', 'one', '1 2', '--1', '1e', '0x1', 'NaN', 'Infinity', '1_000', '1,5', 'none', '1e400', '.'])
    assert.throws(() => parseNumber(text, 'x'), page.stimulus.TextError, text)
  for (const text of ['1e-400', '-0.1e-999', '2e-324']) assert.throws(() => parseNumber(text, 'x'), /too small/, text)
  for (const text of ['0', '-0.000', '0e-999', '0e5']) assert.ok(parseNumber(text, 'x') === 0)
  assert.equal(parseNumber(formatNumber(Infinity), 'x', true), Infinity)
  for (const [x, text] of [[1e12, '1e12'], [15.000000000000002, '15.000000000000002'], [1000000, '1000000'], [-3e7, '-3e7'],
    [123456789, '123456789'], [1e21, '1e21'], [5e-324, '5e-324'], [0, '0']])
    assert.equal(formatNumber(x), text)
  assert.deepEqual(parsePieces('0,1; 5,2,0.5;'), [{ t: 0, I: 1, slope: 0 }, { t: 5, I: 2, slope: 0.5 }])
  for (const text of ['1', '1,2,3,4', 'a,b', '1,,2', '0,1;'.repeat(3000)])
    assert.throws(() => parsePieces(text), page.stimulus.TextError)
})

// ---- forms ----

test("fields give the presets' parameters to the bit", () => {
  const forms = new Set()
  for (const { params } of engine.presets) {
    const { form, fields } = page.fields.formOf(engine, params)
    forms.add(form)
    assert.deepStrictEqual(page.fields.paramsOf(engine, form, fields), params)
  }
  assert.deepEqual(forms, new Set(page.setup.FORMS))
})

test('a neuron in another form is the same neuron, and comes back as it was', () => {
  const { reformed } = page.convert
  const times = (setup) => {
    const simulation = new page.simulation.Simulation(engine, setup)
    simulation.step(setup.window)
    return simulation.scene().spikes.map(({ t }) => t)
  }
  let converted = 0
  for (const { name } of engine.presets)
    for (const form of page.setup.FORMS) {
      const setup = { ...shown(name, 'exact'), window: 120 }
      const found = reformed(engine, setup, form)
      if (!found) continue
      assert.equal(found.setup.form, form)
      page.check.checkSetup(engine, found.setup)
      const [was, is] = [times(setup), times(found.setup)]
      assert.equal(is.length, was.length, `${name} in ${form}`)
      const { t, v, u } = found.units ?? { t: 1, v: 1, u: 1 }
      is.forEach((time, i) => near(time, t * was[i], 1e-4 * t))
      if (!found.units) continue
      converted++
      assert.ok(t > 0 && v > 0 && u > 0)
      if (setup.form === '2003') assert.deepEqual(written(reformed(engine, found.setup, '2003').setup), written(setup), name)
    }
  assert.ok(converted >= 30, `${converted} conversions`)
})

/** With numbers as a person writes them. */
const written = (setup) => JSON.parse(JSON.stringify(setup, (_, x) => (typeof x === 'number' ? x.toPrecision(10) : x)))

test('RS of 2003 in the 2007 form is that of docs/presets.md, with its start and its current', () => {
  const { setup, units } = page.convert.reformed(engine, defaultSetup(), '2007')
  assert.deepEqual(setup.fields, { C: 100, k: 4, vr: -70, vt: -55, vpeak: 30, a: 0.02, b: 20, c: -65, d: 800 })
  assert.deepEqual([setup.initial, setup.stimulus], [{ v: -65, u: 100 }, { kind: 'constant', I: 1000 }])
  assert.deepEqual([units.t, units.v, units.u, units.uShift], [1, 1, 100, 1400])
})

test('each kind of current keeps its meaning in another form', () => {
  const { reformed } = page.convert
  for (const stimulus of [
    { kind: 'step', base: 1, I: 12, on: 10, off: 60 }, { kind: 'step', base: 1, I: 12, on: 10, off: Infinity },
    { kind: 'ramp', from: 0, to: 20, on: 5, off: 80 }, { kind: 'noise', mean: 8, sigma: 3, hold: 1, seed: 2 },
    { kind: 'pieces', segments: [{ t: 10, I: 3, slope: 0.2 }, { t: 40, I: 20, slope: 0 }] },
  ]) {
    const fields = { ...defaultSetup().fields, b: 0.28 } // without rest: the current is shifted, too
    const setup = { ...defaultSetup(), fields, stimulus }
    const { setup: other, units } = reformed(engine, setup, '2007')
    const at = (one, t) => page.stimulus.currentAt(page.stimulus.segmentsOf(one, 0, 100), t)
    assert.ok(units.IShift !== 0)
    for (const t of [0, 5, 12, 33.3, 61, 90])
      near(at(other.stimulus, t), units.u * at(stimulus, t) + units.IShift, 1e-6)
  }
})

test('a form that cannot say a neuron says so', () => {
  for (const name of ['2007-FS', '2007-LTS', '2004-R']) {
    assert.equal(page.convert.reformed(engine, shown(name, 'exact'), '2003'), null, name)
    assert.equal(page.convert.reformed(engine, shown(name, 'exact'), '2007'), null, name)
  }
})

// ---- regimes ----

const { inputOf, held } = page.input
/** The regime of a neuron under a current that has been held, and that would be at rest soon. */
const regime = (times, now, since = 0, { input = held(since), settling = 30, resolution = 0 } = {}) =>
  page.regime.regimeOf({ times, now, input, settling, resolution }).name
const every = (ms, n, from = 0) => Array.from({ length: n }, (_, i) => from + (i + 1) * ms)

test('spike trains get the names of their regimes', () => {
  const bursts = (n, size, gap) => Array.from({ length: n }, (_, i) => every(4, size, i * gap)).flat()
  assert.equal(regime([], 10), 'undecided')
  assert.equal(regime([], 300), 'quiescent')
  assert.equal(regime([], 300, 280), 'undecided')
  assert.match(regime(every(20, 10), 205), /^tonic spiking/)
  assert.equal(regime([15], 300), 'phasic spiking')
  assert.equal(regime([15, 18, 21, 24], 300), 'phasic bursting')
  assert.match(regime(bursts(6, 4, 80), 430), /^tonic bursting/)
  assert.equal(regime([10, 13, 16, ...every(40, 8, 16)], 340), 'mixed mode')
  assert.doesNotMatch(regime([10, 13, 16, 60], 70), /bursting|mixed/, 'one burst and a spike may become anything')
  assert.match(regime([10, 13, 16, 60, 63], 70), /^tonic bursting/)
  assert.equal(regime([10, 20, 32, 47, 65, 86, 110, 136, 164], 180), 'spike frequency adaptation')
  assert.equal(regime([10, 14, 60, 70, 130, 134, 190, 194, 197, 290, 340, 345, 349, 430], 440).includes('tonic spiking'), false)
})

test('as long as spikes may become more than one regime, it is undecided', () => {
  // Silence of a neuron without a rest, or far from it, is an interval that is not over.
  assert.equal(regime([100], 247, 0, { settling: Infinity }), 'undecided')
  assert.equal(regime([15], 300, 0, { settling: 400 }), 'undecided')
  assert.equal(regime([], 300, 0, { settling: Infinity }), 'undecided')
  assert.equal(regime([], 5000, 0, { settling: Infinity }), 'quiescent')
  // Intervals grow within bursts, and differ little in their middle.
  assert.equal(regime([10, 12, 14.1, 16.3, 18.7, 21.4, 24.6], 25), 'undecided')
  assert.equal(regime([10, 12.31, 14.72, 17.24, 19.89, 22.68], 23), 'undecided')
  assert.equal(regime([10, 12, 14.1, 16.3, 18.7, 21.4, 24.6, 70], 71), 'undecided', 'a leap may end a burst')
  // On a grid of 0.25 ms short intervals are of one length or the next.
  assert.equal(regime([10, 12.25, 14.5, 17], 18, 0, { resolution: 0.25 }), 'undecided')
  assert.equal(regime([10, 40.25, 70.25, 100.5], 101, 0, { resolution: 0.25 }), 'tonic spiking')
})

test('the current is taken into account', () => {
  const step = [{ t: 0, I: 0, slope: 0 }, { t: 20, I: 5, slope: 0 }]
  const pulse = (I, base = 0) => [{ t: 0, I: base, slope: 0 }, { t: 100, I, slope: 0 }, { t: 105, I: base, slope: 0 }]
  const under = (segments, times, now, more = {}) =>
    regime(times, now, 0, { input: inputOf({ segments, noise: false, from: 0, prior: NaN, kicked: -Infinity, now, ...more }) })
  assert.equal(under(step, [30], 200), 'phasic spiking')
  assert.equal(under(pulse(5), [103], 300), 'response to a pulse')
  assert.equal(under(pulse(5), [108], 300), 'response to a pulse')
  assert.equal(under(pulse(-5), [120], 300), 'rebound spike')
  assert.equal(under(pulse(-5), [120, 123, 126], 300), 'rebound burst')
  assert.equal(under(pulse(5), [108, 138, 168, 198], 200), 'tonic spiking', 'a pulse has switched it on')
  const less = [{ t: 0, I: 80, slope: 0 }, { t: 100, I: 75, slope: 0 }]
  assert.equal(under(less, every(40, 5, 100), 310), 'inhibition-induced spiking')
  assert.equal(under(less, [20, 60, ...every(40, 5, 100)], 310), 'tonic spiking', 'it fired before, too')
  assert.equal(under(step, [10, 30, ...every(30, 4, 20)], 145, { prior: 9, from: 50 }), 'tonic spiking')
  assert.equal(under(step, [10, 30, ...every(30, 4, 20)], 145, { prior: 9, from: 130 }), 'undecided', 'what was before the change does not count')
  assert.equal(under(step, [60], 300, { prior: 9, from: 50 }), 'spiking that ended', 'the last spike of more current')
  assert.equal(under([{ t: 0, I: 0, slope: 0 }], [103], 300, { kicked: 100 }), 'response to a kick')
  // A current that does not stand still: a ramp, and a sine drawn in pieces.
  const sine = Array.from({ length: 100 }, (_, i) => ({ t: 4 * i, I: 10 + 10 * Math.sin(i / 8), slope: (10 * Math.cos(i / 8)) / 32 }))
  for (const segments of [[{ t: 0, I: 0, slope: 0.1 }], sine, sine.map((one) => ({ ...one, slope: 0 }))])
    for (let now = 51; now < 390; now += 9)
      assert.match(under(segments, every(30, 20).filter((t) => t <= now), now), /^(undecided|driven spiking)$/)
  assert.equal(under([{ t: 0, I: 9, slope: 0 }], every(20, 20), 400, { noise: true }), 'driven spiking')
})

/** What each preset may be called while it runs, exactly and as published, beside "undecided". */
const REGIMES = {
  '2003-RS': /tonic spiking/, '2003-IB': /mixed mode/, '2003-CH': /tonic bursting \(chattering\)/, '2003-FS': /tonic spiking/,
  '2003-TC': /tonic spiking/, '2003-TC-burst': /rebound burst/, '2003-RZ': /response to a pulse/, '2003-LTS': /tonic spiking/,
  '2004-A': /tonic spiking/, '2004-B': /phasic spiking/, '2004-C': /tonic bursting \(chattering\)/, '2004-D': /phasic bursting/,
  '2004-E': /mixed mode/, '2004-F': /spike frequency adaptation/, '2004-G': /driven spiking/, '2004-H': /driven spiking/,
  '2004-I': /response to a pulse/, '2004-J': /response to a pulse/, '2004-K': /quiescent|response to 2 pulses/,
  '2004-L': /response to/, '2004-M': /rebound spike/, '2004-N': /rebound burst/, '2004-O': /quiescent|response to 2 pulses/,
  '2004-P': /tonic spiking|quiescent/, '2004-Q': /tonic spiking|response to a pulse/, '2004-R': /quiescent/,
  '2004-S': /inhibition-induced spiking|spiking that ended|quiescent/, '2004-T': /inhibition-induced (bursting|spiking)|quiescent/,
  '2007-RS': /tonic spiking/, '2007-IB': /tonic spiking/, '2007-CH': /tonic bursting( \(chattering\))?/, '2007-LTS': /tonic spiking/,
  '2007-FS': /tonic spiking/, '2007-LS-soma': /tonic spiking/, '2007-TC': /tonic spiking/, '2007-RTN': /tonic spiking/,
  'report-RS': /quiescent|tonic spiking/,
}
/** Undecided to the end of their publication's time: too few spikes, or too little silence, for a name. */
const SHORT = ['2003-RZ', '2004-L', '2004-Q', '2007-RS', '2007-IB', '2007-FS']

test("no preset has a wrong name at any time, and each gets its figure's", () => {
  assert.deepEqual(Object.keys(REGIMES).sort(), engine.presets.map(({ name }) => name).sort())
  for (const [name, right] of Object.entries(REGIMES))
    for (const flavour of page.presets.FLAVOURS) {
      const simulation = new page.simulation.Simulation(engine, shown(name, flavour))
      const end = page.presets.endOf(preset(name), flavour)
      const seen = new Set()
      for (; simulation.now < end && !simulation.trouble; simulation.step(1)) seen.add(simulation.regime().name)
      seen.delete('undecided')
      for (const one of seen) assert.match(one, new RegExp(`^(${right.source})$`), `${name}, ${flavour}`)
      if (flavour === 'exact' && !SHORT.includes(name)) assert.ok(seen.size > 0, `${name} is never decided`)
    }
})

test('2007-RS between its first two spikes, the first bursts, and a drawn sine have no name yet', () => {
  const at = (name, ms) => {
    const simulation = new page.simulation.Simulation(engine, shown(name, 'exact'))
    simulation.step(ms)
    return simulation.regime().name
  }
  for (const ms of [160, 200, 247]) assert.equal(at('2007-RS', ms), 'undecided')
  for (const [name, ms] of [['2003-CH', 30], ['2003-TC-burst', 75], ['2004-D', 60], ['2004-E', 26], ['2004-N', 80]])
    assert.equal(at(name, ms), 'undecided', name)
})

// ---- errors of spike times ----

test('spikes are paired by number, and errors are those of the pairs', () => {
  const { match } = page.errors
  const { pairs, missed, extra, last, worst } = match([10, 20, 30], [10.5, 19, 30.25, 40])
  assert.deepEqual(pairs, [{ k: 0, t: 10, error: 0.5 }, { k: 1, t: 20, error: -1 }, { k: 2, t: 30, error: 0.25 }])
  assert.deepEqual([missed, extra, last, worst], [0, 1, 0.25, -1])
  assert.deepEqual(match([1, 2], []), { pairs: [], missed: 2, extra: 0, last: null, worst: null })
  assert.deepEqual(match([], []), { pairs: [], missed: 0, extra: 0, last: null, worst: null })
})

test('a comma that a person types is a decimal point, unless it may be thousands', () => {
  const { typedNumber } = page.stimulus
  for (const [text, value] of [['0,02', 0.02], ['-65,5', -65.5], [',5', 0.5], ['−1,25e-3', -1.25e-3], ['0,125', 0.125], ['1.5', 1.5], ['1234,567', 1234.567]])
    assert.equal(typedNumber(text, 'a'), value, text)
  assert.throws(() => typedNumber('1,000', 'a'), /may be 1000 or 1\.000/)
  for (const text of ['1,2,3', '1,2.3', ',', '1,']) assert.throws(() => typedNumber(text, 'a'), /not a number/, text)
  assert.throws(() => page.stimulus.parseNumber('0,02', 'a'), /not a number/, 'a link has points')
})

// ---- the phase plane ----

const { rates, nameOf } = page.dynamics
const fixedPoints = (p, I) => page.dynamics.fixedPoints(engine, p, I)
/** The eigenvalues; the larger of two real ones comes first. */
const eigenvaluesOf = ({ re, im }) => [1, 0].map((i) => ({ re: re[i], im: im[i] }))
const rs = (b = 0.2) => engine.params2003(0.02, b, -65, 8)

test('no current is too large for fixed points, and no nullcline is at infinity', () => {
  for (const I of [1e308, -1e308])
    assert.ok(fixedPoints(rs(), I).length <= 2)
  const leakless = { ...rs(), r: 0, b_hi: -1, b3: 0 }
  assert.deepEqual(page.dynamics.uprightNullclines(leakless), [leakless.vb])
})

test('fixed points of the 2003 form are those of its quadratic', () => {
  for (const b of [0.1, 0.2, 0.25, -0.1])
    for (const I of [-20, -5, 0, 2, 3.9]) {
      const square = (5 - b) ** 2 - 0.16 * (140 + I)
      const expected = square < 0 ? [] : [-1, 1].map((sign) => (-(5 - b) + sign * Math.sqrt(square)) / 0.08)
      const found = fixedPoints(rs(b), I)
      assert.equal(found.length, expected.length)
      found.forEach(({ v, u }, i) => {
        near(v, expected[i], 1e-11)
        near(u, b * expected[i], 1e-11)
      })
    }
  assert.deepEqual(fixedPoints(rs(), 0).map(nameOf), ['stable node', 'saddle'])
  near(fixedPoints(rs(), 0)[0].v, -70, 1e-11)
  assert.deepEqual(fixedPoints(rs(), 5), [])
  // Beyond the Andronov-Hopf point the left one is a focus that repels: 0.08 v + 5 > a.
  assert.deepEqual(fixedPoints(engine.params2003(0.02, 0.25, -65, 2), 0.2).map(nameOf), ['stable focus', 'saddle'])
  assert.deepEqual(fixedPoints(engine.params2003(0.01, 0.26, -65, 2), 0.0625).map(nameOf), ['unstable focus', 'saddle'])
})

test('an exact fold, and one but for rounding, is one point with an eigenvalue of 0', () => {
  // The nullclines touch where (5 - b)^2 = 0.16 (140 + I); at v = -(5 - b)/0.08 the other eigenvalue is b - a.
  for (const b of [0.2, 0.25, -0.1, 0.3, 1 / 3])
    for (const off of [0, 1e-15, -1e-15]) {
      const I = ((5 - b) ** 2 / 0.16 - 140) * (1 + off)
      const points = fixedPoints(rs(b), I)
      assert.equal(points.length, 1, `b = ${b}: ${points.map(nameOf)}`)
      assert.equal(nameOf(points[0]), 'fold (saddle-node)')
      assert.equal(points[0].stable, false)
      near(points[0].v, -(5 - b) / 0.08, 1e-11 * 70)
      const [first, second] = eigenvaluesOf(points[0])
      assert.deepEqual([first.im, second.im], [0, 0])
      assert.equal(b > 0.02 ? second.re : first.re, 0)
      near(b > 0.02 ? first.re : second.re, b - 0.02, 1e-9)
    }
  assert.equal(fixedPoints(rs(), 4)[0].v, -60)
  for (const I of [4 - 1e-9, 3.999]) assert.deepEqual(fixedPoints(rs(), I).map(nameOf), ['unstable node', 'saddle'])
  assert.deepEqual(fixedPoints(rs(), 4 + 1e-9), [])
  // In the 2007 form k (v - vr)(v - vt) + I = b (v - vr) touches where b + k (vt - vr) squared is 4 k I.
  const [C, k, vr, vt, b] = [100, 0.7, -60, -40, -2]
  const [fold, ...rest] = fixedPoints(engine.params2007(C, k, vr, vt, 35, 0.03, b, -50, 100), (b + k * (vt - vr)) ** 2 / (4 * k))
  assert.deepEqual([nameOf(fold), rest.length], ['fold (saddle-node)', 0])
  near(fold.v, vr + (b + k * (vt - vr)) / (2 * k), 1e-9)
})

test('an equilibrium that turns from one kind to the next is named with a tolerance', () => {
  // At the Andronov-Hopf point 0.08 v + 5 = a: the trace cancels but for rounding.
  const [a, b] = [0.02, 0.25]
  const v = (a - 5) / 0.08
  const I = b * v - (0.04 * v * v + 5 * v + 140)
  const [point] = fixedPoints(engine.params2003(a, b, -65, 8), I)
  near(point.v, v, 1e-9)
  assert.equal(nameOf(point), 'Hopf point')
  assert.equal(eigenvaluesOf(point)[0].re, 0)
})

test('how long a neuron takes to come to rest', () => {
  const settlingTime = (p, I) => page.dynamics.settlingTime(fixedPoints(p, I))
  assert.equal(settlingTime(rs(), 10), Infinity)
  // Of RS without current the eigenvalues solve x^2 + 0.62 x + 0.016 = 0.
  near(settlingTime(rs(), 0), 2 / (0.31 - Math.sqrt(0.31 ** 2 - 0.016)), 1e-6)
})

test('fixed points of the 2007 form at no current are vr, and vt + b/k', () => {
  const [one, two, ...rest] = fixedPoints(engine.params2007(100, 0.7, -60, -40, 35, 0.03, -2, -50, 100), 0)
  near(one.v, -60, 1e-11)
  near(one.u, 0, 1e-9)
  near(two.v, -40 - 2 / 0.7, 1e-11)
  assert.deepEqual([one, two].map(nameOf), ['stable node', 'saddle'])
  assert.equal(rest.length, 0)
})

test('at the fixed points of every preset nothing moves, the eigenvalues are right, and none is missed', () => {
  for (const { name, params: p, segments } of engine.presets)
    for (const I of new Set([0, ...segments.map((one) => one.I)])) {
      const points = fixedPoints(p, I)
      const size = Math.abs(p.k0) + Math.abs(I) + 1
      for (const point of points) {
        if (Math.abs(point.v - p.vb) < 1e-5) continue // on the kink of U there are two slopes
        const { v, u } = rates(p, I, point)
        near(v * p.cm, 0, 1e-9 * size)
        near(u, 0, 1e-9 * size)
        const h = 1e-6
        const slope = (dv, du) => {
          const [from, to] = [-1, 1].map((s) => rates(p, I, { v: point.v + s * dv, u: point.u + s * du }))
          return [(to.v - from.v) / (2 * (dv + du)), (to.u - from.u) / (2 * (dv + du))]
        }
        const [[vv, uv], [vu, uu]] = [slope(h, 0), slope(0, h)]
        const [first, second] = eigenvaluesOf(point)
        near(first.re + second.re, vv + uu, 1e-6 * (1 + Math.abs(vv)))
        near(first.re * second.re - first.im * second.im, vv * uu - vu * uv, 1e-6 * (1 + Math.abs(vv)))
        assert.equal(point.stable, first.re < 0 && second.re < 0, `${name} ${I}`)
      }
      if (p.r !== 0) assert.equal(points.length, crossings(p, I), `${name} at ${I}`)
    }
})

/** How often the nullclines cross below the peak, looked for step by step. */
function crossings(p, I) {
  let [count, last] = [0, NaN]
  for (let v = -200.0123; v < 200; v += 0.001) {
    const u = page.dynamics.voltageNullcline(p, I, v)
    if (v >= p.vpeak + p.vpeak_u * u) continue
    const now = Math.sign(u - page.dynamics.recoveryNullcline(p, v))
    if (now * last < 0) count++
    last = now
  }
  return count
}

// ---- undo ----

test('undo and redo: a drag is one entry, and how the page looks is none', () => {
  const { History } = page.history
  const start = defaultSetup()
  const withA = (a) => ({ ...start, fields: { ...start.fields, a } })
  const history = new History(start)
  for (const a of [0.03, 0.04, 0.05]) history.push(withA(a), 'slider a')
  history.endGesture()
  history.push(withA(0.06), 'slider a')
  history.push({ ...withA(0.06), view: 'phase' }, null)
  assert.equal(history.undo().fields.a, 0.05)
  assert.equal(history.undo().fields.a, 0.02)
  assert.equal(history.undo(), null)
  assert.equal(history.redo().fields.a, 0.05)
  const last = history.redo()
  assert.equal(last.fields.a, 0.06)
  assert.equal(last.view, 'phase')
  assert.equal(history.redo(), null)
  history.undo()
  history.push(withA(0.1), null)
  assert.equal(history.canRedo, false)
})

// ---- time ----

const { Simulation } = page.simulation
const spikesOf = (simulation) => simulation.scene().spikes.map(({ t }) => t)

test('both flavours of every preset end with the spikes of the library, however time is cut', () => {
  for (const one of engine.presets)
    for (const flavour of page.presets.FLAVOURS) {
      const setup = shown(one.name, flavour)
      const end = page.presets.endOf(one, flavour)
      const neuron = new page.engine.Neuron(engine, { params: one.params, initial: one.initial, method: setup.method, events: setup.events, dt: setup.dt })
      neuron.setStimulus(one.segments)
      let ended = false
      try {
        neuron.run(end)
      } catch {
        ended = true
      }
      const times = neuron.takeSpikes().map(({ t }) => t)
      const simulation = new Simulation(engine, setup)
      simulation.setMark(end)
      while (simulation.now < end && !simulation.trouble) simulation.step(end / 7.3)
      assert.equal(simulation.trouble !== null, ended, one.name)
      assert.deepEqual(spikesOf(simulation).filter((t) => t <= end).slice(-20000), times.slice(-20000), `${one.name} ${flavour}`)
      if (!ended) assert.equal(simulation.spikesAtMark(), times.length, `${one.name} ${flavour}`)
      if (ended) assert.deepEqual(simulation.state, neuron.state)
      neuron.destroy()
    }
})

test('a change acts from now on, and nothing else does', () => {
  const simulation = new Simulation(engine, defaultSetup())
  const same = new Simulation(engine, defaultSetup())
  for (const one of [simulation, same]) one.step(100)
  assert.deepEqual(simulation.state, same.state)
  const before = simulation.state
  const setup = { ...defaultSetup(), stimulus: { kind: 'constant', I: 20 } }
  simulation.adopt(setup)
  assert.deepEqual(simulation.state, before)
  assert.equal(simulation.changedAt, 100)
  for (const one of [simulation, same]) one.step(200)
  assert.ok(spikesOf(simulation).length > spikesOf(same).length)
  simulation.reset()
  assert.deepEqual([simulation.now, simulation.spikeCount, simulation.state], [0, 0, setup.initial])
})

test('another method goes on from the same state', () => {
  for (const { name: method, events } of page.methods.METHODS) {
    const simulation = new Simulation(engine, defaultSetup())
    simulation.step(50)
    const { now, state } = simulation
    simulation.adopt({ ...defaultSetup(), method, events: events.at(-1) })
    assert.deepEqual([simulation.now, simulation.state], [now, state], method)
    simulation.step(30)
    near(simulation.now, 80, 1)
    assert.equal(simulation.trouble, null)
  }
})

test('a solution that ends stops the run with the words of the library, and a change mends it', () => {
  const setup = { ...defaultSetup(), fields: { a: 0.02, b: 0.2, c: -65, d: -1e6 } }
  const simulation = new Simulation(engine, setup)
  simulation.running = true
  simulation.step(1000)
  assert.match(simulation.trouble ?? '', /ms/)
  assert.equal(simulation.running, false)
  simulation.reset()
  simulation.adopt(defaultSetup())
  simulation.step(100)
  assert.equal(simulation.trouble, null)
  assert.ok(simulation.spikeCount > 1)
})

test('a slow method after a quick one, with a minute to a frame, keeps the frame short', () => {
  const simulation = new Simulation(engine, { ...defaultSetup(), speed: 10 })
  simulation.running = true
  for (let i = 0; i < 50; i++) simulation.frame(100)
  simulation.adopt({ ...defaultSetup(), speed: 10, method: 'pinn' })
  const begun = performance.now()
  simulation.frame(100)
  assert.ok(performance.now() - begun < 250, `${performance.now() - begun} ms`)
})

test('a form with other units begins anew', () => {
  const simulation = new Simulation(engine, defaultSetup())
  simulation.step(100)
  const { setup } = page.convert.reformed(engine, defaultSetup(), '2007')
  simulation.adopt(setup)
  assert.deepEqual([simulation.now, simulation.state], [0, setup.initial])
  simulation.step(100)
  simulation.adopt({ ...setup, form: 'general', fields: { ...page.fields.paramsOf(engine, '2007', setup.fields) } })
  assert.equal(simulation.now, 100, 'the same units go on')
})

test('the preview is what comes', () => {
  for (const [method, events] of [['taylor', 'exact'], ['rk4', 'exact'], ['published-2003', 'grid']]) {
    const setup = { ...defaultSetup(), method, events, window: 400 }
    const simulation = new Simulation(engine, setup)
    simulation.step(100)
    for (let i = 0; i < 1000 && (simulation.scene().preview?.t.at(-1) ?? 0) < 195; i++) simulation.frame(16)
    const { preview } = simulation.scene()
    const at = (trace, t) => trace.v[trace.t.findLastIndex((one) => one <= t)]
    const foreseen = [110, 130, 160, 190].map((t) => at(preview, t))
    simulation.step(100)
    const { trace } = simulation.scene()
    ;[110, 130, 160, 190].forEach((t, i) => near(at(trace, t), foreseen[i], 1e-6))
  }
})

test('an upstroke has samples enough to be smooth, in the trace and in the preview', () => {
  for (const [method, events] of [['taylor', 'exact'], ['rk4', 'exact'], ['euler', 'grid']])
    for (const window of [10, 200, 1000]) {
      const setup = { ...defaultSetup(), method, events, window }
      const simulation = new Simulation(engine, setup)
      const steepest = ({ t, v }) => Math.max(...Array.from(t, (time, i) =>
        i > 0 && time > t[i - 1] && Math.max(v[i], v[i - 1]) < 30 ? Math.abs(v[i] - v[i - 1]) : 0))
      simulation.step(3) // the first spike comes in the fourth millisecond
      for (let i = 0; i < 1000 && (simulation.scene().preview?.t.at(-1) ?? 0) < 3 + window / 4.1; i++) simulation.frame(16)
      const { preview } = simulation.scene()
      assert.ok(preview.v.includes(simulation.scene().params.vpeak) || method === 'euler' || window === 10)
      simulation.step(40)
      // 95 mV are 300 pixels: no straight piece is longer than 20 of them, and at 1 ms and more there is no stair.
      for (const trace of [preview, simulation.scene().trace])
        assert.ok(steepest(trace) < 6.5, `${method}, ${window} ms: ${steepest(trace)} mV in one piece`)
      assert.ok(simulation.scene().trace.t.length < 6000)
    }
})

test('many spikes in a long window have room in the trace', () => {
  const simulation = new Simulation(engine, { ...defaultSetup(), fields: { a: 0.1, b: 0.2, c: -65, d: 2 }, stimulus: { kind: 'constant', I: 100 }, window: 10000 })
  simulation.step(11000)
  const { trace, now, spikeCount } = simulation.scene()
  assert.ok(spikeCount > 3000)
  near(trace.t[0], now - 10000, 10)
})

test('the trace is in the order of time, with the peak and the reset of each spike', () => {
  for (const [method, events] of [['taylor', 'exact'], ['figure1', 'grid'], ['carlsim-euler', 'grid'], ['euler', 'grid']]) {
    const simulation = new Simulation(engine, { ...defaultSetup(), method, events })
    for (let i = 0; i < 40; i++) simulation.step(4.9)
    const { trace, spikes } = simulation.scene()
    assert.ok(spikes.length >= 4)
    for (let i = 1; i < trace.t.length; i++) assert.ok(trace.t[i] >= trace.t[i - 1], `${method} at ${trace.t[i]}`)
    for (const { before, after } of spikes) {
      const peak = trace.v.findIndex((v, i) => v === before.v && trace.u[i] === before.u)
      assert.ok(peak >= 0 && trace.v[peak + 1] === after.v, method)
    }
  }
})

test('noise goes on across its blocks as one stimulus', () => {
  const stimulus = { kind: 'noise', mean: 5, sigma: 8, hold: 0.05, seed: 3 }
  for (const [method, events] of [['taylor', 'exact'], ['rk4', 'exact'], ['euler', 'grid'], ['figure1', 'grid']]) {
    const setup = { ...defaultSetup(), stimulus, method, events }
    const whole = new page.engine.Neuron(engine, { params: rs(), initial: setup.initial, method, events })
    whole.setStimulus(segmentsOf(stimulus, 0, 400))
    whole.run(300)
    const simulation = new Simulation(engine, setup)
    for (let i = 0; i < 30; i++) simulation.step(10)
    const times = whole.takeSpikes().map(({ t }) => t)
    assert.ok(times.length > 3)
    assert.deepEqual(spikesOf(simulation), times, method)
    assert.deepEqual(simulation.state, whole.state, method)
    whole.destroy()
  }
})

// ---- views ----

test('a curve has the corners that are seen, and no others', () => {
  const { curve, Scale } = page.plot
  const drawn = (xs, ys) => {
    const path = []
    const pen = { moveTo: (x, y) => path.push(['M', x, y]), lineTo: (x, y) => path.push(['L', x, y]) }
    curve(pen, Float64Array.from(xs), Float64Array.from(ys), new Scale(0, 1, 0, 1), new Scale(0, 1, 0, 1))
    return path
  }
  const count = Array.from({ length: 401 }, (_, i) => i)
  assert.deepEqual(drawn(count, count.map((i) => 3 + 2 * i)), [['M', 0, 3], ['L', 400, 803]])
  assert.deepEqual(drawn([0, 1, 2, 2, 3], [0, 0, 90, 5, 5]), [['M', 0, 0], ['L', 1, 0], ['L', 2, 90], ['L', 2, 5], ['L', 3, 5]])
  // A column that goes up and comes down again has both extremes, in their order, and none twice.
  assert.deepEqual(drawn([0, 1, 1.1, 1.2, 2], [0, 3, 90, -7, 5]), [['M', 0, 0], ['L', 1, 3], ['L', 1.2, 90], ['L', 1.2, -7], ['L', 2, 5]])
  assert.deepEqual(drawn([0, 1, 2, 3, 4], [1, 1, NaN, 2, 2]), [['M', 0, 1], ['L', 1, 1], ['M', 3, 2], ['L', 4, 2]])
  assert.deepEqual(drawn([], []), [])
  assert.deepEqual(drawn([1, 2], [NaN, NaN]), [])
  const wave = (i) => 100 * Math.sin(i / 30)
  const path = drawn(count, count.map(wave))
  assert.ok(path.length < 200, `${path.length} corners`)
  for (const i of count) {
    const k = Math.max(1, path.findIndex(([, x]) => x >= i))
    const [[, x0, y0], [, x1, y1]] = [path[k - 1], path[k]]
    near(y0 + ((i - x0) / (x1 - x0)) * (y1 - y0), wave(i), 0.25)
  }
})

test('the rate is that of all spikes, also of those that are no longer known', () => {
  const { statistics } = page.raster
  const spikes = Array.from({ length: 100 }, (_, i) => ({ t: 9000 + 10 * i }))
  const { count, rate, mean, cv } = statistics({ spikes, spikeCount: 1000, now: 10000 })
  assert.deepEqual([count, rate, mean, cv], [1000, 100, 10, 0])
})

test('a spike flashes for a while when the neuron runs, and never when it stands still', () => {
  const flash = new page.activity.Flash()
  const scene = { spikes: [], running: true }
  const spike = { ...scene, spikes: [{ t: 12 }] }
  assert.equal(flash.at(scene, 16), 0)
  assert.equal(flash.at(spike, 16), 1)
  const later = flash.at(spike, 16)
  assert.ok(later > 0.5 && later < 1)
  assert.equal(flash.at({ ...spike, running: false }, 16), 0)
  assert.equal(flash.at({ ...spike, running: true }, 16), 0)
  assert.equal(flash.at({ spikes: [{ t: 3 }], running: true }, 16), 0, 'after a reset time begins anew')
  assert.equal(flash.at({ spikes: [{ t: 3 }, { t: 8 }], running: true }, 16), 1)
})

test('at any rate pulses run down the axon, one by one, and can be told apart', () => {
  const { pulses, spikesPerPulse, underway } = page.activity
  for (const rate of [10, 100, 329, 331, 400, 500, 1000, 5000, 100000]) {
    const all = Array.from({ length: Math.min(rate, 20000) }, (_, i) => ({ t: 1000 - (1000 * i) / rate })).reverse()
    const scene = { spikes: all, spikeCount: 12345 + all.length, now: 1000 }
    const at = pulses(scene)
    assert.ok(at.length > 0 && at.length <= 28, `${rate}/s: ${at.length}`)
    const gaps = at.slice(1).map((one, i) => at[i] - one)
    for (const gap of gaps) assert.ok(gap > 0.043, `${rate}/s: pulses ${gap} apart`)
    if (rate > 20) {
      assert.ok(Math.max(...at) > 1 && Math.min(...at) < 0.9, `${rate}/s: from ${Math.min(...at)} to ${Math.max(...at)}`)
      assert.ok(Math.max(...gaps) < 1, `${rate}/s`)
    }
    if (rate <= 350) assert.equal(spikesPerPulse(scene), 1)
    if (rate <= 5000) assert.equal(underway(scene), all.filter(({ t }) => t >= 940).length)
    // The next spike moves no pulse.
    const later = { spikes: [...all, { t: 1000.001 }], spikeCount: scene.spikeCount + 1, now: 1000.001 }
    const moved = pulses(later).filter((one) => one > 0.01 && one < 1.2)
    for (const one of moved) assert.ok(at.some((old) => Math.abs(old - one) < 1e-3), `${rate}/s`)
  }
})

// ---- export ----

test('CSV has every double in full, and its units', () => {
  const simulation = new Simulation(engine, defaultSetup())
  simulation.step(150)
  const scene = simulation.scene()
  const [head, ...rows] = page.export.traceCsv(scene).trimEnd().split('\n')
  assert.equal(head, 't (ms),v (mV),u (mV/ms),I (mV/ms)')
  assert.deepEqual(rows.map((row) => row.split(',').map(Number)),
    Array.from(scene.trace.t, (t, i) => [t, scene.trace.v[i], scene.trace.u[i], scene.trace.I[i]]))
  const spikes = page.export.spikesCsv(scene).trimEnd().split('\n').slice(1)
  assert.deepEqual(spikes.map((row) => row.split(',').map(Number)),
    scene.spikes.map(({ t, before, after }) => [t, before.v, before.u, after.v, after.u]))
})

// ---- words ----

/** All texts in quotes of the page's sources, but for src/texts.ts. */
function literals() {
  const { transformSync } = load('esbuild')
  const regex = /(?<=[(=,:?!&|;]\s*)\/(?![/*])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g
  return readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.ts') && name !== 'texts.ts').flatMap((name) => {
    const { code } = transformSync(readFileSync(join(source, name), 'utf8'), { loader: 'ts', supported: { 'template-literal': false } })
    const found = code.replace(regex, '0').matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g)
    return [...found].map(([text]) => [name, text.slice(1, -1)])
  })
}

/** Names of code, and one that only the author of a fault sees. */
const NO_WORDS = ['stable node', 'stable focus', 'unstable node', 'unstable focus', 'tools sweep', 'the last size fits always']

test('what the page says is in texts.ts alone: no sentence stands in its other sources, no word in index.html', () => {
  const all = literals()
  assert.ok(all.length > 1000 && all.some(([, text]) => text === 'stable focus'), `${all.length}`)
  const said = all.filter(([, text]) => /\p{L}{2,}[,;:.]? \p{L}{2,}/u.test(text) && !/[<>=#[\]{}()←]|\dpx |sans-serif|\.concat/.test(text) && !NO_WORDS.includes(text))
  assert.deepEqual(said, [])
  const html = readFileSync(join(source, '../index.html'), 'utf8').replace(/<script>[^]*?<\/script>|<!--[^]*?-->/g, '')
  const bare = html.replace(/\{\{[\w.]+\}\}/g, '').replace(/<(var|kbd)>[^<]*<\/\1>/g, '')
  assert.deepEqual([...bare.matchAll(/>([^<]*\p{L}[^<]*)</gu)].map(([, text]) => text.trim()).filter((text) => !['ms', 'mV'].includes(text)), [])
  assert.deepEqual([...bare.matchAll(/ (?:title|alt|placeholder|aria-label)="([^"]*\p{L}[^"]*)"/gu)].map(([, text]) => text), [])
})

test('a text has values for its names, a count has its plural, and what a run ended by is said in words', () => {
  const { say, plural, stopText, TEXTS } = page.texts
  assert.equal(say('{a} and {b}, {a}', { a: 1, b: 'x' }), '1 and x, 1')
  assert.equal(plural(1, { one: '{n} spike', other: '{n} spikes' }), '1 spike')
  assert.equal(plural(0, { one: '{n} spike', other: '{n} spikes' }), '0 spikes')
  assert.equal(stopText('IZH_E_TOLERANCE', 'it is so'), `${TEXTS.stopped.IZH_E_TOLERANCE} libizh: it is so`)
  assert.equal(stopText('IZH_E_OTHER', 'it is so'), 'it is so')
  for (const text of Object.values(TEXTS.regimes).flatMap(({ name, meaning }) => [name, meaning])) assert.ok(text.length > 4)
})

// ---- the library in the page ----

test('what is compressed in any way is inflated, and what is damaged is refused', () => {
  const some = doubles(3)
  const bytes = Buffer.concat([
    Buffer.alloc(70000, 'again and again '), Buffer.from(Float64Array.from({ length: 9000 }, () => some.next().value).buffer), readFileSync(join(built, 'viewer.html')),
  ])
  const ways = [{ level: 0 }, { level: 1 }, { level: 9 }, ...['Z_FIXED', 'Z_HUFFMAN_ONLY', 'Z_RLE'].map((name) => ({ strategy: constants[name] }))]
  for (const of of [bytes, Buffer.alloc(0), Buffer.from('x')])
    for (const way of ways) assert.ok(of.equals(page.inflate.inflated(gzipSync(of, way))), JSON.stringify(way))
  const whole = gzipSync(bytes, { level: 9 })
  const trailer = (length) => {
    const other = Buffer.from(whole)
    other.writeUInt32LE(length, other.length - 4)
    return other
  }
  const cut = Buffer.concat([whole.subarray(0, whole.length / 2), whole.subarray(whole.length - 8)])
  for (const wrong of [whole.subarray(0, whole.length - 1), cut, whole.subarray(0, 12), whole.subarray(1), Buffer.alloc(0), Buffer.alloc(64)])
    assert.throws(() => page.inflate.inflated(wrong), /damaged/)
  for (const length of [0, bytes.length - 1, bytes.length + 1, 2 ** 32 - 1])
    assert.throws(() => page.inflate.inflated(trailer(length)), /damaged/, String(length))
})

// ---- two neurons, and many ----

const { pairPreset, PAIR_PRESETS, couplingFault } = page.coupling
const paired = (name, more = {}) => ({ ...defaultSetup(), ...pairPreset(name), view: 'pair', ...more })

test('what couples comes back from its link, and is not in that of a neuron', () => {
  assert.doesNotMatch(toHash(defaultSetup()), /g12|delay|wE|draw|pace|span/)
  const some = doubles(11)
  const next = () => some.next().value
  for (let i = 0; i < 50; i++) {
    const setup = {
      ...defaultSetup(), view: 'network', pace: next(), pair: { g12: next(), g21: next(), delay: next(), tau: next(), dI: next(), dv: next() },
      network: { wE: next(), wI: next(), noiseE: next(), noiseI: next(), draw: next(), span: next() },
    }
    assert.deepStrictEqual(fromHash(toHash(setup)), setup)
  }
  for (const name of PAIR_PRESETS) assert.deepStrictEqual(fromHash(toHash(paired(name))), paired(name))
})

test('what cannot be coupled is refused by its name and value', () => {
  const check = (part) => () => page.check.checkSetup(engine, { ...defaultSetup(), ...part })
  const pair = (part) => check({ view: 'pair', pair: { ...defaultSetup().pair, ...part } })
  const network = (part) => check({ network: { ...defaultSetup().network, ...part } })
  pair({ delay: 0, g12: 999, tau: 0.1 })()
  pair({ delay: 12.3 })()
  for (const [wrong, words] of [
    [pair({ delay: 1.05 }), /delay = 1.05 must be a multiple of 0.1 ms/], [pair({ delay: -1 }), /delay = -1/], [pair({ g12: 1001 }), /g12 = 1001/],
    [pair({ g21: 1e-9 }), /weight.*1e-09/], [pair({ tau: 0 }), /tau = 0/], [pair({ dI: NaN }), /dI = NaN/], [pair({ dv: 1e200 }), /1e\+200/],
    [network({ wE: -1 }), /wE = -1/], [network({ wI: 2000 }), /wI = 2000/], [network({ noiseI: NaN }), /noiseI = NaN/], [network({ draw: 1.5 }), /draw = 1.5/],
    [network({ span: 1 }), /span = 1 must/], [check({ pace: 11 }), /pace = 11/],
  ])
    assert.throws(wrong, words)
})

test('the phase of a spike is its share of the other neuron’s cycle', () => {
  const { phasesOf, circular } = page.phases
  assert.deepEqual(phasesOf([10, 20, 40], [5, 10, 12, 30, 40, 41]), [
    { t: 10, phase: 0, lag: 0, cycle: 10 }, { t: 12, phase: 0.2, lag: 2, cycle: 10 }, { t: 30, phase: 0.5, lag: 10, cycle: 20 },
  ])
  assert.deepEqual(phasesOf([], [1, 2]), [])
  assert.deepEqual(phasesOf([1, 2], []), [])
  const { mean, unity } = circular([0.95, 0.05, 0.98, 0.02])
  near(mean, 0, 1e-12)
  assert.ok(unity > 0.97 && unity < 1)
  near(circular([0, 0.5]).unity, 0, 1e-12)
  for (const [phase, shown] of [[0, 0], [0.5, 0.5], [0.98, -0.02], [-0.5, 0.5], [0.75, -0.25], [1.2, 0.2]]) near(page.phases.turned(phase), shown, 1e-12)
})

test('each pair of the list does what it is called', () => {
  const { regimes } = page.texts.TEXTS.pair
  const expected = {
    synchrony: regimes.inStep, turns: regimes.inTurns, excitation: regimes.inStep, uncoupled: regimes.drifting, halfCentre: regimes.bouts,
    winner: regimes.alone,
  }
  for (const name of PAIR_PRESETS) {
    const course = new page.pairing.PairCourse(engine, paired(name))
    assert.equal(course.regime().name, regimes.undecided.name)
    course.step(name === 'halfCentre' || name === 'winner' ? 4000 : 1500)
    assert.equal(course.trouble, null)
    assert.equal(course.regime().name, expected[name].name, `${name}: ${JSON.stringify(course.regime())}`)
  }
})

test('two neurons of the page are those of the library, however time is cut, under any current', () => {
  const stimuli = [{ kind: 'constant', I: 10 }, { kind: 'ramp', from: 0, to: 20, on: 20, off: 180 }, { kind: 'noise', mean: 8, sigma: 6, hold: 0.7, seed: 5 }]
  for (const stimulus of stimuli) {
    const setup = paired('turns', { stimulus })
    const pair = page.coupling.pairOf(engine, setup)
    pair.setStimulus(page.stimulus.segmentsOf(stimulus, 0, 1000), setup.pair.dI)
    const samples = pair.run(9000)
    const fired = pair.takeSpikes()
    for (const pieces of [1, 90, 900]) {
      const course = new page.pairing.PairCourse(engine, setup)
      for (let i = 0; i < pieces; i++) course.step(900 / pieces)
      const { pair: scene, now } = course.scene()
      assert.equal(now, samples.at(-5))
      assert.deepEqual(scene.spikes.flatMap(({ t, i }) => [t, i]), Array.from(fired), `${stimulus.kind}, ${pieces}`)
      assert.deepEqual(scene.states, [{ v: samples.at(-4), u: samples.at(-3) }, { v: samples.at(-2), u: samples.at(-1) }])
    }
    pair.destroy()
  }
})

test('a pair is changed from now on, by what it can and what it cannot change in its life', () => {
  const setup = paired('turns')
  const course = new page.pairing.PairCourse(engine, setup)
  const change = (part) => course.adopt({ ...setup, pair: { ...setup.pair, ...part } })
  const count = () => course.scene().pair.spikes.length
  course.step(100)
  const before = [...course.scene().pair.spikes]
  change({ g12: -200 })
  course.step(200)
  const late = course.scene().pair.spikes.slice(before.length)
  assert.ok(late.filter(({ i }) => i === 0).length > 10 && late.filter(({ i }) => i === 1).length < 3, 'the second is held down')
  change({ g12: -0.1, delay: 1 })
  assert.equal(course.now, 300)
  course.step(1000)
  assert.equal(course.regime().name, page.texts.TEXTS.pair.regimes.inStep.name)
  assert.deepEqual(course.scene().pair.spikes.slice(0, before.length), before)
  course.adopt({ ...setup, fields: { ...setup.fields, c: 30 } })
  course.step(100)
  assert.match(String(course.trouble), /peak/)
  course.reset()
  assert.equal(course.now, 0)
  assert.equal(count(), 0)
})

test('a neuron in another form is coupled as before', () => {
  const setup = { ...paired('turns', { stimulus: { kind: 'constant', I: 10 } }), kick: 1 }
  const other = page.convert.reformed(engine, setup, '2007').setup
  const times = [setup, other].map((one) => {
    const course = new page.pairing.PairCourse(engine, one)
    course.step(100)
    return course.scene().pair.spikes
  })
  assert.ok(times[0].length > 10)
  assert.equal(times[1].length, times[0].length)
  times[0].forEach(({ t, i }, k) => {
    near(times[1][k].t, t, 1e-3)
    assert.equal(times[1][k].i, i)
  })
})

test('the network of the page is that of the library, however time is cut, and is drawn anew from its seed', () => {
  const setup = { ...defaultSetup(), view: 'network' }
  const network = new page.coupled.PaperNetwork(engine, 2003, [0.5, 1], [5, 2])
  network.run(300)
  const fired = network.takeSpikes()
  network.destroy()
  const course = new page.crowd.NetworkCourse(engine, setup)
  const spikes = () => Array.from(course.scene().network.t, (t, k) => [t, course.scene().network.i[k]]).flat()
  for (const pieces of [300, 3]) {
    course.reset()
    for (let i = 0; i < pieces; i++) course.step(300 / pieces)
    assert.deepEqual(spikes(), Array.from(fired), `${pieces}`)
  }
  const { counts: [E, I], from } = course.scene().network
  assert.equal(from, 0)
  for (const ms of [1, 7, 100, 300]) {
    const mine = Array.from(fired).filter((_, k) => k % 2 && fired[k - 1] > ms - 1 && fired[k - 1] <= ms)
    assert.deepEqual([E[ms - 1], I[ms - 1]], [mine.filter((i) => i < 800).length, mine.filter((i) => i >= 800).length])
  }
  course.adopt({ ...setup, network: { ...setup.network, draw: 1 } })
  assert.equal(course.now, 0)
  course.step(300)
  assert.notDeepEqual(spikes(), Array.from(fired))
  course.adopt({ ...setup, network: { ...setup.network, draw: 1, noiseE: 0, noiseI: 0 } })
  course.step(500)
  assert.equal(course.regime().name, page.texts.TEXTS.network.regimes.silent.name)
  course.kick(100)
  course.step(1)
  assert.equal(course.scene().network.counts[0].at(-1), 800)
})

test('what many neurons do has a name', () => {
  const { regimes } = page.texts.TEXTS.network
  let x = 1
  const random = () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) / 2 ** 32
  const counts = (mean) => Uint16Array.from({ length: 1000 }, (_, t) => {
    const chance = mean(t) / 100
    return Array.from({ length: 100 }).reduce((sum) => sum + (random() < chance ? 1 : 0), 0)
  })
  const name = (E) => page.phases.networkRegime(E, new Uint16Array(E.length))
  assert.equal(name(counts(() => 8)).name, regimes.asynchronous.name)
  const rhythm = name(counts((t) => (t % 25 < 4 ? 50 : 1)))
  assert.equal(rhythm.name, regimes.rhythm.name)
  assert.match(rhythm.detail, /about 40 Hz/)
  assert.equal(name(counts((t) => (random() < 0.02 ? 90 : 1))).name, regimes.irregular.name)
  assert.equal(name(new Uint16Array(1000)).name, regimes.silent.name)
  assert.equal(name(new Uint16Array(10)).name, regimes.undecided.name)
})

test('a frame of two neurons and of the network has a bound, whatever the clock, the speed and the weights say', () => {
  const calls = { pair_run: 0, network_run: 0 }
  const real = { ...engine.calls }
  const counted = Object.create(engine, { calls: { value: {
    ...real, pair_run: (at, ticks, ...rest) => { calls.pair_run += ticks; return real.pair_run(at, ticks, ...rest) },
    network_run: (at, ms) => { calls.network_run += ms; return real.network_run(at, ms) },
  } } })
  const pair = new page.pairing.PairCourse(counted, paired('turns', { speed: 10 }))
  const network = new page.crowd.NetworkCourse(counted, { ...defaultSetup(), view: 'network', pace: 10 })
  for (const course of [pair, network]) {
    course.running = true
    course.frame(60_000)
  }
  assert.ok(calls.pair_run > 0 && calls.pair_run <= 100 * 10 / 0.1, `${calls.pair_run} ticks`)
  assert.ok(calls.network_run > 0 && calls.network_run <= 100 * 10, `${calls.network_run} ms`)
  // What is drawn of all neurons in each ms: no more than of the usual.
  const loud = { ...defaultSetup(), view: 'network', network: { ...defaultSetup().network, span: 1000 } }
  const t = Float64Array.from({ length: 260_000 }, (_, k) => 740 + Math.floor(k / 1000) + 1)
  const i = Uint16Array.from(t, (_, k) => k % 1000)
  let drawn = 0
  const pen = new Proxy({}, { get: (_, name) => (name === 'measureText' ? () => ({ width: 50 }) : name === 'rect' ? () => drawn++ : () => {}), set: () => true })
  const view = page.network.drawing()
  const scene = { setup: loud, now: 1000, network: { t, i, counts: [new Uint16Array(1000).fill(800), new Uint16Array(1000).fill(200)], from: 0 } }
  view.paint({ pen, width: 900, height: 600, scene, theme: {}, cursor: null })
  assert.ok(drawn > 10_000 && drawn <= page.network.MOST_DOTS + 2 * 400 + 10, `${drawn} rectangles`)
})

test('CSV of two neurons has the samples of both at their ticks, that of the network the counts; both have all spikes', () => {
  const course = new page.pairing.PairCourse(engine, paired('turns'))
  course.step(50)
  const scene = course.scene()
  const table = (text) => text.trim().split('\n').map((line) => line.split(','))
  const [head, ...rows] = table(page.export.traceCsv(scene))
  assert.deepEqual(head, ['t (ms)', 'v1 (mV)', 'u1 (mV/ms)', 'I1 (mV/ms)', 'v2 (mV)', 'u2 (mV/ms)', 'I2 (mV/ms)'])
  const pair = page.coupling.pairOf(engine, paired('turns'))
  pair.setStimulus([{ t: 0, I: 10, slope: 0 }], 0.02)
  const samples = pair.run(500)
  pair.destroy()
  assert.equal(rows.length, 501)
  for (const k of [0, 77, 499]) {
    const [time, v1, u1, v2, u2] = samples.slice(5 * k, 5 * k + 5)
    assert.deepEqual(rows[k + 1].map(Number), [time, v1, u1, 10, v2, u2, 10.02])
  }
  const spikes = table(page.export.spikesCsv(scene))
  assert.deepEqual(spikes[0], ['t (ms)', 'neuron'])
  assert.deepEqual(spikes.slice(1).map((row) => row.map(Number)), scene.pair.spikes.map(({ t, i }) => [t, i + 1]))
  const network = new page.crowd.NetworkCourse(engine, { ...defaultSetup(), view: 'network' })
  network.step(40)
  const counts = table(page.export.traceCsv(network.scene()))
  assert.deepEqual(counts[0], ['t (ms)', 'excitatory spikes', 'inhibitory spikes'])
  assert.equal(counts.length, 41)
  const total = counts.slice(1).reduce((sum, [, E, I]) => sum + Number(E) + Number(I), 0)
  assert.equal(total, network.spikeCount)
  assert.equal(table(page.export.spikesCsv(network.scene())).length, network.spikeCount + 1)
})

await report()
