// The page in a browser: opens it, and watches that it complains of nothing and asks no network.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { built, load } from './bundle.mjs'

const { chromium } = load('playwright-core')
const FLAGS = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]
/** WebGL in software, and all else without: a page that the graphics card's stand-in puts together takes twice the
 * time. */
const SOFTWARE_GL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--disable-gpu-compositing', '--disable-gpu-rasterization']
const NO_GL = ['--disable-gpu', '--disable-software-rasterizer', '--disable-3d-apis']
export const address = pathToFileURL(join(built, 'viewer.html')).href

/** A browser of its own, with a profile of its own. */
export async function openBrowser(executablePath, { gl = true, ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'izh-viewer-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, headless: true, args: [...FLAGS, ...(gl ? SOFTWARE_GL : NO_GL)],
    viewport: WINDOW, acceptDownloads: true, ...options,
  })
  context.setDefaultTimeout(10_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {})
  return {
    context,
    idle: [],
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** A tab whose page was closed, or a new one: to make one takes longer than most tests. What a test puts before the
 * page's own script stays with its tab, which is then really closed. */
async function tabOf({ context, idle }) {
  const kept = idle.pop()
  if (kept) return kept
  const page = await context.newPage()
  const [close, addInitScript] = [page.close.bind(page), page.addInitScript.bind(page)]
  let own = false
  page.addInitScript = (...script) => {
    own = true
    return addInitScript(...script)
  }
  page.close = async () => {
    if (own) return close()
    for (const event of ['console', 'pageerror', 'request']) page.removeAllListeners(event)
    await page.mouse.move(0, 0)
    await page.goto('about:blank')
    idle.push(page)
  }
  return page
}

/** What the browser says of how it puts WebGL on a page without a graphics card. */
const OF_ITS_OWN = /GPU stall due to ReadPixels/

const WINDOW = { width: 1280, height: 800 }

/** A page at a setup's link, with what it complained of and whatever it asked for. */
export async function openPage(browser, hash = '', { paused = true, width = WINDOW.width, height = WINDOW.height, colorScheme = 'light' } = {}) {
  const page = await tabOf(browser)
  const complaints = []
  const requests = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !OF_ITS_OWN.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url().replace(/#.*/, ''))
  })
  await page.setViewportSize({ width, height })
  await page.emulateMedia({ media: 'screen', reducedMotion: paused ? 'reduce' : 'no-preference', colorScheme })
  await page.goto(address + hash)
  await until(page, () => 'izhViewer' in window)
  return { page, complaints, requests }
}

/** Waits until this holds in the page. Playwright's own way compiles a text in the page, which its policy forbids. */
export async function until(page, holds, argument) {
  for (const end = performance.now() + 10_000; !(await page.evaluate(holds, argument)); await page.waitForTimeout(10))
    if (performance.now() > end) throw new Error(`not so after 10 s: ${holds}`)
}

/** Shows a view, drawn. Not by the mouse, which takes far longer: page.mjs tests that. */
export async function show(page, view) {
  await page.evaluate((name) => document.getElementById(`tab-${name}`).click(), view)
  await drawn(page)
}

/** Two frames: what was asked for has been drawn. */
export const drawn = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
