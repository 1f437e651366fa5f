// Two neurons and the network of 2003 in a browser: sliders, lists, links, files, looks, and what a frame costs.
//
//   coupled.mjs CHROMIUM
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { address, drawn, openBrowser, openPage, show, until } from './browser.mjs'
import { built, load, pageModules } from './bundle.mjs'
import { report, test } from './tap.mjs'
import { textFaults, watchTexts } from './texts.mjs'

const { engine: modules, coupled, coupling, texts, setup: setups } = await pageModules('engine', 'coupled', 'coupling', 'texts', 'setup')
const engine = new modules.Engine(readFileSync(join(built, 'izh.wasm')))
const browser = await openBrowser(process.argv[2])
const axe = load('axe-core').source
const SIZES = [[1440, 900], [1280, 720], [640, 420], [360, 740]]
const { TEXTS } = texts

const setup = (page) => page.evaluate(() => izhViewer.setup())
const step = (page, ms) => page.evaluate((time) => izhViewer.step(time), ms)
const regime = (page) => page.evaluate(() => [document.querySelector('#regime').textContent, document.querySelector('#regime-detail').textContent])
const fired = (page) => page.evaluate(() => {
  const { pair, network } = izhViewer.scene()
  return pair ? pair.spikes.flatMap(({ t, i }) => [t, i]) : Array.from(network.t, (t, k) => [t, network.i[k]]).flat()
})

async function type(page, field, text) {
  const box = page.locator(`input[type=text][data-field="${field}"]`)
  await box.fill(text)
  await box.press('Enter')
}

/** The spikes of a pair in node. */
function pairSpikes(setupOf, ms) {
  const pair = coupling.pairOf(engine, setupOf)
  pair.setStimulus([{ t: 0, I: setupOf.stimulus.I, slope: 0 }], setupOf.pair.dI)
  pair.run(ms * 10)
  const spikes = Array.from(pair.takeSpikes())
  pair.destroy()
  return spikes
}

test('each pair of the list is shown, has the spikes of the library, and its link', async () => {
  const { page, complaints } = await openPage(browser, '#view=pair')
  for (const name of coupling.PAIR_PRESETS) {
    await page.selectOption('#pair', name)
    assert.equal(await page.inputValue('#pair'), name)
    await step(page, 300)
    const whole = { ...setups.defaultSetup(), ...coupling.pairPreset(name), view: 'pair' }
    assert.deepEqual(await setup(page), whole)
    assert.deepEqual(await fired(page), pairSpikes(whole, 300), name)
    await page.waitForTimeout(300)
    const { page: other } = await openPage(browser, await page.evaluate(() => location.hash))
    assert.deepEqual(await setup(other), whole)
    assert.equal(await other.inputValue('#pair'), name)
    await other.close()
  }
  assert.deepEqual(complaints, [])
  await page.close()
})

