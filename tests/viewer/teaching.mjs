// What teaches: the tour, the phase plane as an instrument, sweeps of a parameter.
//
//   teaching.mjs CHROMIUM
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { address, drawn, openBrowser, openPage, until } from './browser.mjs'
import { built, load, pageModules } from './bundle.mjs'
import { report, test } from './tap.mjs'
import { textFaults, watchTexts } from './texts.mjs'

const { engine: modules, sweep: sweeps, setup: setups } = await pageModules('engine', 'sweep', 'setup')
const engine = new modules.Engine(readFileSync(join(built, 'izh.wasm')))
const browser = await openBrowser(process.argv[2])
const axe = load('axe-core').source
const SIZES = [[1440, 900], [1280, 720], [640, 420], [360, 740]]
const setup = (page) => page.evaluate(() => izhViewer.setup())
const state = (page) => page.evaluate(() => izhViewer.state())
const step = (page, ms) => page.evaluate((time) => izhViewer.step(time), ms)
const done = (page) => page.evaluate(() => document.querySelector('#tour').classList.contains('done'))

async function type(page, field, text) {
  const box = page.locator(`input[type=text][data-field="${field}"]`)
  await box.fill(text)
  await box.press('Enter')
}

/** What a user does in each step, and something that is not yet it. */
const STEPS = [
  { not: (page) => step(page, 50), act: async (page) => { await page.click('#kick'); await step(page, 30) } },
  { not: (page) => step(page, 50), act: async (page) => { await type(page, 'I', '10'); await step(page, 200) } },
  { not: (page) => type(page, 'd', '2'), act: async (page) => { await type(page, 'c', '-50'); await page.click('#reset'); await step(page, 300) } },
  { not: (page) => page.click('#kick'), act: (page) => step(page, 50) },
  { not: (page) => type(page, 'b', '-0.05'), act: (page) => type(page, 'b', '0.26') },
  { not: (page) => page.fill('[aria-label^="Step 1"]', '0.5'), act: async (page) => { await page.fill('[aria-label^="Step 1"]', '0,1'); await page.locator('[aria-label^="Step 1"]').blur() } },
  { not: (page) => page.click('#tab-traces'), act: async (page) => { await page.click('#tab-compare'); await page.click('[data-keep=add]') } },
  { not: (page) => step(page, 300), act: async (page) => { await type(page, 'delay', '4'); await step(page, 400) } },
]

STEPS.forEach(({ not, act }, i) =>
  test(`step ${i + 1} of the tour: linked, with a thing to do, and a check that it was done`, async () => {
    const { page, complaints } = await openPage(browser, `#tour=${i + 1}`)
    assert.match(await page.textContent('#tour-title'), new RegExp(`^${i + 1}\\. `))
    for (const part of ['text', 'task']) assert.ok((await page.textContent(`#tour-${part}`)).length > 30)
    assert.match(await page.textContent('#tour-task'), /^To do:/)
    assert.equal(await page.evaluate(() => izhViewer.state().t), 0)
    await not(page)
    await drawn(page)
    assert.equal(await done(page), false, 'before it is done')
    await act(page)
    await until(page, () => document.querySelector('#tour').classList.contains('done'))
    assert.match(await page.textContent('#tour-task'), /^Done:/)
    assert.equal(await page.evaluate(() => location.hash), `#tour=${i + 1}`)
    assert.equal(await page.isVisible('#message'), false)
    assert.deepEqual(complaints, [])
    await page.close()
  }))

test('the tour says what is so: 23 spikes in 1000 ms, of which the program of 2003 has 20, the last 151 ms late', () => {
  const run = (method, events, dt) => {
    const neuron = new modules.Neuron(engine, { params: engine.params2003(0.02, 0.2, -65, 8), initial: { v: -65, u: -13 }, method, events, dt })
    neuron.setStimulus([{ t: 0, I: 10, slope: 0 }])
    neuron.run(1000)
    const times = neuron.takeSpikes().map(({ t }) => t)
    neuron.destroy()
    return times
  }
  const [exact, published] = [run('taylor', 'exact', 0), run('published-2003', 'grid', 1)]
  assert.equal(exact.length, 23)
  assert.equal(published.length, 20)
  assert.equal(Math.round(published[19] - exact[19]), 151)
})

