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
  await page.evaluate(() => { location.hash = '#tour=7' })
  await until(page, () => document.querySelector('#tour-title').textContent.startsWith('7.'))
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

await report(() => browser.close())