test('the pair is turned while it runs: weights, delay, time constant, current, and back', async () => {
  const { page, complaints } = await openPage(browser, '#a=0.1&d=2&view=pair')
  await step(page, 500)
  assert.equal((await regime(page))[0], TEXTS.pair.regimes.inStep.name)
  const before = await fired(page)
  await type(page, 'delay', '4')
  await step(page, 700)
  assert.equal((await regime(page))[0], TEXTS.pair.regimes.inTurns.name)
  assert.match((await regime(page))[1], /^lag −?\d.* ms in a cycle of \d/)
  assert.deepEqual((await fired(page)).slice(0, before.length), before, 'what was stays')
  const slider = page.locator('input[type=range][data-field=g12]')
  await slider.fill('-0.3')
  assert.equal((await setup(page)).pair.g12, -0.3)
  for (const [field, value] of [['tau', '20'], ['dI', '-0,5'], ['g21', '0.05']]) await type(page, field, value)
  assert.deepEqual((await setup(page)).pair, { g12: -0.3, g21: 0.05, delay: 4, tau: 20, dI: -0.5, dv: 10 })
  await step(page, 100)
  await page.click('#undo')
  assert.equal((await setup(page)).pair.g21, -0.1)
  await type(page, 'delay', '1.05')
  assert.match(await page.textContent('#message-text'), /delay = 1.05 must be a multiple of 0.1 ms.*old value stays/)
  assert.equal((await setup(page)).pair.delay, 4)
  await page.click('#reset')
  assert.equal(await page.evaluate(() => izhViewer.state().t), 0)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('the network is that of the library, run by the clock or by steps, and its sliders act', async () => {
  const { page, complaints } = await openPage(browser, '#view=network', { paused: false })
  await until(page, () => izhViewer.state().t >= 150)
  await page.evaluate(() => izhViewer.pause())
  const ran = await page.evaluate(() => izhViewer.state().t)
  const network = new coupled.PaperNetwork(engine, 2003, [0.5, 1], [5, 2])
  network.run(ran)
  const spikes = Array.from(network.takeSpikes())
  assert.deepEqual(await fired(page), spikes)
  await page.locator('input[type=range][data-field=wE]').fill('1')
  await page.locator('input[type=range][data-field=noiseI]').fill('3')
  await step(page, 100)
  network.setWeight(false, 1)
  network.setNoise([5, 3])
  network.run(100)
  spikes.push(...network.takeSpikes())
  network.destroy()
  assert.deepEqual(await fired(page), spikes)
  assert.match(await page.textContent('#others'), /^fE \d+\.\d \/sfI \d+\.\d \/s$/)
  await page.click('#paper')
  assert.deepEqual((await setup(page)).network, setups.defaultSetup().network)
  assert.ok(await page.isDisabled('#paper'))
  await page.click('#undo')
  assert.equal((await setup(page)).network.wE, 1)
  await type(page, 'draw', '7')
  assert.equal(await page.evaluate(() => izhViewer.state().t), 0)
  await until(page, () => location.hash.includes('draw=7') && location.hash.includes('wE=1'))
  await page.fill('#speed', '-1')
  const { pace, speed } = await setup(page)
  assert.deepEqual([pace, speed], [0.1, 0.1])
  await page.click('#tab-traces')
  assert.equal(await page.textContent('#speed-value'), '× 0.1')
  assert.ok(await page.isVisible('#v'))
  assert.deepEqual(complaints, [])
  await page.close()
})

test('only what is shown goes on, and Run is one for all', async () => {
  const { page } = await openPage(browser, '#speed=1')
  const times = () => page.evaluate(() => izhViewer.state().t)
  await step(page, 30)
  await page.click('#run')
  await show(page, 'pair')
  assert.equal(await page.textContent('#run'), 'Pause')
  await until(page, () => izhViewer.state().t > 20)
  assert.ok(await page.isDisabled('#freeze'))
  await page.click('#run')
  const paired = await times()
  await show(page, 'traces')
  assert.ok(await page.isEnabled('#freeze'))
  const alone = await times()
  assert.equal(await page.textContent('#run'), 'Run')
  await drawn(page)
  assert.equal(await times(), alone)
  await show(page, 'pair')
  assert.equal(await times(), paired)
  await page.close()
})

test('what is shown is exported: samples, spikes, pictures with the numbers in words', async () => {
  const { page } = await openPage(browser, '#a=0.1&d=2&delay=4&view=pair')
  await step(page, 60)
  const file = async (kind) => {
    await page.click('#export summary')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`[data-export=${kind}]`)])
    return readFileSync(await download.path(), 'utf8')
  }
  assert.match(await file('trace'), /^t \(ms\),v1 \(mV\),u1 \(mV\/ms\),I1 \(mV\/ms\),v2 \(mV\),u2 \(mV\/ms\),I2 \(mV\/ms\)\n0,-65,-13,10,-55,-13,10.02\n/)
  const rows = (await file('spikes')).trim().split('\n').slice(1).map((row) => row.split(',').map(Number))
  assert.deepEqual(rows.flatMap(([t, i]) => [t, i - 1]), await fired(page))
  const svg = await file('svg')
  for (const words of ['g_12 = −0.1 1/ms', 't_d = 4 ms', 'towards 0 mV', 'ticks of 0.1 ms']) assert.ok(svg.replaceAll(/<\/text>\n<text[^>]*>/g, ' ').includes(words), words)
  await show(page, 'network')
  await step(page, 60)
  assert.match(await file('trace'), /^t \(ms\),excitatory spikes,inhibitory spikes\n1,\d+,\d+\n/)
  assert.equal((await file('spikes')).trim().split('\n').length - 1, await page.evaluate(() => izhViewer.scene().spikeCount))
  const network = await file('svg')
  for (const words of ['w_E = 0.5 mV/ms', 'published-2003']) assert.ok(network.includes(words), words)
  assert.doesNotMatch(network, /c = −65/)
  await page.close()
})