test('the tour goes by keys, is skipped and left, and says where it is', async () => {
  const { page, complaints } = await openPage(browser)
  const title = () => page.textContent('#tour-title')
  const focused = () => page.evaluate(() => document.activeElement.id)
  await page.focus('#tour-start')
  await page.keyboard.press('Enter')
  assert.match(await title(), /^1\. /)
  assert.equal(await focused(), 'tour-title', 'where a screen reader goes on')
  await page.focus('#tour-next')
  await page.keyboard.press('Enter')
  assert.match(await title(), /^2\. /)
  await page.click('#tour-steps button:nth-child(7)')
  assert.match(await title(), /^7\. /)
  assert.equal(await page.getAttribute('#tour-steps button:nth-child(7)', 'aria-current'), 'step')
  await page.evaluate(() => { location.hash = '#tour=4' })
  await until(page, () => document.querySelector('#tour-title').textContent.startsWith('4.'))
  await page.keyboard.press('Escape')
  assert.ok(await page.isHidden('#tour'))
  assert.equal(await focused(), 'tour-start')
  await until(page, () => location.hash.includes('form=2003'))
  await page.evaluate(() => { location.hash = '#tour=8' })
  await until(page, () => document.querySelector('#tour-title').textContent.startsWith('8.'))
  await page.click('#tour-next')
  assert.ok(await page.isHidden('#tour'))
  assert.deepEqual(complaints, [])
  await page.close()
})

test('no text of the tour lies over another or is cut, at any size, and it has no fault of accessibility', async () => {
  const { page } = await openPage(browser)
  await page.addInitScript(watchTexts)
  await page.goto('about:blank')
  await page.goto(address + '#tour=1')
  await until(page, () => 'izhViewer' in window)
  for (let i = 1; i <= STEPS.length; i++) {
    await page.click(`#tour-steps button:nth-child(${i})`)
    await step(page, 60)
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      assert.deepEqual(await textFaults(page), [], `step ${i}, ${width}`)
    }
  }
  await page.evaluate(axe)
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await page.evaluate(() => window.axe.run('#tour', { resultTypes: ['violations'] }))
    assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id), [], colorScheme)
  }
  await page.close()
})

// ---- the phase plane ----

/** A place on the plane. */
async function pointAt(page, dx = 0, dy = 0) {
  const box = await page.locator('#view canvas').boundingBox()
  return { x: Math.round(box.x + box.width / 2) + dx, y: Math.round(box.y + box.height / 2) + dy } // a wheel knows whole pixels only
}

test('the state is dragged: what follows begins there, and the spikes so far stay', async () => {
  const { page, complaints } = await openPage(browser, '#view=phase&v0=-60&u0=-10&I=0', { width: 900, height: 700 })
  await drawn(page)
  const red = await redDot(page)
  const before = await state(page)
  await page.mouse.move(red.x, red.y)
  await page.mouse.down()
  await page.mouse.move(red.x + 60, red.y - 30, { steps: 3 })
  await drawn(page)
  const dot = await redDot(page)
  await page.mouse.up()
  const after = await state(page)
  assert.ok(after.v > before.v + 1 && after.u > before.u, JSON.stringify([before, after]))
  assert.equal(after.t, before.t)
  assert.ok(Math.hypot(dot.x - red.x - 60, dot.y - red.y + 30) < 6, 'it is where it was dropped')
  await page.focus('#view')
  await page.keyboard.press('ArrowLeft')
  assert.ok((await state(page)).v < after.v)
  assert.deepEqual(complaints, [])
  await page.close()
})

/** The middle of what is drawn in the colour of the state. */
const redDot = (page) => page.evaluate(() => {
  const canvas = document.querySelector('#view canvas')
  const { left, top } = canvas.getBoundingClientRect()
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const wanted = getComputedStyle(document.documentElement).getPropertyValue('--spike').match(/[\da-f]{2}/gi).map((hex) => parseInt(hex, 16))
  const at = (x, y) => wanted.every((one, k) => Math.abs(data[4 * (y * canvas.width + x) + k] - one) < 12)
  let best = { count: 0 }
  // A square of 9 pixels that is full of it: lines are thinner.
  for (let y = 4; y < canvas.height - 4; y++)
    for (let x = 4; x < canvas.width - 4; x++) {
      if (!at(x, y) || !at(x - 3, y) || !at(x + 3, y) || !at(x, y - 3) || !at(x, y + 3)) continue
      best = { count: best.count + 1, x: (best.x ?? 0) + x, y: (best.y ?? 0) + y }
    }
  return { x: left + best.x / best.count, y: top + best.y / best.count }
})

