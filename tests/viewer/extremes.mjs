// Links that ask for too much, and time without end: nothing stops the page, and it does not grow.
//
//   extremes.mjs CHROMIUM      with IZH_LONG in the environment all links, else those that once stopped it
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { drawn, openBrowser, openPage, show } from './browser.mjs'
import { report, test } from './tap.mjs'

const browser = await openBrowser(process.argv[2])
/** Those that compute; the neuron and the raster only show. */
const VIEWS = ['traces', 'phase', 'compare', 'sweep', 'map', 'pair', 'network']

const LINKS = [
  '#I=1e308', '#current=noise&hold=0.01&window=10000&speed=10', '#method=euler&dt=1e-4&speed=10', '#method=pinn&speed=10',
  '#b=-1e300&a=1e308', '#c=-1e308&d=1e308', '#v0=1e308&u0=-1e308', '#kick=1e308&window=10&speed=10',
  '#form=2007&C=1e300&k=1e300', '#form=2007&k=1e-300', '#form=general&r=0&b_hi=-1', '#form=general&r=1e300&vb=1e300&b3=1e300',
  '#current=pieces&pieces=0,1e300,1e300', '#current=step&on=1e300&off=1e301',
  '#method=euler&dt=100', '#wE=1000&noiseE=1000&noiseI=1000&span=10000&pace=10', '#tau=10000&delay=1000&g12=1000&g21=-1000',
].slice(0, process.env.IZH_LONG ? undefined : 4)
/** ms: far more than a frame takes on a busy machine, and far less than a page that hangs. */
const HANGS = 20000

/** Kicks and runs for some frames; the longest of them, ms. */
const slowest = (page) => page.evaluate(() => new Promise((resolve) => {
  document.querySelector('#kick').click()
  izhViewer.run()
  let [frames, last, longest] = [0, performance.now(), 0]
  const frame = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (++frames < 5) requestAnimationFrame(frame)
    else resolve(longest)
  }
  requestAnimationFrame(frame)
}))

async function svg(page) {
  await page.click('#export summary')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-export=svg]')])
  return readFileSync(await file.path()).toString()
}

for (const link of LINKS)
  test(`${link} does not stop the page in any view`, async () => {
    const { page, complaints } = await openPage(browser, link)
    for (const view of VIEWS) {
      await show(page, view)
      const longest = await slowest(page)
      assert.ok(longest < HANGS, `${view}: a frame of ${longest} ms`)
      assert.doesNotMatch(await page.textContent('.status'), /NaN|undefined|\[object/, view)
      if (view === 'phase') assert.doesNotMatch(await svg(page), /NaN|Infinity|undefined/)
    }
    assert.deepEqual(complaints, [])
    await page.close()
  })

test('ten minutes of a neuron at ten times real time take no memory that grows', async () => {
  const { page } = await openPage(browser, '#a=0.1&d=2&I=40&speed=10')
  const cdp = await browser.context.newCDPSession(page)
  await cdp.send('Performance.enable')
  const size = async (minutes) => {
    for (let i = 0; i < minutes; i++) {
      await page.evaluate(() => izhViewer.step(60000))
      await drawn(page) // with the preview, which takes memory of its own
    }
    await cdp.send('HeapProfiler.collectGarbage')
    const { metrics } = await cdp.send('Performance.getMetrics')
    const wasm = await page.evaluate(() => izhViewer.engine.calls.memory.buffer.byteLength)
    return [metrics.find(({ name }) => name === 'JSHeapUsedSize').value, wasm]
  }
  const [heap, wasm] = await size(2)
  const [later, grown] = await size(8)
  assert.ok(later < heap + 5e6, `${heap} to ${later} bytes`)
  assert.equal(grown, wasm)
  assert.ok((await page.evaluate(() => izhViewer.scene().spikeCount)) > 100000)
  assert.ok((await page.evaluate(() => izhViewer.spikes().length)) <= 22000)
  await page.close()
})

await report(() => browser.close())
