// What a user does to the page, in a browser: sliders, time, undo, links, files, what is refused.
//
//   setups.mjs CHROMIUM
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { drawn, openBrowser, openPage, show, until } from './browser.mjs'
import { report, test } from './tap.mjs'

const browser = await openBrowser(process.argv[2])

const setup = (page) => page.evaluate(() => izhViewer.setup())
const state = (page) => page.evaluate(() => izhViewer.state())
const message = async (page) => (await page.isVisible('#message')) ? page.textContent('#message-text') : null
const number = (page, field) => page.locator(`input[type=text][data-field="${field}"]`)
const slider = (page, field) => page.locator(`input[type=range][data-field="${field}"]`)

async function type(page, field, text) {
  await number(page, field).fill(text)
  await number(page, field).press('Enter')
}

/** The whole preview, once there is all of it: numbers that any change of what comes changes. */
async function foreseen(page) {
  await until(page, () => {
    const { preview, now, setup, trouble } = izhViewer.scene()
    return trouble || (preview && preview.t.at(-1) >= now + setup.window / 4 - setup.window / 500)
  })
  return page.evaluate(() => {
    const { preview, trouble } = izhViewer.scene()
    return JSON.stringify([trouble, ...['t', 'v', 'u', 'I'].map((name) => Array.from(preview?.[name] ?? []))])
  })
}

/** On these, every parameter of a form matters within the preview: spikes, v on both sides of vb. */
const FORMS = {
  2003: '#form=2003&I=10&window=400',
  2007: '#form=2007&v0=-70&u0=0&I=150&window=800',
  general: '#form=general&v0=-70&u0=0&I=150&window=800&u_max=300&b3=0.001',
}

for (const [form, hash] of Object.entries(FORMS))
  test(`each slider of the form ${form} changes at once what comes`, async () => {
    const { page, complaints } = await openPage(browser, hash)
    for (const details of await page.locator('#panel details').all())
      if (!(await details.evaluate((one) => one.open))) await details.locator('summary').click()
    const fields = await page.locator('#panel input[type=range][data-field]').evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.dataset.field))
    const parameters = Object.keys((await setup(page)).fields)
    for (const field of [...parameters, 'I', 'v0', 'u0', 'window']) assert.ok(fields.includes(field), field)
    const before = await foreseen(page) // undone, each change leaves this setup
    for (const field of fields.filter((one) => !['dt', 'kick'].includes(one))) {
      const old = await setup(page)
      await slider(page, field).focus()
      await slider(page, field).press(field === 'u_max' ? 'Home' : 'ArrowLeft') // 300 limits nothing
      assert.notDeepEqual(await setup(page), old, field)
      assert.notEqual(await foreseen(page), before, field)
      assert.equal(await message(page), null, field)
      await page.keyboard.press('Control+z')
      assert.deepEqual(await setup(page), old, `undo of ${field}`)
    }
    assert.deepEqual(complaints, [])
    await page.close()
  })

test('a slider is dragged while the neuron runs: what follows changes, what was does not', async () => {
  const { page } = await openPage(browser, '#speed=0.5', { paused: false })
  await until(page, () => izhViewer.state().t > 30)
  const box = await slider(page, 'I').boundingBox()
  const y = box.y + box.height / 2
  const spikes = await page.evaluate(() => izhViewer.spikes().slice())
  await page.mouse.move(box.x + box.width / 2, y)
  await page.mouse.down()
  const seen = new Set()
  for (const share of [0.6, 0.7, 0.8, 0.9]) {
    await page.mouse.move(box.x + share * box.width, y)
    seen.add((await setup(page)).stimulus.I)
  }
  await page.mouse.up()
  assert.equal(seen.size, 4)
  const { I } = (await setup(page)).stimulus
  const [min, max] = await slider(page, 'I').evaluate((one) => [Number(one.min), Number(one.max)])
  assert.ok(Math.abs(I - (min + 0.9 * (max - min))) < 0.04 * (max - min), `${I} of ${min} to ${max}`)
  await until(page, (then) => izhViewer.state().t > then, (await state(page)).t + 20)
  const later = await page.evaluate(() => izhViewer.spikes().slice())
  assert.deepEqual(later.slice(0, spikes.length), spikes)
  assert.equal(await page.evaluate(() => izhViewer.scene().current), I)
  assert.equal(await page.evaluate(() => izhViewer.scene().trace.I.at(-1)), I)
  await page.click('#run')
  await page.click('#undo')
  assert.equal((await setup(page)).stimulus.I, 10)
  assert.ok(await page.isDisabled('#undo'), 'a drag is one entry')
  await page.close()
})

