// Takes the pictures of docs/viewer.md: each view on a desk and on a phone.
//
//   IZH_VIEWER=BUILD/examples/viewer node pictures.mjs CHROMIUM FOLDER
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser, openPage } from './browser.mjs'

const [chromium, folder] = process.argv.slice(2)
/** What shows a view well: a preset, and for how long it has run, ms. */
const SHOWN = {
  traces: ['2003-CH', 120],
  phase: ['2004-K', 330], // a stable focus, and one of two pairs of pulses that the neuron answers
  neuron: ['2004-C', 97],
  raster: ['2003-CH', 2960],
  compare: ['2003-CH', 150], // each method makes other bursts of it
}
const COMPARED = 'rk4:exact:0.1,euler:grid:0.5,published-2003:grid:1'
const browser = await openBrowser(chromium)
for (const [device, size] of Object.entries({ desk: { width: 1040, height: 660 }, phone: { width: 390, height: 844 } }))
  for (const [view, [preset, ms]] of Object.entries(SHOWN)) {
    const { page } = await openPage(browser, `#view=${view}&compared=${COMPARED}`, size)
    await page.selectOption('#preset', preset)
    await page.evaluate((time) => izhViewer.step(time), ms)
    await page.evaluate(() => document.activeElement.blur())
    await page.waitForTimeout(2500)
    const path = join(folder, `viewer-${view}-${device}.png`)
    await page.screenshot({ path })
    console.log(path, statSync(path).size)
    await page.close()
  }
await browser.close()
