// How many frames a second each view draws at real time, 1280 x 800, with the browser's software rendering.
// Printed, never asserted.
//
//   IZH_VIEWER=BUILD/examples/viewer node frames.mjs CHROMIUM
import { openBrowser, openPage } from './browser.mjs'

const WARM = 1500 // ms
const MEASURED = 4000 // ms

const frames = (ms) => new Promise((resolve) => {
  const start = performance.now()
  let count = 0
  const frame = () => {
    count++
    const passed = performance.now() - start
    if (passed < ms) requestAnimationFrame(frame)
    else resolve((1000 * count) / passed)
  }
  requestAnimationFrame(frame)
})

for (const [name, gl] of [['without WebGL', false], ['with WebGL in software', true]]) {
  const browser = await openBrowser(process.argv[2], { gl })
  const { page } = await openPage(browser, '#speed=1', { paused: false })
  for (const view of ['traces', 'phase', 'neuron', 'raster', 'compare', 'sweep', 'map', 'pair', 'network']) {
    await page.click(`#tab-${view}`)
    await page.evaluate(() => izhViewer.run())
    await page.waitForTimeout(WARM)
    console.log(`${name}, ${view}: ${(await page.evaluate(frames, MEASURED)).toFixed(0)} frames/s`)
  }
  await browser.close()
}