test('the plane is zoomed and moved, by wheel, hand, buttons and keys, and shown whole again', async () => {
  const { page } = await openPage(browser, '#view=phase&I=0', { width: 900, height: 700 })
  await until(page, () => { // what comes is seen, so that the plane has the size that it keeps
    const { preview, now, setup } = izhViewer.scene()
    return preview && preview.t.at(-1) >= now + setup.window / 4 - setup.window / 500
  })
  await drawn(page)
  const readout = async (dx = 0, dy = 0) => {
    const { x, y } = await pointAt(page, dx, dy)
    await page.mouse.move(x - 1, y)
    await page.mouse.move(x, y)
    await drawn(page)
    return page.evaluate(() => document.querySelector('#view canvas').dataset.at.split(' ').map(Number))
  }
  const [v0, u0] = await readout(100, 50)
  const [vLeft] = await readout(0, 50)
  await readout(100, 50)
  await page.mouse.wheel(0, -300)
  const [v1, u1] = await readout(100, 50)
  assert.ok(Math.abs(v1 - v0) < 1e-6 && Math.abs(u1 - u0) < 1e-6, 'what is under the wheel stays there')
  const [near] = await readout(0, 50)
  assert.ok(Math.abs(near - v0) < 0.8 * Math.abs(vLeft - v0), 'and all else is nearer to it')
  const { x, y } = await pointAt(page, 100, 50)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x - 70, y + 20, { steps: 2 })
  await page.mouse.up()
  const [moved] = await readout(30, 70)
  assert.ok(Math.abs(moved - v0) < 1e-6, 'the plane goes with the hand')
  await page.focus('#view')
  await page.keyboard.press('0')
  assert.deepEqual(await readout(100, 50), [v0, u0])
  await page.click('[aria-label^="Nearer"]')
  assert.notDeepEqual(await readout(100, 50), [v0, u0])
  await page.click('[aria-label^="Show all"]')
  assert.deepEqual(await readout(100, 50), [v0, u0])
  await page.close()
})

test('on either side of the saddle’s stable manifold the neuron fires or rests', async () => {
  const { dynamics } = await pageModules('dynamics')
  const params = engine.params2003(0.02, 0.2, -65, 8)
  const saddle = engine.equilibria(params, 0).find(({ kind }) => kind === 'saddle')
  const branches = dynamics.manifold(params, 0, saddle, true, { v: [-90, 30], u: [-20, 20] })
  const fires = (v, u) => {
    const neuron = new modules.Neuron(engine, { params, initial: { v, u }, method: 'taylor' })
    neuron.run(400)
    const count = neuron.takeSpikes().length
    neuron.destroy()
    return count > 0
  }
  let looked = 0
  for (const [v, u] of branches)
    for (let i = 150; i < v.length && v[i] > -60 && v[i] < 0 && u[i] < 15; i += 40, looked++) {
      assert.equal(fires(v[i] + 0.3, u[i]), true, `${v[i]}, ${u[i]}`)
      assert.equal(fires(v[i] - 0.3, u[i]), false, `${v[i]}, ${u[i]}`)
    }
  assert.ok(looked >= 4, `${looked}`)
  // A line, no zigzag: it turns by little from step to step.
  for (const [v, u] of branches)
    for (let i = 2; i < v.length; i++) {
      const [ax, ay, bx, by] = [(v[i - 1] - v[i - 2]) / 120, (u[i - 1] - u[i - 2]) / 40, (v[i] - v[i - 1]) / 120, (u[i] - u[i - 1]) / 40]
      const cosine = (ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by))
      assert.ok(cosine > 0.9, `${i}: ${cosine}`)
    }
})

// ---- the sweep ----

test('the rates of a sweep are those of the library, and it rests below the last fold or Hopf point', () => {
  const setup = { ...setups.defaultSetup() }
  const params = engine.params2003(0.02, 0.2, -65, 8)
  const field = sweeps.sweepFields(setup)[0]
  const sweep = new sweeps.Sweep(engine, setup, field, -8, 40)
  sweep.advance(Infinity)
  assert.ok(sweep.done)
  const end = engine.restEnds(params).I
  for (const { value, points, first, steady } of sweep.points.filter((_, i) => i % 10 === 0)) {
    assert.equal(points.some(({ stable }) => stable), value < end, `${value}`)
    const neuron = new modules.Neuron(engine, { params, initial: { v: -70, u: -14 }, method: 'rk4', dt: 0.01 })
    neuron.setStimulus([{ t: 0, I: value, slope: 0 }])
    neuron.run(1000)
    const times = neuron.takeSpikes().map(({ t }) => t)
    neuron.destroy()
    const late = times.filter((t) => t >= 500)
    const near = (x, y, what) => assert.ok(Math.abs(x - y) <= 1e-4 * (1 + y), `${what} at ${value}: ${x}, ${y}`)
    near(first, times.length > 1 ? 1000 / (times[1] - times[0]) : 0, 'first')
    near(steady, late.length > 1 ? (1000 * (late.length - 1)) / (late.at(-1) - late[0]) : 0, 'steady')
  }
})

