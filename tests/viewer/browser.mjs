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
const SOFTWARE_GL = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const NO_GL = ['--disable-gpu', '--disable-software-rasterizer', '--disable-3d-apis']
export const address = pathToFileURL(join(built, 'viewer.html')).href

/** A browser of its own, with a profile of its own. */
export async function openBrowser(executablePath, { gl = true, ...options } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'izh-viewer-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, headless: true, args: [...FLAGS, ...(gl ? SOFTWARE_GL : NO_GL)],
    viewport: { width: 1280, height: 800 }, acceptDownloads: true, ...options,
  })
  context.setDefaultTimeout(10_000)
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => {})
  return {
    context,
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** A page at a setup's link, with what it complained of and whatever it asked for. */
export async function openPage({ context }, hash = '', { paused = true, ...emulated } = {}) {
  const page = await context.newPage()
  const complaints = []
  const requests = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url().replace(/#.*/, ''))
  })
  if (emulated.width) await page.setViewportSize({ width: emulated.width, height: emulated.height })
  await page.emulateMedia({ reducedMotion: paused ? 'reduce' : 'no-preference', colorScheme: emulated.colorScheme ?? 'light' })
  await page.goto(address + hash)
  await page.waitForFunction(() => 'izhViewer' in window)
  return { page, complaints, requests }
}

/** Two frames: what was asked for has been drawn. */
export const drawn = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
