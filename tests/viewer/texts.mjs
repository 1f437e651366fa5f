// Texts that are drawn over each other, beyond the edge, or cut: what a page shows, as it stands.
import { drawn } from './browser.mjs'

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

/** Texts of the canvases that touch each other or leave their canvas: sentences that say so. */
export async function collisions(page) {
  await drawn(page)
  await drawn(page)
  return page.evaluate(() => window.drawnTexts().flatMap(({ width, height, all }) => {
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
  }))
}

/** Elements whose text is cut: those that hide a part of it, and fields that are too short for theirs. */
export const cuts = (page) => page.evaluate(() => {
  const hides = (one) => getComputedStyle(one).overflowX !== 'visible'
  const own = (one) => one.matches('input[type=text]') || [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
  const chosen = (one) => { // as wide as it would be with nothing else in it
    if (!one.matches('select') || !one.selectedOptions[0]) return false
    const alone = one.cloneNode(false)
    alone.append(one.selectedOptions[0].cloneNode(true))
    Object.assign(alone.style, { position: 'absolute', width: 'max-content' })
    one.after(alone)
    const wide = alone.offsetWidth
    alone.remove()
    return wide > one.offsetWidth
  }
  const beyond = (one) => one.scrollWidth > one.clientWidth + 1 && hides(one) && own(one)
  return [...document.querySelectorAll('body *')]
    .filter((one) => one.checkVisibility({ checkOpacity: true }) && !one.closest('.unseen, option') && (chosen(one) || beyond(one)))
    .map((one) => `${one.tagName} ${one.id || one.className || one.dataset.field}: "${one.value ?? one.textContent}" ${one.scrollWidth} in ${one.clientWidth}`)
})

/** Texts of the page's elements that lie over each other. */
export const overlaps = (page) => page.evaluate(() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  while (walk.nextNode()) {
    const node = walk.currentNode
    if (!node.data.trim() || node.parentElement.closest('script, select, textarea, .unseen, #message') || !node.parentElement.checkVisibility()) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const { left, right, top, bottom } of range.getClientRects())
      found.push({ node, left, right, top: top + (bottom - top) / 4, bottom: bottom - (bottom - top) / 4 }) // its letters
  }
  // The panel goes on below what stays in sight above it, and the choice of a form has its radio over its name.
  const panel = document.querySelector('#panel')
  return found.flatMap((a, i) => found.slice(0, i)
    .filter((b) => a.node !== b.node && panel.contains(a.node) === panel.contains(b.node))
    .filter((b) => a.left + 1 < b.right && b.left + 1 < a.right && a.top < b.bottom && b.top < a.bottom)
    .map((b) => `"${a.node.data}" lies over "${b.node.data}"`))
})
