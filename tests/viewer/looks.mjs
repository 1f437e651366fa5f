// Who can use the page, and on what: keys, screen readers, phones, dark rooms, no WebGL, in a browser.
//
//   looks.mjs CHROMIUM
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { address, drawn, openBrowser, openPage, show, until } from './browser.mjs'
import { load } from './bundle.mjs'
import { report, test } from './tap.mjs'
import { textFaults, watchTexts } from './texts.mjs'

const browser = await openBrowser(process.argv[2])
const VIEWS = ['traces', 'phase', 'neuron', 'raster', 'compare', 'sweep', 'map', 'pair', 'network']
const axe = load('axe-core').source

/** What axe-core finds, of consequence to someone, in the whole page or a part of it. */
async function violations(page, part = 'html') {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe)
  const { violations: found } = await page.evaluate((one) => window.axe.run(one, { resultTypes: ['violations'] }), part)
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 120)} ${any[0]?.message ?? ''}`).join('; ')}`)
}

for (const colorScheme of ['light', 'dark'])
  test(`no view has a serious fault of accessibility, ${colorScheme}`, async () => {
    const { page } = await openPage(browser, '', { colorScheme })
    await page.evaluate(() => izhViewer.step(100))
    for (const details of await page.locator('#panel details').all())
      await details.evaluate((one) => { one.open = true })
    for (const view of VIEWS) {
      await show(page, view)
      // Around the views the page is the same, but that the panel has more for some.
      assert.deepEqual(await violations(page, ['compare', 'pair', 'network'].includes(view) ? 'html' : '.stage'), [], view)
    }
    await page.keyboard.press('?')
    assert.deepEqual(await violations(page, '#help-dialog'), [], 'help')
    await page.close()
  })

test('every control has a name', async () => {
  const { page } = await openPage(browser)
  for (const form of ['2003', '2007', 'general'])
    for (const kind of ['constant', 'step', 'ramp', 'noise', 'pieces']) {
      await page.evaluate(([one, other]) => {
        const { izhViewer } = window
        const stimulus = {
          constant: { I: 1 }, step: { base: 0, I: 1, on: 1, off: 2 }, ramp: { from: 0, to: 1, on: 1, off: 2 },
          noise: { mean: 0, sigma: 1, hold: 1, seed: 1 }, pieces: { segments: [{ t: 0, I: 1, slope: 0 }] },
        }[other]
        const { fields } = { 2003: { fields: { a: 0.02, b: 0.2, c: -65, d: 8 } },
          2007: { fields: { C: 100, k: 0.7, vr: -60, vt: -40, vpeak: 35, a: 0.03, b: -2, c: -50, d: 100 } },
          general: { fields: izhViewer.engine.presets[0].params } }[one]
        izhViewer.load({ ...izhViewer.setup(), form: one, fields, stimulus: { kind: other, ...stimulus }, view: 'compare' })
      }, [form, kind])
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('input, select, textarea, button')].filter((one) => {
          const ids = (one.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean)
          const texts = [one.getAttribute('aria-label'), ...ids.map((id) => document.getElementById(id)?.textContent),
            ...[...(one.labels ?? [])].map((label) => label.textContent), one.matches('button') && one.textContent]
          return !texts.some((text) => text && text.trim())
        }).map((one) => one.outerHTML))
      assert.deepEqual(nameless, [])
    }
  await page.close()
})

test('the tabs are used by keys', async () => {
  const { page } = await openPage(browser)
  await page.focus('#tab-traces')
  const at = async (name) => {
    assert.equal(await page.evaluate(() => izhViewer.setup().view), name)
    assert.equal(await page.evaluate(() => document.activeElement.id), `tab-${name}`)
    assert.deepEqual(await page.locator('[role=tab][aria-selected=true]').evaluateAll((all) => all.map(({ id }) => id)), [`tab-${name}`])
    assert.deepEqual(await page.locator('[role=tab][tabindex="0"]').evaluateAll((all) => all.map(({ id }) => id)), [`tab-${name}`])
    assert.equal(await page.getAttribute('[role=tabpanel]', 'aria-labelledby'), `tab-${name}`)
  }
  for (const [key, name] of [['ArrowRight', 'phase'], ['ArrowRight', 'neuron'], ['End', VIEWS.at(-1)], ['ArrowRight', 'traces'], ['ArrowLeft', VIEWS.at(-1)], ['Home', 'traces']]) {
    await page.keyboard.press(key)
    await at(name)
  }
  await page.close()
})

test('what is seen is said: each view describes itself when it stands still', async () => {
  const { page } = await openPage(browser)
  const said = new Set()
  for (const view of VIEWS) {
    await show(page, view)
    await page.evaluate(() => { izhViewer.step(60); izhViewer.run(); izhViewer.pause() })
    const text = await page.textContent('#announcer')
    assert.ok(text.length > 20, view)
    assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object/)
    said.add(text)
  }
  assert.equal(said.size, VIEWS.length)
  await page.close()
})

