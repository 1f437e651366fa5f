// Takes the pictures of docs/viewer.md: each view on a desk and on a phone, and each step of the tour; small ones.
//
//   IZH_VIEWER=BUILD/examples/viewer node pictures.mjs CHROMIUM FOLDER [NAME...]     all without a NAME
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser, openPage } from './browser.mjs'
import { pageModules } from './bundle.mjs'

const [chromium, folder, ...names] = process.argv.slice(2)
const { setup, tour } = await pageModules('setup', 'tour')
/** What shows a view well, where it is not the first of these: a preset or more of a link, and for how long it has run, ms. */
const USUAL = ['2003-CH', 120]
const SHOWN = {
  phase: ['2004-K', 330], // a stable focus, and one of two pairs of pulses that the neuron answers
  neuron: ['2004-C', 97],
  raster: ['2003-CH', 2960],
  compare: ['2003-CH', 150], // each method makes other bursts of it
  pair: ['&a=0.1&d=2&delay=4', 200], // late inhibition: in turns
  network: ['&span=800', 1400],
}
const COMPARED = 'rk4:exact:0.1,euler:grid:0.5,published-2003:grid:1'
const DEVICES = { desk: { width: 1040, height: 660, scale: 0.7 }, phone: { width: 390, height: 780, scale: 0.6 } }
const LONGEST = 8000 // ms, until a sweep and a map are whole

/** name: size, the end of a link, and what is done then. */
const wanted = []
for (const [device, size] of Object.entries(DEVICES))
  for (const view of setup.VIEW_NAMES) {
    const [preset, ms] = SHOWN[view] ?? USUAL
    const [more, chosen] = preset.startsWith('&') ? [preset] : [`&compared=${COMPARED}`, preset]
    wanted.push({ name: `viewer-${view}-${device}`, size, link: `#view=${view}${more}`, preset: chosen, ms, wait: /sweep|map/.test(view) ? LONGEST : 2500 })
  }
tour.TOUR.forEach((_, i) => wanted.push({ name: `viewer-tour-${i + 1}`, size: DEVICES.desk, link: `#tour=${i + 1}`, ms: 60, wait: 3000 }))

for (const { width, height, scale } of Object.values(DEVICES)) {
  const browser = await openBrowser(chromium, { deviceScaleFactor: scale })
  for (const { name, size, link, preset, ms, wait } of wanted) {
    if (size.width !== width || (names.length && !names.includes(name))) continue
    const { page } = await openPage(browser, link, { width, height })
    if (preset) await page.selectOption('#preset', preset)
    await page.evaluate((time) => { izhViewer.step(time); document.activeElement.blur() }, ms)
    await page.waitForTimeout(wait)
    const path = join(folder, `${name}.png`)
    await page.screenshot({ path })
    console.log(path, statSync(path).size)
    await page.close()
  }
  await browser.close()
}