test('each kind of current has sliders, and they change it', async () => {
  const { page } = await openPage(browser, '#window=400')
  for (const kind of ['step', 'ramp', 'noise']) {
    await page.selectOption('#current', kind)
    const names = Object.keys((await setup(page)).stimulus).filter((name) => name !== 'kind')
    assert.ok(names.length >= 4)
    for (const name of names) {
      const old = (await setup(page)).stimulus[name]
      await slider(page, name).focus()
      await slider(page, name).press('ArrowRight')
      assert.notEqual((await setup(page)).stimulus[name], old, `${kind} ${name}`)
      assert.equal(await message(page), null)
    }
  }
  await page.selectOption('#current', 'pieces')
  await page.fill('[data-field=pieces]', '0,5;20,15,0.1')
  await page.locator('[data-field=pieces]').blur()
  assert.deepEqual((await setup(page)).stimulus, { kind: 'pieces', segments: [{ t: 0, I: 5, slope: 0 }, { t: 20, I: 15, slope: 0.1 }] })
  await page.evaluate(() => izhViewer.step(30))
  assert.equal(await page.evaluate(() => izhViewer.scene().current), 16)
  await page.close()
})

test('every method can be chosen, goes on from the same state, and each steps in its way', async () => {
  const { page } = await openPage(browser)
  await page.evaluate(() => izhViewer.step(40))
  const from = await state(page)
  const methods = await page.locator('#method option').evaluateAll((all) => all.map((one) => one.value))
  assert.equal(methods.length, 17)
  const ends = new Set()
  for (const method of methods) {
    await page.click('#reset')
    await page.selectOption('#method', 'taylor')
    await page.evaluate(() => izhViewer.step(40))
    assert.deepEqual(await state(page), from)
    await page.selectOption('#method', method)
    assert.equal(await message(page), null, method)
    assert.equal((await setup(page)).method, method)
    assert.deepEqual(await state(page), from, method)
    await page.evaluate(() => izhViewer.step(40))
    ends.add(JSON.stringify(await state(page)))
  }
  assert.ok(ends.size >= 15, `${ends.size} different ends`)
  await page.selectOption('#method', 'rk4')
  const { events } = await setup(page)
  await page.selectOption('#events', events === 'grid' ? 'exact' : 'grid')
  assert.notEqual((await setup(page)).events, events)
  await page.selectOption('#method', 'taylor')
  assert.equal((await setup(page)).events, 'exact')
  await page.close()
})

