// What leaves the page: links, frames in other pages, files and paper; and what may not come in.
//
//   share.mjs CHROMIUM
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { address, drawn, openBrowser, openPage, show, until } from './browser.mjs'
import { built, load, pageModules } from './bundle.mjs'
import { report, test } from './tap.mjs'
import { textFaults, watchTexts } from './texts.mjs'

const { engine: modules, presets, url, export: files, setup: setups } = await pageModules('engine', 'presets', 'url', 'export', 'setup')
const engine = new modules.Engine(readFileSync(join(built, 'izh.wasm')))
const finder = new presets.PresetFinder(engine)
const browser = await openBrowser(process.argv[2])
const axe = load('axe-core').source
const setup = (page) => page.evaluate(() => izhViewer.setup())
const message = async (page) => (await page.isVisible('#message')) ? page.textContent('#message-text') : null

test('each preset in each flavour has a link by its name, which is that very setup', () => {
  for (const { name } of engine.presets)
    for (const flavour of presets.FLAVOURS) {
      const whole = finder.setup(name, flavour)
      const link = url.toShortHash(whole, finder)
      assert.ok(link.length < 60, link)
      assert.match(link, new RegExp(`^#preset=${name}`))
      assert.deepEqual(url.fromHash(link, [], finder), whole)
      const other = { ...whole, view: 'phase', window: 123, compared: [] }
      assert.deepEqual(url.fromHash(url.toShortHash(other, finder), [], finder), other)
    }
})

test('what differs from the preset in a link is as the link says, all else is the preset', () => {
  const base = finder.setup('2003-CH', 'exact')
  assert.deepEqual(url.fromHash('#preset=2003-CH&d=3&view=raster', [], finder), { ...base, fields: { ...base.fields, d: 3 }, view: 'raster' })
  assert.throws(() => url.fromHash('#preset=2003-XX', [], finder), /preset = "2003-XX"/)
  const own = { ...base, fields: { ...base.fields, d: 3 } }
  assert.equal(url.toShortHash(own, finder), url.toHash(own))
})

test('a cell of a table is a number or a text, never a formula', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) assert.match(files.cell(text), /^"?'/, text)
  assert.equal(files.cell('a "b", c'), '"a ""b"", c"')
  assert.equal(files.cell(-65.5), '-65.5')
  assert.equal(files.cell('v (mV)'), 'v (mV)')
})

test('a short link opens its preset, and the address stays short', async () => {
  const { page, complaints } = await openPage(browser, '#preset=2003-CH&stepped=published&view=phase')
  assert.equal(await page.inputValue('#preset'), '2003-CH')
  assert.equal(await page.inputValue('#flavour'), 'published')
  assert.equal((await setup(page)).view, 'phase')
  await page.click('#tab-raster')
  await until(page, () => location.hash === '#preset=2003-CH&stepped=published&view=raster')
  await page.click('#copy')
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url())
  await page.evaluate(() => { location.hash = '#preset=nobody' })
  await until(page, () => location.hash.includes('2003-CH'))
  assert.match(await message(page), /preset = "nobody".*All stays/)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('embedded, the page has the controls that the link asks for, and no text over another', async () => {
  for (const [width, height] of [[640, 420], [360, 480]]) {
    const { page, complaints } = await openPage(browser, '', { width, height })
    await page.addInitScript(watchTexts)
    await page.goto('about:blank')
    await page.goto(`${address}#preset=2003-CH&embed=1&controls=status,time,I,preset`)
    await until(page, () => 'izhViewer' in window)
    await page.selectOption('#preset', '2003-RS')
    for (const gone of ['header', '#tabs']) assert.ok(await page.isHidden(gone), gone)
    for (const there of ['#status', '#run', '#view', '#preset', '#open-whole']) assert.ok(await page.isVisible(there), there)
    const fields = await page.locator('#panel .control').evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.querySelector('input').dataset.field))
    assert.deepEqual(fields, ['I'])
    const box = await page.locator('#view').boundingBox()
    assert.ok(box.height > 110 && box.width > width - 30, `${box.width} x ${box.height}`)
    assert.ok((await page.evaluate(() => document.documentElement.scrollHeight)) <= height + 1, 'all in sight')
    assert.deepEqual(await textFaults(page, width === 640 ? setups.VIEW_NAMES : ['traces']), [])
    await page.evaluate(() => document.getElementById('tab-traces').click())
    await until(page, () => location.hash === '#preset=2003-RS&embed=1&controls=status,time,I,preset')
    assert.equal(await page.getAttribute('#open-whole', 'href'), `${address}#preset=2003-RS`)
    assert.deepEqual(complaints, [])
    await page.close()
  }
})