/** Long numbers, and what makes a picture full. */
const FULL = {
  pair: '#view=pair&g12=-123.456789012345&g21=0.000123456789012345&delay=123.4&tau=1234.56789012345&dI=-1234567.89012345&dv=12.3456789012345',
  'a half-centre': '#view=pair&form=2007&a=0.005&b=0&d=20&v0=-60&u0=0&I=300&g12=-6&g21=-6&tau=20&dv=20&window=2000',
  network: '#view=network&wE=1.23456789012345&wI=999.123456789012&noiseE=12.3456789012345&noiseI=0.000123456789012345&draw=4294967295&span=10000',
  'a loud network': '#view=network&wE=3&noiseE=20',
}
for (const [name, link] of Object.entries(FULL))
  test(`no text lies over another or is cut, at any size, and no number box cuts its number: ${name}`, async () => {
    const { page } = await openPage(browser)
    await page.addInitScript(watchTexts)
    await page.goto('about:blank')
    await page.goto(address + link)
    await until(page, () => 'izhViewer' in window)
    for (const ms of [0, 1500]) {
      await step(page, ms)
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        assert.deepEqual(await textFaults(page), [], `${width}, ${ms} ms`)
      }
    }
    assert.doesNotMatch(await page.textContent('.status'), /NaN|undefined|\[object/)
    await page.close()
  })

test('embedded, two neurons and the network have the sliders that the link asks for', async () => {
  for (const [view, field] of [['pair', 'delay'], ['network', 'wI']]) {
    const { page } = await openPage(browser, '', { width: 640, height: 420 })
    await page.addInitScript(watchTexts)
    await page.goto('about:blank')
    await page.goto(`${address}#view=${view}&embed=1&controls=status,time,${field}`)
    await until(page, () => 'izhViewer' in window)
    await step(page, 200)
    const fields = await page.locator('#panel .control').evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.querySelector('input').dataset.field))
    assert.deepEqual(fields, [field])
    assert.deepEqual(await textFaults(page), [])
    await page.close()
  }
})

test('the sections of the panel are those of what is shown, with no fault of accessibility, in light and dark', async () => {
  const { page } = await openPage(browser)
  for (const view of ['pair', 'network']) {
    await show(page, view)
    const heads = await page.locator('#panel h2').evaluateAll((all) => all.filter((one) => one.checkVisibility()).map((one) => one.textContent))
    assert.equal(heads[0], view === 'pair' ? TEXTS.pair.section : TEXTS.network.section)
    assert.equal(heads.length, view === 'pair' ? 5 : 1)
    await step(page, 60)
    await page.evaluate(axe)
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      const { violations } = await page.evaluate(() => window.axe.run('body', { resultTypes: ['violations'] }))
      assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id), [], `${view}, ${colorScheme}`)
    }
  }
  await page.close()
})

test('a frame draws no more than its bound, and runs no more than what time has passed', async () => {
  for (const [view, most] of [['pair', 20_000], ['network', 22_000]]) {
    const { page } = await openPage(browser, `#view=${view}&speed=1&wE=3&noiseE=20&noiseI=10`)
    await step(page, 1500)
    const counted = await page.evaluate(async () => {
      const counts = { drawn: 0, frames: 0 }
      for (const name of ['rect', 'lineTo', 'arc', 'moveTo', 'fillText']) {
        const real = CanvasRenderingContext2D.prototype[name]
        CanvasRenderingContext2D.prototype[name] = function (...args) { counts.drawn++; return real.apply(this, args) }
      }
      const next = () => new Promise((resolve) => requestAnimationFrame(resolve))
      const [spikes, begun, first] = [izhViewer.scene().spikeCount, izhViewer.state().t, await next()]
      let last = first // by the frames' own clock, which may be far behind where the machine is busy
      izhViewer.run()
      for (; counts.frames < 10; counts.frames++) last = await next()
      izhViewer.pause()
      return { ...counts, spikes: izhViewer.scene().spikeCount - spikes, passed: izhViewer.state().t - begun, real: last - first }
    })
    assert.ok(counted.drawn > 0 && counted.passed > 0, JSON.stringify(counted))
    assert.ok(counted.drawn / (counted.frames + 2) <= most, JSON.stringify(counted))
    assert.ok(counted.passed <= counted.real + 100, JSON.stringify(counted))
    await page.close()
  }
})

await report(() => browser.close())
