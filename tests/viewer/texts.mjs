// Texts that are drawn over each other, beyond the edge, or cut: what a page shows, as it stands.

/** Runs in the page before all else: keeps where each text was last drawn on each canvas of the page. */
export function watchTexts() {
  const texts = new Map()
  const { fillText, clearRect, fillRect } = CanvasRenderingContext2D.prototype
  const kept = (pen) => texts.get(pen.canvas) ?? texts.set(pen.canvas, []).get(pen.canvas)
  const box = (pen, text, x, y) => {
    const m = pen.measureText(text)
    const [left, right] = [x - m.actualBoundingBoxLeft, x + m.actualBoundingBoxRight]
    const at = (px, py) => pen.getTransform().transformPoint(new DOMPoint(px, py))
    const [a, b] = [at(left, y - m.actualBoundingBoxAscent), at(right, y + m.actualBoundingBoxDescent)]
    const size = parseFloat(/([\d.]+)px/.exec(pen.font)[1]) * (at(1, 0).x - at(0, 0).x)
    return { text, size, left: a.x, right: b.x, top: a.y, bottom: b.y }
  }
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
    if (text.trim()) kept(this).push(box(this, text, x, y))
    return fillText.call(this, text, x, y, ...rest)
  }
  const whole = (pen, w, h) => w * devicePixelRatio >= pen.canvas.width - 1 && h * devicePixelRatio >= pen.canvas.height - 1
  for (const [name, call] of Object.entries({ clearRect, fillRect }))
    CanvasRenderingContext2D.prototype[name] = function (x, y, w, h) {
      if (whole(this, w, h)) texts.set(this.canvas, [])
      return call.call(this, x, y, w, h)
    }
  window.drawnTexts = () => [...texts].filter(([canvas]) => canvas.isConnected && canvas.checkVisibility()).map(([canvas, all]) => ({
    width: canvas.width, height: canvas.height, all,
  }))
}

/** All that is wrong with the texts of each view, as the page stands: sentences. In one call, as each takes a frame
 * or two, and there are many sizes. */
export async function textFaults(page, views = ['']) {
  await page.evaluate(`window.textFaultsOf = (() => { ${collisions} ${cuts} ${overlaps}
    return (view) => [...collisions(), ...cuts(), ...overlaps()].map((text) => view + ': ' + text) })()`)
  return page.evaluate(async (names) => {
    const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    const faults = []
    await frames() // of another size the page hears after a frame
    for (const name of names) {
      if (name) document.getElementById(`tab-${name}`).click()
      await frames()
      faults.push(...window.textFaultsOf(name))
    }
    return faults
  }, views)
}

/** Runs in the page: texts of the canvases that touch each other or leave their canvas. */
function collisions() {
  return window.drawnTexts().flatMap(({ width, height, all }) => {
    const faults = []
    // Those in one line want a space between them; those in different lines only must not touch.
    const near = (a, b) => {
      const across = Math.max(a.left, b.left) - Math.min(a.right, b.right)
      const shared = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      return across < (shared > 0.25 * Math.min(a.bottom - a.top, b.bottom - b.top) ? 0.7 * Math.max(a.size, b.size) : 0)
    }
    all.forEach((a, i) => {
      if (a.left < -0.5 || a.right > width + 0.5 || a.top < -0.5 || a.bottom > height + 0.5)
        faults.push(`"${a.text}" from ${Math.round(a.left)},${Math.round(a.top)} to ${Math.round(a.right)},${Math.round(a.bottom)} leaves ${width} x ${height}`)
      for (const b of all.slice(0, i))
        if (a.top < b.bottom && b.top < a.bottom && near(a, b)) faults.push(`"${a.text}" lies over "${b.text}", or so near that they read as one`)
    })
    return faults
  })
}

/** Runs in the page: elements whose text is cut, that is, those that hide a part of it, and fields that are too short
 * for theirs. */
function cuts() {
  const hides = (one) => getComputedStyle(one).overflowX !== 'visible'
  const own = (one) => one.matches('input[type=text]') || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
  const beyond = (one) => one.scrollWidth > one.clientWidth + 1 && hides(one) && own(one)
  const seen = [...document.querySelectorAll('body *')]
    .filter((one) => one.checkVisibility({ checkOpacity: true }) && !one.closest('.unseen, option'))
  // A list is as wide as it would be with nothing but its choice in it. All are measured after one layout.
  const alone = seen.filter((one) => one.matches('select') && one.selectedOptions[0]).map((one) => {
    const copy = one.cloneNode(false)
    copy.append(one.selectedOptions[0].cloneNode(true))
    Object.assign(copy.style, { position: 'absolute', width: 'max-content' })
    one.after(copy)
    return [one, copy]
  })
  const narrow = new Set(alone.filter(([one, copy]) => copy.offsetWidth > one.offsetWidth).map(([one]) => one))
  for (const [, copy] of alone) copy.remove()
  return seen.filter((one) => narrow.has(one) || beyond(one))
    .map((one) => `${one.tagName} ${one.id || one.className || one.dataset.field}: "${one.value ?? one.textContent}" ${one.scrollWidth} in ${one.clientWidth}`)
}

/** Runs in the page: texts of its elements that lie over each other. */
function overlaps() {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const [panel, view] = ['#panel', '#view'].map((name) => document.querySelector(name))
  const edges = view.getBoundingClientRect()
  const found = []
  while (walk.nextNode()) {
    const node = walk.currentNode
    if (!node.data.trim() || node.parentElement.closest('script, select, textarea, .unseen, #message') || !node.parentElement.checkVisibility()) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const within = panel.contains(node)
    const scrolled = view.contains(node) // what is beyond the view is scrolled to
    for (const { left, right, top, bottom } of range.getClientRects())
      if (!scrolled || (top < edges.bottom && bottom > edges.top)) found.push({ // its letters
        node, within, left, right, top: top + (bottom - top) / 4,
        bottom: Math.min(bottom - (bottom - top) / 4, scrolled ? edges.bottom : Infinity),
      })
  }
  // The panel goes on below what stays in sight above it, and the choice of a form has its radio over its name.
  const faults = []
  found.forEach((a, i) => {
    for (let k = 0; k < i; k++) {
      const b = found[k]
      if (a.within === b.within && a.node !== b.node && a.left + 1 < b.right && b.left + 1 < a.right && a.top < b.bottom && b.top < a.bottom)
        faults.push(`"${a.node.data}" lies over "${b.node.data}"`)
    }
  })
  return faults
}