test('pause, single steps, speed, kick and reset', async () => {
  const { page } = await openPage(browser, '#speed=1', { paused: false })
  const moves = async () => {
    const { t } = await state(page)
    await drawn(page)
    await drawn(page)
    return (await state(page)).t > t
  }
  await until(page, () => izhViewer.state().t > 5)
  assert.ok(await moves())
  await page.click('#run')
  assert.equal(await page.textContent('#run'), 'Run')
  assert.ok(!(await moves()))
  const { t } = await state(page)
  await page.click('#step')
  assert.equal((await state(page)).t, t + 1)
  await page.selectOption('#method', 'rk4')
  await type(page, 'dt', '0.25')
  await page.click('#step')
  assert.equal((await state(page)).t, t + 1.25)
  const { v } = await state(page)
  await page.click('#kick')
  assert.equal((await state(page)).v, v + 10)
  await type(page, 'kick', '-3.5')
  await page.click('#kick')
  assert.equal((await state(page)).v, v + 6.5)
  assert.match(await page.getAttribute('#kick', 'title'), /-3\.5 mV/)
  await page.click('#reset')
  assert.deepEqual(await state(page), { t: 0, v: -65, u: -13 })
  assert.equal(await page.evaluate(() => izhViewer.spikes().length), 0)
  await page.locator('#speed').focus()
  await page.locator('#speed').press('Home')
  assert.equal((await setup(page)).speed, 0.01)
  assert.match(await page.textContent('#speed-value'), /0\.01/)
  await page.locator('#speed').press('End')
  assert.equal((await setup(page)).speed, 10)
  /** Simulated time by real time, over some frames; one of more than 100 ms counts as that. */
  const rate = async (speed) => {
    await page.evaluate((one) => izhViewer.load({ ...izhViewer.setup(), speed: one }), speed)
    return page.evaluate(() => new Promise((resolve) => {
      izhViewer.run()
      let [frames, begun] = [0, performance.now()]
      const frame = () => {
        if (++frames < 12) requestAnimationFrame(frame)
        else resolve(izhViewer.state().t / (performance.now() - begun))
      }
      requestAnimationFrame(frame)
    }))
  }
  const slow = await rate(0.02)
  assert.ok(slow > 0 && slow < 0.025, slow)
  assert.ok((await rate(0.5)) > 3 * slow)
  await page.close()
})

test('undo and redo take every change back and forth', async () => {
  const { page } = await openPage(browser)
  const seen = [await setup(page)]
  await type(page, 'a', '0.1')
  seen.push(await setup(page))
  await page.selectOption('#method', 'euler')
  seen.push(await setup(page))
  await page.selectOption('#preset', '2003-CH')
  seen.push(await setup(page))
  await page.selectOption('#current', 'noise')
  seen.push(await setup(page))
  assert.equal(new Set(seen.map((one) => JSON.stringify(one))).size, 5)
  for (const old of seen.slice(0, -1).reverse()) {
    await page.click('#undo')
    assert.deepEqual(await setup(page), old)
  }
  assert.ok(await page.isDisabled('#undo'))
  for (const later of seen.slice(1)) {
    await page.click('#redo')
    assert.deepEqual(await setup(page), later)
  }
  assert.ok(await page.isDisabled('#redo'))
  await page.close()
})

async function download(page, kind) {
  await page.click('#export summary')
  const [file] = await Promise.all([page.waitForEvent('download'), page.click(`[data-export=${kind}]`)])
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) }
}

test('the trace and the spikes are exported as CSV, every number in full', async () => {
  const { page } = await openPage(browser)
  await page.evaluate(() => izhViewer.step(150))
  const expected = await page.evaluate(() => {
    const { trace, spikes } = izhViewer.scene()
    return {
      trace: Array.from(trace.t, (t, i) => [t, trace.v[i], trace.u[i], trace.I[i]]),
      spikes: spikes.map(({ t, before, after }) => [t, before.v, before.u, after.v, after.u]),
    }
  })
  for (const kind of ['trace', 'spikes']) {
    const { name, content } = await download(page, kind)
    assert.match(name, /\.csv$/)
    const [head, ...rows] = content.toString().trimEnd().split('\n')
    assert.match(head, /^t \(ms\),v/)
    assert.ok(rows.length > 3)
    assert.deepEqual(rows.map((row) => row.split(',').map(Number)), expected[kind])
  }
  await page.close()
})