test('a click in the sweep goes there, and a drag is one step back', async () => {
  const { page, complaints } = await openPage(browser, '#view=sweep&I=10')
  await until(page, () => /Bifurcations: Hopf at 3\.797.*fold at 4 /.test((izhViewer.run(), izhViewer.pause(), document.querySelector('#announcer').textContent)))
  const box = await page.locator('#view canvas').boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + 200)
  await page.mouse.down()
  const first = (await setup(page)).stimulus.I
  await page.mouse.move(box.x + box.width / 2 + 80, box.y + 200, { steps: 4 })
  await page.mouse.up()
  const { I } = (await setup(page)).stimulus
  assert.ok(first !== 10 && I > first, `${first}, ${I}`)
  await page.click('#undo')
  assert.equal((await setup(page)).stimulus.I, 10)
  await page.selectOption('[aria-label="What is swept"]', 'b')
  await drawn(page)
  await page.mouse.click(box.x + box.width / 2, box.y + 200)
  assert.notEqual((await setup(page)).fields.b, 0.2)
  assert.deepEqual(complaints, [])
  await page.close()
})

// ---- the map ----

const CELLS = {
  RS: [0.02, 0.2, -65, 8], IB: [0.02, 0.2, -55, 4], CH: [0.02, 0.2, -50, 2], FS: [0.1, 0.2, -65, 2], TC: [0.02, 0.25, -65, 0.05],
  RZ: [0.1, 0.26, -65, 2], LTS: [0.02, 0.25, -65, 2],
}
const fieldsOf = async (page) => Object.values((await setup(page)).fields)

/** Where two values are on the page, by what the canvas says of two other places. */
async function placeOf(page, x, y) {
  const read = async (dx, dy) => {
    const at = await pointAt(page, dx, dy)
    await page.mouse.move(at.x - 1, at.y)
    await page.mouse.move(at.x, at.y)
    const values = await page.evaluate(() => document.querySelector('#view canvas').dataset.at.split(' ').map(Number))
    return { ...at, values }
  }
  const [a, b] = [await read(-40, -30), await read(40, 30)]
  const between = (from, to, lo, hi, value) => from + ((to - from) * (value - lo)) / (hi - lo)
  return { x: between(a.x, b.x, a.values[0], b.values[0], x), y: between(a.y, b.y, a.values[1], b.values[1], y) }
}

const described = (page) => page.evaluate(() => (izhViewer.run(), izhViewer.pause(), document.querySelector('#announcer').textContent))