test('on a phone nothing is wider than the screen, and all can be reached', async () => {
  for (const [width, height] of [[360, 640], [390, 844], [740, 360], [844, 390]]) {
    const { page, complaints } = await openPage(browser, '', { width, height })
    await page.evaluate(() => izhViewer.step(100))
    for (const view of VIEWS) {
      await show(page, view)
      const [scroll, wide, { width: w, height: h }, tabs] = await page.evaluate(() => {
        const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement))
        const box = (one) => (({ left, right, width, height }) => ({ text: one.textContent, left, right, width, height }))(one.getBoundingClientRect())
        return [document.documentElement.scrollWidth,
        [...document.querySelectorAll('button, select, input, #view')]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement))
          .map((one) => one.outerHTML.slice(0, 100)),
        box(document.querySelector('#view')), [...document.querySelectorAll('[role=tab]')].map(box),
        ]
      })
      assert.ok(scroll <= width, `${view}: ${scroll} of ${width}`)
      assert.deepEqual(wide, [], view)
      assert.ok(w * h > 0.3 * width * height, `${view}: ${w} x ${h}`)
      for (const { text, left, right } of tabs) assert.ok(left >= 0 && right <= width, `${text} ends at ${right}`)
    }
    await show(page, 'traces')
    await page.locator('input[type=range][data-field=I]').scrollIntoViewIfNeeded()
    assert.ok(await page.isVisible('input[type=range][data-field=I]'))
    assert.deepEqual(complaints, [])
    await page.close()
  }
})

test('compared methods are seen whole: the plot, and the table below it', async () => {
  for (const [width, height, page = openPage(browser, '#view=compare', { width, height })] of [[1280, 800], [1120, 700], [390, 844], [360, 640]]) {
    const { page: one } = await page
    await until(one, () => document.querySelectorAll('.compare-table tbody td:last-child').length === 4)
    await drawn(one)
    const [plot, table, view, last] = await one.evaluate(() => ['.compare-plot', '.compare-table', '#view', '.compare-table tr:last-child'].map((name) => {
      const { left, right, top, bottom, height: tall } = document.querySelector(name).getBoundingClientRect()
      return { left, right, top, bottom, tall }
    }))
    assert.ok(plot.tall >= 220, `${width}: a plot of ${plot.tall}`)
    assert.ok(table.bottom <= view.bottom + 1, `${width}: a table to ${table.bottom} in a view to ${view.bottom}`)
    if (width > 1000) assert.ok(last.bottom <= height, `${width}: a row at ${last.bottom}`)
    assert.ok(table.right <= width + 1 && table.left >= 0)
    const cut = await one.evaluate(() => { const { scrollWidth, clientWidth } = document.querySelector('.compare-table'); return scrollWidth - clientWidth })
    assert.ok(cut <= 1, `${width}: ${cut} pixels of the table are cut`)
    await one.close()
  }
})

/** Setups with long numbers in all places, and how long they ran, ms. */
const FULL = {
  '': [60], '#I=100': [50000], '#I=1e12&window=10000': [30], '#d=-1e6': [1000],
  '#v0=-12345678.9&u0=15.000000000000002&window=10000&kick=1.23456789012345e-300&speed=0.123456': [30],
  '#form=2007&v0=-60&u0=0&mean=370&current=noise&seed=4294967295&sigma=12.3456789': [20000],
}
/** The heights that go with some widths on common screens. */
const HEIGHTS = { 360: 740, 1280: 720, 1440: 900 }
const WIDTHS = [360, 390, 600, 820, 821, 900, 1024, 1119, 1120, 1280, 1440, 1920]

for (const [link, [ms]] of Object.entries(FULL))
  test(`no text lies over another, leaves its picture or is cut, at any width: ${link || 'default'}`, async () => {
    const { page } = await openPage(browser, '', { width: 1280, height: 800 })
    await page.addInitScript(watchTexts)
    await page.goto('about:blank')
    await page.goto(address + link)
    await until(page, () => 'izhViewer' in window)
    for (const details of await page.locator('#panel details').all()) await details.evaluate((one) => { one.open = true })
    await page.evaluate((time) => izhViewer.step(time), ms)
    for (const width of link === '' || process.env.IZH_LONG ? WIDTHS : [360, 821, 1280]) {
      await page.setViewportSize({ width, height: HEIGHTS[width] ?? (width < 600 ? 780 : 800) })
      assert.deepEqual(await textFaults(page, VIEWS), [], `${width}`)
    }
    await page.close()
  })