test('every view is exported as PNG, and those of lines as SVG', async () => {
  const { page, complaints } = await openPage(browser)
  await page.evaluate(() => izhViewer.step(150))
  const vector = []
  for (const view of ['traces', 'phase', 'neuron', 'raster', 'compare', 'sweep', 'map', 'pair', 'network']) {
    await show(page, view)
    const { name, content } = await download(page, 'png')
    assert.match(name, new RegExp(`${view}\\.png$`))
    assert.equal(content.subarray(1, 4).toString(), 'PNG')
    assert.ok(content.readUInt32BE(16) > 600 && content.length > 5000, `${view}: ${content.length} bytes`)
    await page.click('#export summary')
    const enabled = await page.isEnabled('[data-export=svg]')
    await page.click('#export summary')
    if (!enabled) continue
    vector.push(view)
    const svg = (await download(page, 'svg')).content.toString()
    const [root, error, shapes] = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
      return [parsed.documentElement.localName, parsed.querySelector('parsererror')?.textContent ?? null,
        parsed.querySelectorAll('path, line, polyline, rect, circle, text').length]
    }, svg)
    assert.deepEqual([root, error], ['svg', null])
    assert.ok(shapes > 10, view)
    assert.doesNotMatch(svg, /NaN|undefined|<script/)
  }
  assert.deepEqual(vector, ['traces', 'phase', 'raster', 'compare', 'sweep', 'map', 'pair', 'network'])
  assert.deepEqual(complaints, [])
  await page.close()
})

test('the address is the setup, exactly: reloaded, copied, and changed by hand', async () => {
  const { page } = await openPage(browser, '#form=2007&a=0.1234567890123456&I=4.9e-324&current=constant&view=phase')
  const first = await setup(page)
  assert.equal(first.fields.a, 0.1234567890123456)
  assert.equal(first.stimulus.I, 4.9e-324)
  await type(page, 'k', String(1 / 3))
  await until(page, (x) => location.hash.includes(x), `k=${1 / 3}`)
  const changed = await setup(page)
  await page.reload()
  await until(page, () => 'izhViewer' in window)
  assert.deepEqual(await setup(page), changed)
  assert.equal(await page.evaluate(() => izhViewer.link()), page.url())
  await page.click('#copy')
  await page.evaluate(() => { location.hash = '#form=2003&a=0.07&view=raster' })
  await until(page, () => izhViewer.setup().fields.a === 0.07)
  assert.equal(await page.getAttribute('#tab-raster', 'aria-selected'), 'true')
  await page.close()
})

/** Ends of links, and words of why they are refused. */
const REFUSED = [
  ['#a=fast', 'a = "fast"'], ['#I=1e-400', 'too small'], ['#method=magic', 'magic'], ['#dt=-1', 'dt = -1'],
  ['#method=taylor&events=grid', 'grid'], ['#c=40', 'c'], ['#a=<img src=x onerror=alert(1)>', '<img'],
  ['#window=1e300', 'window'], ['#%', 'encoded'], ['#current=noise&hold=1e-9', 'hold'],
]

test('a link that is no setup is refused, visibly, and the default shown', async () => {
  for (const [hash, words] of [REFUSED[0], REFUSED[6], REFUSED[8]]) {
    const { page, complaints } = await openPage(browser, hash)
    assert.ok((await message(page))?.includes(words), `${hash}: ${await message(page)}`)
    assert.equal((await setup(page)).fields.a, 0.02)
    assert.equal(await page.locator('#message img').count(), 0)
    assert.deepEqual(complaints, [])
    await page.close()
  }
})

test('one that is refused later leaves what is shown', async () => {
  const { page, complaints } = await openPage(browser, '#a=0.03')
  const old = await setup(page)
  for (const [hash, words] of REFUSED) {
    await page.evaluate((end) => { location.hash = end }, hash)
    await until(page, (text) => document.querySelector('#message-text').textContent.includes(text), words)
    assert.deepEqual(await setup(page), old, hash)
    assert.equal(await page.locator('#message img').count(), 0)
    await page.evaluate(() => document.querySelector('#message-close').click())
  }
  assert.deepEqual(complaints, [])
  await page.close()
})

