// The page in a browser: that it loads from a file, alone, and that its neurons are the native library's.
//
//   page.mjs CHROMIUM NATIVE     native.c's program
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { address, drawn, openBrowser, openPage, until } from './browser.mjs'
import { built } from './bundle.mjs'
import { difference, nativeCases, runCase } from './native.mjs'
import { report, test } from './tap.mjs'

const [chromium, program] = process.argv.slice(2)
const cases = nativeCases(program)
const browser = await openBrowser(chromium)
const VIEWS = ['traces', 'phase', 'neuron', 'raster', 'compare', 'sweep', 'map', 'pair', 'network']

test('the page is one file of at most 1.2 MB that names no other', () => {
  const file = join(built, 'viewer.html')
  assert.ok(statSync(file).size <= 1.2e6)
  const html = readFileSync(file, 'utf8').replace(/<script>[^]*<\/script>/, '')
  assert.doesNotMatch(html, /\b(src|href)="(?!data:)/)
  assert.doesNotMatch(html, /@import|url\((?!["']?data:)/)
})

// ---- why it cannot start ----

/** A WebAssembly module that imports one function and has nothing else. */
function importing(module, name) {
  const text = (word) => [word.length, ...Buffer.from(word)]
  const section = (id, bytes) => [id, bytes.length, ...bytes]
  return Buffer.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, [1, 0x60, 0, 0]), ...section(2, [1, ...text(module), ...text(name), 0, 0]),
  ])
}

/** As the page has it. */
const packed = (bytes) => gzipSync(bytes, { level: 9 }).toString('base64')
const library = packed(readFileSync(join(built, 'izh.wasm')))
const whole = readFileSync(join(built, 'viewer.html'), 'utf8')
/** Without its policy, which lets no changed page run. */
const html = whole.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')

/** Opens a page changed by `change`, in which `before` runs first; the text that is seen on it. */
async function textOf({ change = (text) => text, of = html, before = () => {}, context = browser.context }) {
  const folder = mkdtempSync(join(tmpdir(), 'izh-viewer-page-'))
  const page = await context.newPage()
  try {
    writeFileSync(join(folder, 'viewer.html'), change(of))
    await page.addInitScript(before)
    await page.goto(pathToFileURL(join(folder, 'viewer.html')).href)
    return { text: await page.innerText('body'), controls: await page.locator('main button:visible').count() }
  } finally {
    await page.close()
    rmSync(folder, { recursive: true })
  }
}

/** What may go wrong: how, and the words that say so. */
const FAILURES = {
  'a library that imports what the page has not': [
    { change: (text) => text.replace(library, packed(importing('wasi_snapshot_preview1', 'fd_prestat_get'))) },
    /import.*wasi_snapshot_preview1\.fd_prestat_get/,
  ],
  'a library of another module': [
    { change: (text) => text.replace(library, packed(importing('env', 'fd_write'))) }, /import.*env\.fd_write/,
  ],
  'a library that is none': [{ change: (text) => text.replace(library, packed(Buffer.from('none'))) }, /CompileError|WebAssembly/],
  'a library that is cut off': [{ change: (text) => text.replace(library, library.slice(0, 40000)) }, /library in the page is damaged/],
  'no WebAssembly': [{ before: () => { delete window.WebAssembly } }, /no WebAssembly/],
  'a script that this browser cannot read': [{ change: (text) => text.replace('<script>"use strict"', '<script>"use strict";let 1') }, /SyntaxError/],
  'a page that was changed after it was built': [
    { change: (text) => text.replace('<script>"use strict"', '<script>"use strict";0'), of: whole }, /does not allow itself script-src/,
  ],
  'an error in the script': [
    { before: () => { window.matchMedia = () => { throw new Error('no media today') } } }, /no media today/,
  ],
}
for (const [what, [wrong, words]] of Object.entries(FAILURES))
  test(`it says on itself why it cannot start: ${what}`, async () => {
    const { text, controls } = await textOf(wrong)
    assert.match(text, /The viewer cannot start/)
    assert.match(text, words)
    assert.equal(controls, 0, 'controls that do nothing')
  })

test('it says on itself why it cannot start: no JavaScript', async () => {
  const plain = await openBrowser(chromium, { javaScriptEnabled: false })
  try {
    const { text } = await textOf({ context: plain.context })
    assert.match(text, /cannot start.*JavaScript/)
  } finally {
    await plain.close()
  }
})

test('an error after the start is said, and no more than that is lost', async () => {
  const { page } = await openPage(browser)
  await page.evaluate(() => { setTimeout(() => { throw new Error('a fault of its own') }) })
  await page.waitForSelector('#message:visible')
  assert.match(await page.textContent('#message-text'), /An error in the page: .*a fault of its own/)
  assert.ok(await page.isHidden('#failure'))
  assert.ok(await page.isVisible('#run'))
  await page.close()
})

test('every view loads from a file and runs without a complaint or a request', async () => {
  for (const view of VIEWS) {
    const { page, complaints, requests } = await openPage(browser, `#view=${view}&speed=1`, { paused: false })
    await until(page, () => izhViewer.state().t > 40)
    await drawn(page)
    assert.ok((await page.evaluate(() => izhViewer.scene().spikeCount)) > 0)
    assert.deepEqual(complaints, [])
    assert.deepEqual(requests, [address], view)
    await page.close()
  }
})

test('something is drawn in every view, and it changes with what happens', async () => {
  const { page, complaints } = await openPage(browser)
  for (const view of VIEWS) {
    await page.click(`#tab-${view}`)
    await page.evaluate(() => izhViewer.reset())
    await drawn(page)
    const before = await picture(page)
    await page.evaluate((changed) => {
      const setup = izhViewer.setup()
      if (changed) izhViewer.load({ ...setup, fields: { ...setup.fields, d: changed } })
      izhViewer.step(123.4)
    }, { compare: 2, sweep: 3, map: 4 }[view] ?? 0)
    for (let i = 0; i < 20 && (await picture(page)) === before; i++) await drawn(page)
    assert.notEqual(await picture(page), before, view)
  }
  assert.deepEqual(complaints, [])
  await page.close()
})

const picture = async (page) => (await page.locator('#view').screenshot()).toString('base64')

test('every case has the bits of the native library in the page', async () => {
  const { page } = await openPage(browser)
  await page.evaluate(`window.runCase = ${runCase}`)
  const lines = await page.evaluate(
    (asked) => asked.map((one) => window.runCase(izhViewer.engine, izhViewer, one)),
    cases.map(({ lines: _, ...one }) => one),
  )
  cases.forEach((one, i) => assert.equal(difference(one.lines, lines[i]), null, `${one.name} ${one.method}`))
  await page.close()
})

test('the trains that sweeps and maps are made of have the bits of the native library in the page', async () => {
  const lines = execFileSync(program, ['trains'], { encoding: 'utf8' }).trim().split('\n').map((line) => line.split(' ').slice(1).map(bits))
  const { page } = await openPage(browser)
  const found = await page.evaluate((points) => points.map(([a, b, c, d, I]) => izhViewer.train(izhViewer.engine.params2003(a, b, c, d), I)),
    lines.filter((_, i) => i % 2 === 0))
  assert.deepEqual(found, lines.filter((_, i) => i % 2))
  assert.equal(found.length, 100)
  await page.close()
})

/** The first two cases of a preset are its flavours. */
const flavours = [...new Set(cases.map(({ name }) => name))].flatMap((name) =>
  cases.filter((one) => one.name === name).slice(0, 2).map((one, i) => ({ ...one, flavour: ['exact', 'published'][i] })))

const bits = (hex) => new DataView(Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16)).buffer).getFloat64(0)

