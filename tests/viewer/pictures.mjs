// Takes the pictures of docs/viewer.md: each view on a desk and on a phone.
//
//   IZH_VIEWER=BUILD/examples/viewer node pictures.mjs CHROMIUM FOLDER
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser, openPage } from './browser.mjs'

const [chromium, folder] = process.argv.slice(2)
/** What shows a view well: a setup's link, and for how long it has run, ms. */
const SHOWN = {
  traces: ['#a=0.02&b=0.2&c=-50&d=2&I=10&window=200', 170],
  phase: ['#I=10&window=200', 130],
  neuron: ['#I=10&window=200', 163],
  raster: ['#a=0.02&b=0.2&c=-50&d=2&current=noise&mean=9&sigma=8&hold=1&seed=4&window=400', 2000],
  compare: ['#I=10&window=200', 170],
}
const browser = await openBrowser(chromium)
for (const [device, size] of Object.entries({ desk: { width: 1120, height: 700 }, phone: { width: 390, height: 844 } }))
  for (const [view, [link, ms]] of Object.entries(SHOWN)) {
    const { page } = await openPage(browser, `${link}&view=${view}`, size)
    await page.evaluate((time) => izhViewer.step(time), ms)
    await page.waitForTimeout(2500)
    const path = join(folder, `viewer-${view}-${device}.png`)
    await page.screenshot({ path })
    console.log(path, statSync(path).size)
    await page.close()
  }
await browser.close()