test('on the map a cell of 2003 is taken by a click and dragged, and another place by a click', async () => {
  const { page, complaints } = await openPage(browser, '#view=map&I=10')
  await drawn(page)
  const click = async (c, d) => {
    const { x, y } = await placeOf(page, c, d)
    await page.mouse.click(x, y)
    await drawn(page)
    return fieldsOf(page)
  }
  assert.deepEqual(await click(-50, 2), CELLS.CH)
  assert.match(await described(page), /^Map of regimes, with a = 0\.02 1\/ms, b = 0\.2 1\/ms, I = 10 mV\/ms everywhere.* d = 2 mV\/ms: bursting\./)
  for (const name of ['FS', 'RZ', 'LTS', 'FS']) assert.deepEqual(await click(-65, 2), CELLS[name], 'one after the other')
  const begin = await placeOf(page, -55, 4)
  await page.mouse.move(begin.x, begin.y)
  await page.mouse.down()
  assert.deepEqual(await fieldsOf(page), CELLS.IB)
  await page.mouse.move(begin.x + 30, begin.y - 40, { steps: 3 })
  await page.mouse.up()
  const [a, b, c, d] = await fieldsOf(page)
  assert.ok(a === 0.02 && b === 0.2 && c > -54 && d > 4.3, `${c}, ${d}`)
  await page.click('#undo')
  assert.deepEqual(await fieldsOf(page), CELLS.FS, 'a drag is one step back')
  const free = await click(-45, 9)
  assert.ok(Math.abs(free[2] + 45) < 0.2 && Math.abs(free[3] - 9) < 0.1 && free[0] === 0.1, `${free}`)
  await page.focus('#view')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Shift+ArrowDown')
  const moved = await fieldsOf(page)
  assert.ok(Math.abs(moved[2] - free[2] - 0.5) < 1e-9 && Math.abs(moved[3] - free[3] + 0.5) < 1e-9, `${moved}`)
  await page.selectOption('[aria-label="Parameters of the map"]', 'ab')
  await drawn(page)
  assert.deepEqual(await click(0.1, 0.26), CELLS.RZ)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('the map grows while the page lives, until it is whole, and each form has one', async () => {
  const { page, complaints } = await openPage(browser, '#view=map&form=2007&I=100')
  const said = [await described(page)]
  while (said.length < 100 && said.at(-1) !== said.at(-2)) said.push(await described(page))
  assert.ok(said.length > 2 && said.length < 100, `${said.length}`)
  assert.match(said.at(-1), /^Map of regimes, with a = 0\.03 1\/ms, b = −2 pA\/mV, I = 100 pA everywhere.* c = −50 mV, d = 100 pA: /)
  await page.evaluate(() => izhViewer.load({ ...izhViewer.setup(), form: 'general', fields: izhViewer.engine.presets[0].params }))
  assert.match(await described(page), /b_lo = 0\.2/)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('no text of the map lies over another or is cut, at any size, on either plane', async () => {
  const { page } = await openPage(browser)
  await page.addInitScript(watchTexts)
  await page.goto('about:blank')
  await page.goto(address + '#view=map')
  await until(page, () => 'izhViewer' in window)
  for (const plane of ['cd', 'ab']) {
    await page.selectOption('[aria-label="Parameters of the map"]', plane)
    await described(page)
    for (const [width, height] of SIZES) {
      await page.setViewportSize({ width, height })
      assert.deepEqual(await textFaults(page), [], `${plane}, ${width}`)
    }
  }
  await page.close()
})

// ---- sound ----

test('sound is off at first, and then one click for each spike, as far apart as the spikes', async () => {
  const { page, complaints } = await openPage(browser)
  await page.addInitScript(() => {
    window.contexts = 0
    window.clicks = []
    const node = () => ({ connect() {}, start(time) { window.clicks.push(time) } })
    window.AudioContext = class {
      constructor() { window.contexts++ }
      sampleRate = 48000
      get currentTime() { return performance.now() / 1000 }
      createBuffer = (_, length) => ({ getChannelData: () => new Float32Array(length) })
      createBufferSource = node
      resume = async () => {}
      suspend = async () => {}
    }
  })
  await page.goto('about:blank')
  await page.goto(address + '#a=0.1&d=2&speed=1')
  await until(page, () => 'izhViewer' in window)
  await page.evaluate(() => izhViewer.run())
  await until(page, () => izhViewer.spikes().length > 3)
  assert.equal(await page.getAttribute('#sound', 'aria-pressed'), 'false')
  assert.deepEqual(await page.evaluate(() => [contexts, clicks.length]), [0, 0])
  await page.evaluate(() => { izhViewer.pause(); izhViewer.reset(); document.querySelector('#sound').click(); izhViewer.run() })
  await until(page, () => izhViewer.spikes().length > 20)
  const [times, heard] = await page.evaluate(() => { izhViewer.pause(); return [izhViewer.spikes().map(({ t }) => t), clicks] })
  assert.equal(await page.getAttribute('#sound', 'aria-pressed'), 'true')
  assert.equal(heard.length, times.length)
  assert.ok(heard.every((t, i) => i === 0 || t > heard[i - 1] - 1e-3), 'in their order')
  const apart = heard.slice(1).map((t, i) => 1000 * (t - heard[i]) - (times[i + 1] - times[i]))
  assert.ok(apart.filter((ms) => Math.abs(ms) < 0.1).length > heard.length / 2, `${apart}`)
  await page.evaluate(() => { document.querySelector('#sound').click(); clicks.length = 0; izhViewer.run() })
  await until(page, (count) => izhViewer.scene().spikeCount > count, times.length + 3)
  assert.deepEqual(await page.evaluate(() => [contexts, clicks.length]), [1, 0])
  assert.deepEqual(complaints, [])
  await page.close()
})

await report(() => browser.close())