/** Each flavour chosen in the lists as a user does it, and run to its end: what the page then has and says. In one
 * call: two choices and four questions each are some hundred milliseconds, eighty times. */
async function chosen() {
  const { page } = await openPage(browser)
  const found = await page.evaluate((asked) => asked.map(({ name, flavour, end }) => {
    const choose = (id, value) => {
      const list = document.getElementById(id)
      list.value = value
      list.dispatchEvent(new Event('input', { bubbles: true }))
      list.dispatchEvent(new Event('change', { bubbles: true }))
    }
    choose('preset', name)
    choose('flavour', flavour)
    izhViewer.step(end)
    const text = (id) => document.getElementById(id).textContent
    return {
      spikes: izhViewer.spikes().map(({ t }) => t), state: izhViewer.state(), trouble: izhViewer.scene().trouble,
      within: text('within'), count: text('spikes'), detail: text('regime-detail'),
    }
  }), flavours.map(({ name, flavour, until: end }) => ({ name, flavour, end: bits(end) })))
  await page.close()
  return found
}

let shared
flavours.forEach(({ name, flavour, lines }, i) => {
  test(`${name}, ${flavour}: chosen in the list, it has the spikes of the native library`, async () => {
    shared ??= chosen()
    const { spikes, state, trouble, within, count, detail } = (await shared)[i]
    const native = lines.filter((line) => line.startsWith('spike')).map((line) => bits(line.split(' ')[1]))
    const [, status, t, v, u] = lines.at(-1).split(' ')
    assert.deepEqual(spikes, native.slice(-spikes.length || undefined))
    assert.deepEqual([state.v, state.u], [bits(v), bits(u)])
    if (status === 'IZH_OK') {
      assert.equal(trouble, null)
      assert.match(within, new RegExp(`: ${native.length}$`))
      assert.match(count, new RegExp(`\\b${native.length}$`))
    } else {
      assert.equal(state.t, bits(t))
      assert.ok(trouble)
      assert.equal(detail, trouble)
    }
  })
})

await report(() => browser.close())