test('the view keeps its height while the neuron runs, whatever its numbers', async () => {
  const { page } = await openPage(browser, '#view=raster')
  await page.selectOption('#preset', '2003-CH')
  for (const [width, height] of [[360, 640], [821, 700], [1040, 660], [1119, 700], [1280, 800]]) {
    await page.setViewportSize({ width, height })
    const heights = await page.evaluate((times) => {
      izhViewer.reset()
      const tall = () => document.querySelector('#view').getBoundingClientRect().height
      return [tall(), ...times.map((ms) => { izhViewer.step(ms); return tall() })]
    }, [1, 20, 50, 200, 20000])
    assert.equal(new Set(heights).size, 1, `${width}: ${heights}`)
  }
  await page.close()
})

test('on paper no text lies over another either', async () => {
  for (const width of [360, 1280]) {
    const { page } = await openPage(browser, '#I=100&d=1', { width, height: 780 })
    await page.evaluate(() => izhViewer.step(50000))
    for (const view of VIEWS.filter((one) => one !== 'neuron')) {
      await show(page, view)
      if (view === 'compare') await until(page, () => document.querySelectorAll('.compare-table tbody td:last-child').length === 4)
      await page.click('#export summary')
      const [file] = await Promise.all([page.waitForEvent('download'), page.click('[data-export=svg]')])
      const faults = await page.evaluate((svg) => {
        const place = document.createElement('div')
        place.innerHTML = svg
        document.body.append(place)
        const { width, height } = place.querySelector('svg').viewBox.baseVal
        // The box of a text is as high as its font; what is printed takes the middle of it.
        const boxes = [...place.querySelectorAll('text')].map((one) => ({ text: one.textContent, ...(({ x, y, width: w, height: h }) =>
          ({ left: x, right: x + w, top: y + h / 4, bottom: y + (3 * h) / 4 }))(one.getBBox()) }))
        place.remove()
        return boxes.flatMap((a, i) => [
          ...(a.left < -0.5 || a.right > width + 0.5 || a.top < 0 || a.bottom > height ? [`"${a.text}" leaves the paper`] : []),
          ...boxes.slice(0, i).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).map((b) => `"${a.text}" lies over "${b.text}"`),
        ])
      }, readFileSync(await file.path(), 'utf8'))
      assert.deepEqual(faults, [], `${view}, ${width}`)
    }
    await page.close()
  }
})

test('the choice of light or dark is remembered, and is no need', async () => {
  const { page } = await openPage(browser)
  const theme = (one) => one.evaluate(() => document.documentElement.dataset.theme)
  await page.click('#theme')
  assert.equal(await theme(page), 'dark')
  await page.reload()
  await until(page, () => 'izhViewer' in window)
  assert.equal(await theme(page), 'dark')
  await page.evaluate(() => localStorage.clear())
  await page.addInitScript(() => Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden') } }))
  await page.reload()
  await until(page, () => 'izhViewer' in window)
  assert.equal(await theme(page), undefined)
  await page.click('#theme')
  assert.equal(await theme(page), 'dark')
  await page.close()
})

test('dark by the system, and by the button', async () => {
  const { page } = await openPage(browser, '', { colorScheme: 'dark' })
  const light = () => page.evaluate(() => {
    const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number)
    return (r + g + b) / 3 / 255
  })
  const pixel = async () => {
    await drawn(page)
    await drawn(page)
    return (await page.locator('#view').screenshot()).toString('base64')
  }
  assert.ok((await light()) < 0.25)
  const dark = await pixel()
  await page.emulateMedia({ colorScheme: 'light' })
  assert.ok((await light()) > 0.75)
  assert.notEqual(await pixel(), dark)
  await page.click('#theme')
  assert.ok((await light()) < 0.25)
  await page.click('#theme')
  assert.ok((await light()) > 0.75)
  await page.close()
})

test('without WebGL the neuron is drawn flat, and moves', async () => {
  const flat = await openBrowser(process.argv[2], { gl: false })
  try {
    const { page, complaints } = await openPage(flat, '#view=neuron')
    assert.equal(await page.evaluate(() => document.createElement('canvas').getContext('webgl2')), null)
    await drawn(page)
    const before = (await page.locator('#view').screenshot()).toString('base64')
    await page.evaluate(() => izhViewer.step(28))
    for (let i = 0; i < 10; i++) await drawn(page)
    assert.notEqual((await page.locator('#view').screenshot()).toString('base64'), before)
    const drawnPixels = await page.evaluate(() => {
      const canvas = [...document.querySelectorAll('#view canvas')].find((one) => one.getContext('2d'))
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      return new Set(new Uint32Array(data.buffer)).size
    })
    assert.ok(drawnPixels > 20, `${drawnPixels} colours`)
    assert.deepEqual(complaints.filter((text) => !/webgl/i.test(text)), [])
    await page.close()
  } finally {
    await flat.close()
  }
})

await report(() => browser.close())