test('a link with what the page does not know opens with the rest, and says what it left out', async () => {
  const { page, complaints } = await openPage(browser, '#colour=red&a=0.05&view=phase&<img src=x>=1')
  assert.equal((await setup(page)).fields.a, 0.05)
  assert.equal((await setup(page)).view, 'phase')
  assert.match(await message(page), /shown without: colour = "red"; <img src = "x>=1"/)
  assert.equal(await page.locator('#message img').count(), 0)
  await page.evaluate(() => { location.hash = '#a=0.07&vr=-60' })
  await until(page, () => izhViewer.setup().fields.a === 0.07)
  assert.match(await message(page), /without: vr = "-60"/)
  await page.evaluate(() => { location.hash = '#a=0.08' })
  await until(page, () => izhViewer.setup().fields.a === 0.08)
  assert.equal(await message(page), null)
  assert.deepEqual(complaints, [])
  await page.close()
})

/** Doubles that take many characters. */
const LONG = ['1e12', '15.000000000000002', '-1.2345678901234568e-300', '-0.12345678901234566', '123456.789']

test('a number box shows the whole number, whatever its length, on any screen', async () => {
  const boxes = (page) => page.locator('input.number').evaluateAll((all) => all.filter((one) => one.checkVisibility())
    .map(({ dataset, value, scrollWidth, clientWidth }) => ({ field: dataset.field, value, cut: scrollWidth - clientWidth })))
  for (const [width, height] of [[1280, 800], [360, 640], [844, 390]]) {
    const { page } = await openPage(browser, `#I=1e12&v0=15.000000000000002&view=compare&compared=rk4:exact:0.12345678901234566`, { width, height })
    const shown = async (field) => (await boxes(page)).find((one) => one.field === field).value
    assert.equal(await shown('I'), '1e12')
    assert.equal(await shown('v0'), '15.000000000000002')
    for (const text of LONG) {
      await type(page, 'u0', text)
      assert.equal(await shown('u0'), text)
      assert.equal((await setup(page)).initial.u, Number(text))
      assert.deepEqual((await boxes(page)).filter(({ cut }) => cut > 0), [], `${width}: ${text}`)
    }
    for (const form of ['2007', 'general']) {
      const fields = await page.evaluate((name) => {
        const { fields, ...rest } = izhViewer.setup()
        const all = name === '2007' ? { C: 100, k: 0.7, vr: -60, vt: -40, vpeak: 35, a: 0.03, b: -2, c: -50, d: 100 }
          : izhViewer.engine.presets[0].params
        const long = Object.fromEntries(Object.entries(all).map(([key, x]) => [key, Number.isFinite(x) ? x * (1 + 2 ** -52) + 2 ** -40 : x]))
        izhViewer.load({ ...rest, form: name, fields: long })
        return long
      }, form)
      for (const details of await page.locator('#panel details').all()) await details.evaluate((one) => { one.open = true })
      const all = await boxes(page)
      assert.deepEqual(all.filter(({ cut }) => cut > 0), [], `${width}: ${form}`)
      for (const [field, x] of Object.entries(fields))
        assert.equal(Number(all.find((one) => one.field === field).value.replace('none', 'Infinity')), x, field)
    }
    await page.close()
  }
})

test('a number keeps its digits when it is turned by keys, and when it becomes another kind of current', async () => {
  const { page } = await openPage(browser, '#I=15.000000000000002')
  await number(page, 'I').press('ArrowUp')
  assert.equal((await setup(page)).stimulus.I, 15.100000000000002)
  await number(page, 'I').press('ArrowDown')
  assert.equal((await setup(page)).stimulus.I, 15.000000000000002)
  await type(page, 'I', '1e12')
  await number(page, 'I').press('ArrowUp')
  assert.equal((await setup(page)).stimulus.I, 1e12 + 0.1)
  await type(page, 'I', '15.000000000000002')
  await page.selectOption('#current', 'step')
  assert.equal((await setup(page)).stimulus.I, 15.000000000000002)
  await page.selectOption('#current', 'noise')
  await type(page, 'hold', '0.05')
  assert.equal(await message(page), null)
  await page.selectOption('#current', 'pieces')
  assert.match(await message(page), /first 2000 pieces are kept; 2000 more are left out/)
  await page.close()
})

