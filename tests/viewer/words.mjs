// The page in another language: all that it says comes from the table of src/texts.ts, and the page is used in it.
//
//   words.mjs CHROMIUM
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { drawn, openBrowser, openPage, until } from './browser.mjs'
import { built, pageModules, source } from './bundle.mjs'
import { report, test } from './tap.mjs'
import { watchTexts } from './texts.mjs'

const { engine: modules, setup: setups, texts, fields, stimulus, coupling } =
  await pageModules('engine', 'setup', 'texts', 'fields', 'stimulus', 'coupling')
const engine = new modules.Engine(readFileSync(join(built, 'izh.wasm')))

/** Each letter of a text another, but for names in braces and what is HTML. */
const strange = (text) => text.replace(/\{\w+\}|<[^>]*>|[a-z]/gi, (part) => (part.length > 1 ? part : 'ж'))
const table = (of) => {
  if (typeof of === 'string') return strange(of)
  const entries = Object.entries(of).map(([name, value]) => [name, name === 'language' ? 'de' : table(value)])
  return Array.isArray(of) ? entries.map(([, value]) => value) : Object.fromEntries(entries)
}

/** What is no word of the page: of the library, of the model, of units and of keys. */
const words = (text) => text.match(/[A-Za-z][A-Za-z0-9_]*/g) ?? []
const KNOWN = new Set([
  'ms', 'mV', 'pA', 'pF', 'U', 'libizh', 'Ctrl', 'izhViewer', 'iframe', 'CV',
  ...setups.FORMS.flatMap((form) => [...coupling.pairFields(form), ...coupling.NETWORK_FIELDS,
    ...stimulus.KINDS.flatMap((kind) => [...fields.FIELDS[form], ...stimulus.stimulusFields(kind, form, 100)])])
    .flatMap(({ name, symbol, unit }) => [name, symbol.join(''), ...words(unit)]),
  'v0', 'u0', ...engine.methods.flatMap(words), ...engine.presets.flatMap(({ name }) => words(name)),
])
/** The library's own words, and symbols. */
const OTHERS = '#preset, #preset ~ .note, .symbol, .equation, script, noscript, textarea'

/** All texts of the page: of its elements, of what names them, and on its canvases. */
const texted = (page) => page.evaluate((others) => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(others)) found.push(walk.currentNode.data)
  for (const one of document.querySelectorAll('*'))
    if (!one.closest(others)) for (const name of ['title', 'aria-label', 'placeholder', 'aria-valuetext', 'label']) found.push(one.getAttribute(name) ?? '')
  return [...found, ...window.drawnTexts().flatMap(({ all }) => all.map(({ text }) => text))]
}, OTHERS)

test('in another language no word of English is left, in any view, form and dialog', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'izh-viewer-words-'))
  const browser = await openBrowser(process.argv[2], { gl: false })
  try {
    writeFileSync(join(folder, 'strange.json'), JSON.stringify(table(texts.TEXTS)))
    execFileSync(process.execPath, [join(source, '../build.mjs'), built, `--texts=${join(folder, 'strange.json')}`])
    const { page, complaints } = await openPage(browser)
    await page.addInitScript(watchTexts)
    await page.goto('about:blank')
    await page.goto(pathToFileURL(join(built, 'viewer.strange.html')).href + '#I=10&q=1') // with a notice
    await until(page, () => 'izhViewer' in window)
    const left = new Set()
    const look = async () => {
      await drawn(page)
      for (const text of await texted(page)) for (const word of words(text)) if (word.length > 1 && !KNOWN.has(word)) left.add(`${word} in "${text.trim()}"`)
    }
    assert.equal(await page.getAttribute('html', 'lang'), 'de')
    for (const view of setups.VIEW_NAMES) {
      await page.evaluate((name) => document.getElementById(`tab-${name}`).click(), view)
      await look() // at the beginning
      await page.evaluate(() => { izhViewer.step(333); izhViewer.run(); izhViewer.pause() })
      await look()
    }
    for (const details of await page.locator('details').all()) await details.evaluate((one) => { one.open = true })
    for (const link of ['#form=2007&current=ramp&view=map&I=300', '#form=general&current=noise', '#current=step&off=none&view=phase', '#current=pieces&pieces=0,5;50,10,0.1', '#q', '#I=100&view=raster', '#tour=5']) {
      await page.evaluate((hash) => { location.hash = hash }, link)
      await drawn(page)
      await page.evaluate(() => { izhViewer.step(1000); document.querySelector('#embed').click() })
      await look()
      await page.keyboard.press('Escape')
    }
    assert.deepEqual([...left], [])
    assert.deepEqual(complaints, [])
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
    rmSync(join(built, 'viewer.strange.html'), { force: true })
  }
})

test('of a table that says little the rest is English', () => {
  const folder = mkdtempSync(join(tmpdir(), 'izh-viewer-words-'))
  try {
    writeFileSync(join(folder, 'little.json'), JSON.stringify({ html: { tagline: 'Ein & "Wort"' }, run: 'Los' }))
    execFileSync(process.execPath, [join(source, '../build.mjs'), built, `--texts=${join(folder, 'little.json')}`])
    const html = readFileSync(join(built, 'viewer.little.html'), 'utf8')
    assert.match(html, /Ein & "Wort"<\/p>/)
    assert.match(html, />Los<\/button>/)
    assert.match(html, />Kick<\/button>/)
    assert.doesNotMatch(html.replace(/<script>[^]*?<\/script>/g, ''), /\{\{/)
  } finally {
    rmSync(folder, { recursive: true })
    rmSync(join(built, 'viewer.little.html'), { force: true })
  }
})

await report()