test('the code of a frame shows the view in another page', async () => {
  const { page, complaints } = await openPage(browser, '#preset=2003-IB')
  await page.click('#export summary')
  await page.click('#embed')
  await page.uncheck('#embed-choices input[value=status]')
  await page.check('#embed-choices input[value=d]')
  await page.click('#embed-copy')
  const code = await page.evaluate(() => navigator.clipboard.readText())
  assert.equal(code, await page.inputValue('#embed-code'))
  const [src, width] = await page.evaluate((html) => {
    const frame = new DOMParser().parseFromString(html, 'text/html').querySelector('iframe')
    return [frame.src, frame.width]
  }, code)
  assert.equal(src, `${address}#preset=2003-IB&embed=1&controls=time,d,I`)
  assert.equal(width, '640')
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document.querySelector('#embed-dialog'), { resultTypes: ['violations'] }))
  assert.deepEqual(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id }) => id), [])
  assert.deepEqual(complaints, [])
  await page.close()
})

test('the page runs nothing that was not built into it, and asks for nothing', async () => {
  const { page, requests } = await openPage(browser)
  const policy = await page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content')
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:|\*/)
  const ran = await page.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'window.strange = 1'
    document.body.append(script)
    const asked = await fetch('data:,x').then(() => 'answered', () => 'refused')
    return [window.strange ?? null, asked]
  })
  assert.deepEqual(ran, [null, 'refused'])
  assert.deepEqual(requests, [address])
  await page.close()
})

test('a frozen trace stays below what follows, until it is forgotten', async () => {
  const { page, complaints } = await openPage(browser, '#I=10')
  const picture = async () => { await drawn(page); return (await page.locator('#view').screenshot()).toString('base64') }
  await page.evaluate(() => izhViewer.step(150))
  const kept = await page.evaluate(() => Array.from(izhViewer.scene().trace.v))
  await page.click('#freeze')
  await page.evaluate(() => {
    const one = izhViewer.setup()
    izhViewer.load({ ...one, fields: { ...one.fields, d: 2 } })
    izhViewer.step(150)
  })
  assert.deepEqual(await page.evaluate(() => Array.from(izhViewer.scene().frozen.v)), kept)
  assert.notDeepEqual(await page.evaluate(() => Array.from(izhViewer.scene().trace.v)), kept)
  for (const view of ['traces', 'phase']) {
    await show(page, view)
    const both = await picture()
    await page.keyboard.press('f')
    assert.equal(await page.evaluate(() => izhViewer.scene().frozen), null)
    assert.notEqual(await picture(), both, view)
    await page.keyboard.press('f')
  }
  assert.equal(await page.getAttribute('#freeze', 'aria-pressed'), 'true')
  assert.deepEqual(complaints, [])
  await page.close()
})

test('a picture is on white, whatever the theme, with the setup in words and a bar', async () => {
  const { page } = await openPage(browser, '#preset=2003-CH', { colorScheme: 'dark' })
  await page.evaluate(() => izhViewer.step(100))
  for (const view of ['traces', 'phase', 'raster', 'compare', 'sweep', 'map', 'pair', 'network']) {
    await show(page, view)
    await page.click('#export summary')
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-export=svg]')])
    const svg = readFileSync(await file.path(), 'utf8')
    assert.match(svg, /^<svg[^>]*>\n<path d="M0 0h[^>]* fill="#ffffff"/, view)
    if (view === 'network') continue // whose neurons are not this one: coupled.mjs has its words
    for (const words of ['Neuron, 2003 form', 'a = 0.02 1/ms', 'c = −50 mV', 'Method: taylor']) assert.ok(svg.includes(words), `${view}: ${words}`)
    if (view === 'traces') assert.match(svg, />20 ms<|>50 ms</)
  }
  await page.close()
})

test('printed, there is the view and the setup in words, dark on white', async () => {
  const { page } = await openPage(browser, '#preset=2003-CH', { colorScheme: 'dark' })
  await page.evaluate(() => { izhViewer.step(100); dispatchEvent(new Event('beforeprint')) })
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  for (const gone of ['header', '#panel', '#tabs', '.transport']) assert.ok(await page.isHidden(gone), gone)
  assert.match(await page.textContent('#caption'), /c = −50 mV/)
  assert.ok(await page.isVisible('#caption'))
  const [r, g, b] = await page.evaluate(() => getComputedStyle(document.querySelector('#view')).backgroundColor.match(/\d+/g).map(Number))
  assert.deepEqual([r, g, b], [255, 255, 255])
  /** Pixels in the colours of v in the light and in the dark theme. */
  const ink = () => page.evaluate(() => {
    const canvas = document.querySelector('#view canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    return [[0x1c, 0x5d, 0x99], [0x7d, 0xb7, 0xf2]].map((colour) => {
      let count = 0
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] > 200 && colour.every((one, k) => Math.abs(data[i + k] - one) < 8)) count++
      return count
    })
  })
  await drawn(page)
  const [light, dark] = await ink()
  assert.ok(light > 100 && dark === 0, `${light} and ${dark} pixels`)
  await page.evaluate(() => dispatchEvent(new Event('afterprint')))
  await page.emulateMedia({ media: 'screen', colorScheme: 'dark' })
  await drawn(page)
  await drawn(page)
  const [lightAfter, darkAfter] = await ink()
  assert.ok(lightAfter === 0 && darkAfter > 100, `${lightAfter} and ${darkAfter} pixels`)
  await page.close()
})

await report(() => browser.close())