test('a number that is none, or that libizh refuses, is refused, visibly, and the old one stays', async () => {
  const { page, complaints } = await openPage(browser)
  const old = await setup(page)
  for (const [field, text, words] of [
    ['a', 'fast', '"fast" is not a number'], ['a', '', 'not a number'], ['a', '1e999', 'too large'],
    ['b', 'NaN', 'not a number'], ['c', '35', 'c = 35'], ['dt', '-1', 'dt = -1'], ['I', 'Infinity', 'not a number'],
    ['window', '0', 'window = 0'], ['v0', '--1', 'not a number'],
  ]) {
    await type(page, field, text)
    assert.ok((await message(page))?.includes(words), `${field} = ${text}: ${await message(page)}`)
    assert.deepEqual(await setup(page), old)
    assert.notEqual(await number(page, field).inputValue(), text)
    await page.click('#message-close')
    assert.equal(await message(page), null)
  }
  await type(page, 'a', '0.5')
  assert.equal((await setup(page)).fields.a, 0.5)
  assert.equal(await message(page), null)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('a solution that runs away stops the page with the words of the library', async () => {
  const { page, complaints } = await openPage(browser, '#d=-1e6&speed=1')
  await page.click('#run')
  await until(page, () => izhViewer.scene().trouble !== null)
  assert.equal(await page.textContent('#run'), 'Run')
  assert.ok((await page.textContent('#regime-detail')).length > 10)
  assert.deepEqual(complaints, [])
  await type(page, 'd', '8')
  await page.click('#reset')
  await page.evaluate(() => izhViewer.step(100))
  assert.ok((await page.evaluate(() => izhViewer.spikes().length)) > 1)
  await page.close()
})

test('the reason for a stop is seen whole, at any width', async () => {
  const { page } = await openPage(browser, '#d=-1e6')
  await page.evaluate(() => izhViewer.step(1000))
  const { trouble } = await page.evaluate(() => izhViewer.scene())
  assert.ok(trouble.length > 60)
  for (const [width, height] of [[360, 640], [600, 800], [820, 800], [900, 700], [1119, 700], [1280, 800], [1920, 1080], [844, 390]]) {
    await page.setViewportSize({ width, height })
    assert.equal(await page.innerText('#regime-detail'), trouble, `${width}`)
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = await page.locator('#regime-detail').evaluate((one) =>
      ({ scrollWidth: one.scrollWidth, clientWidth: one.clientWidth, scrollHeight: one.scrollHeight, clientHeight: one.clientHeight }))
    assert.ok(scrollWidth <= clientWidth && scrollHeight <= clientHeight, `${width}: ${scrollWidth} in ${clientWidth}`)
    const box = await page.locator('#regime-detail').boundingBox()
    assert.ok(box.x >= 0 && box.x + box.width <= width, `${width}`)
  }
  await page.close()
})

test('a link that is refused later leaves the address of what is shown', async () => {
  const { page } = await openPage(browser, '#a=0.05')
  await page.evaluate(() => { location.hash = '#a=fast' })
  await until(page, () => location.hash.includes('a=0.05'))
  assert.match(await message(page), /"fast".*All stays/)
  await page.close()
})

test('the form can be changed: the neuron stays, in the units of the form', async () => {
  const { page, complaints } = await openPage(browser)
  const form = (name) => page.locator(`input[name=form][value="${name}"]`).check({ force: true })
  const first = await setup(page)
  const spikes = async () => {
    await page.evaluate(() => { izhViewer.reset(); izhViewer.step(150) })
    return page.evaluate(() => izhViewer.spikes().map(({ t }) => t))
  }
  const times = await spikes()
  await form('2007')
  assert.match(await message(page), /same neuron.*100 times.*pA/)
  assert.deepEqual((await setup(page)).fields, { C: 100, k: 4, vr: -70, vt: -55, vpeak: 30, a: 0.02, b: 20, c: -65, d: 800 })
  assert.equal((await state(page)).t, 0, 'a state of other units is no state')
  assert.match(await page.textContent('.readouts .I'), /1000\.0 pA/)
  const again = await spikes()
  assert.equal(again.length, times.length)
  again.forEach((t, i) => assert.ok(Math.abs(t - times[i]) < 1e-6))
  await form('2003')
  assert.deepEqual(await setup(page), first)
  await page.selectOption('#preset', '2007-FS')
  await form('2003')
  assert.match(await message(page), /cannot say/)
  assert.deepEqual((await setup(page)).fields, first.fields)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('methods are compared with their errors and their evaluations; the list is there once', async () => {
  const { page, complaints } = await openPage(browser, '#view=compare&compared=rk4:exact:0.1,euler:grid:0.5')
  const table = () => page.locator('.compare-table tbody tr').evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)))
  const rows = async (count) => {
    await until(page, (n) => {
      const found = [...document.querySelectorAll('.compare-table tbody tr')]
      return found.length === n && found.every((row) => row.cells.length === 7)
    }, count)
    return table()
  }
  const [rk4, euler] = await rows(2)
  assert.ok(Number(rk4[5]) >= 8000 && Number(rk4[5]) < 12000, `four to a step, and those at the spikes: ${rk4[5]}`)
  assert.ok(Number(euler[5]) >= 400 && Number(euler[5]) < 2000, euler[5])
  const size = (text) => Math.abs(Number(text.replaceAll('−', '-')))
  assert.ok(size(rk4[4]) < 0.01 && size(euler[4]) > 1)
  assert.equal(await page.locator('#view input').count(), 0)
  await page.click('text=Add a method')
  assert.equal((await rows(3))[2][0], 'taylor')
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Add a method')
  await page.locator('[aria-label="Remove method 3"]').press('Enter')
  await rows(2)
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY')
  assert.ok(await page.locator('[aria-label="Events 1"] option[value=grid]').isEnabled())
  await page.selectOption('[aria-label="Method 1"]', 'taylor')
  assert.ok(await page.locator('[aria-label="Events 1"] option[value=grid]').isDisabled())
  await page.fill('[aria-label^="Step 2"]', '0x10')
  await page.locator('[aria-label^="Step 2"]').blur()
  assert.match(await message(page), /not a number/)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('a comparison whose reference ends early says so', async () => {
  const { page } = await openPage(browser, '#d=-1e6&view=compare')
  await until(page, () => /ended early/.test(document.querySelector('.compare-table caption').textContent))
  await page.close()
})

test('keys: run and pause, step, reset, kick, views, undo, help', async () => {
  const { page } = await openPage(browser, '#speed=1')
  const running = () => page.evaluate(() => izhViewer.scene().running)
  await page.keyboard.press('Space')
  assert.equal(await running(), true)
  await page.keyboard.press('Space')
  assert.equal(await running(), false)
  const { t } = await state(page)
  await page.keyboard.press('.')
  assert.equal((await state(page)).t, t + 1)
  const { v } = await state(page)
  await page.keyboard.press('k')
  assert.equal((await state(page)).v, v + 10)
  await page.keyboard.press('r')
  assert.equal((await state(page)).t, 0)
  for (const [i, view] of ['traces', 'phase', 'neuron', 'raster', 'compare', 'sweep', 'map', 'pair', 'network'].entries()) {
    await page.keyboard.press(String(i + 1))
    assert.equal((await setup(page)).view, view)
  }
  await page.keyboard.press('1')
  await type(page, 'a', '0.05')
  await number(page, 'a').press('ArrowUp')
  assert.equal((await setup(page)).fields.a, 0.051)
  await number(page, 'a').press('r')
  assert.equal((await state(page)).t, 0, 'in a number a letter is a letter')
  await number(page, 'a').press('Escape')
  await number(page, 'a').blur()
  await page.keyboard.press('Control+z')
  assert.equal((await setup(page)).fields.a, 0.05)
  await page.keyboard.press('Control+Shift+Z')
  assert.equal((await setup(page)).fields.a, 0.051)
  await page.keyboard.press('?')
  assert.ok(await page.isVisible('#help-dialog'))
  await page.keyboard.press('Escape')
  assert.ok(!(await page.isVisible('#help-dialog')))
  await page.close()
})

await report(() => browser.close())
