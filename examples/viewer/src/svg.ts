/** SVG by the calls of a canvas, so that what is drawn on the page is exported by the same code. */

/** What pictures are drawn with: the part of a canvas's context that SvgPen has too. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'strokeStyle' | 'fillStyle' | 'lineWidth' | 'lineCap' | 'lineJoin' | 'globalAlpha'
  | 'font' | 'textAlign' | 'textBaseline'
  | 'beginPath' | 'moveTo' | 'lineTo' | 'closePath' | 'rect' | 'arc' | 'roundRect'
  | 'stroke' | 'fill' | 'clip' | 'fillRect' | 'fillText' | 'measureText' | 'setLineDash'
  | 'save' | 'restore' | 'translate' | 'rotate'
>

const ANCHOR: Record<string, string> = { center: 'middle', right: 'end', end: 'end' }
const BASELINE: Record<string, string> = { middle: 'central', top: 'text-before-edge' }

/** A pen's state, which save() keeps, and how many groups were opened since. */
interface Saved {
  strokeStyle: Pen['strokeStyle']
  fillStyle: Pen['fillStyle']
  lineWidth: number
  lineCap: CanvasLineCap
  lineJoin: CanvasLineJoin
  globalAlpha: number
  font: string
  textAlign: CanvasTextAlign
  textBaseline: CanvasTextBaseline
  dash: number[]
  groups: number
}

const FAR = 1e5 // pixels: what lies beyond is not seen, and SVG has no infinity

/** Two decimals: a hundredth of a pixel. */
const short = (x: number) => String(Math.round(100 * Math.max(-FAR, Math.min(FAR, x || 0))) / 100)

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

export class SvgPen implements Pen {
  strokeStyle: Pen['strokeStyle'] = '#000'
  fillStyle: Pen['fillStyle'] = '#000'
  lineWidth = 1
  lineCap: CanvasLineCap = 'butt'
  lineJoin: CanvasLineJoin = 'miter'
  globalAlpha = 1
  font = '12px sans-serif'
  textAlign: CanvasTextAlign = 'start'
  textBaseline: CanvasTextBaseline = 'alphabetic'
  private dash: number[] = []
  private groups = 0
  private clips = 0
  private path = ''
  private readonly body: string[] = []
  private readonly saved: Saved[] = []
  private readonly ruler = document.createElement('canvas').getContext('2d')!

  /** The whole picture. */
  finish(width: number, height: number): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" ` +
      `viewBox="0 0 ${short(width)} ${short(height)}">\n${this.body.join('\n')}\n</svg>\n`
    )
  }

  beginPath(): void {
    this.path = ''
  }

  moveTo(x: number, y: number): void {
    this.path += `M${short(x)} ${short(y)}`
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path ? 'L' : 'M'}${short(x)} ${short(y)}`
  }

  closePath(): void {
    this.path += 'Z'
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.path += `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}Z`
  }

  roundRect(x: number, y: number, w: number, h: number, radius: number): void {
    const r = Math.min(radius, Math.abs(w) / 2, Math.abs(h) / 2)
    const corner = (dx: number, dy: number) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`
    this.path +=
      `M${short(x + r)} ${short(y)}h${short(w - 2 * r)}${corner(r, r)}v${short(h - 2 * r)}` +
      `${corner(-r, r)}h${short(2 * r - w)}${corner(-r, -r)}v${short(2 * r - h)}${corner(r, -r)}Z`
  }

  /** SVG has no arc from a point to itself, so a full circle is two halves. */
  arc(x: number, y: number, r: number, from: number, to: number): void {
    const point = (angle: number) => `${short(x + r * Math.cos(angle))} ${short(y + r * Math.sin(angle))}`
    const middle = (from + to) / 2
    const part = (end: number) => `A${short(r)} ${short(r)} 0 0 1 ${point(end)}`
    this.path += `${this.path ? 'L' : 'M'}${point(from)}${part(middle)}${part(to)}`
  }

  stroke(): void {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(' ')}"` : ''
    this.put(
      `<path d="${this.path}" fill="none" stroke="${this.strokeStyle}" ` +
        `stroke-width="${short(this.lineWidth)}" stroke-linecap="${this.lineCap}" ` +
        `stroke-linejoin="${this.lineJoin}"${dash}${this.opacity()}/>`,
    )
  }

  fill(): void {
    this.put(`<path d="${this.path}" fill="${this.fillStyle}"${this.opacity()}/>`)
  }

  fillRect(x: number, y: number, w: number, h: number): void {
    this.beginPath()
    this.rect(x, y, w, h)
    this.fill()
  }

  fillText(text: string, x: number, y: number): void {
    const [, style = '', size, family] = /^(.*?)([\d.]+)px (.*)$/.exec(this.font) ?? []
    const weight = /\d+|bold/.exec(style)?.[0]
    this.body.push(
      `<text x="${short(x)}" y="${short(y)}" font-family="${escaped(family ?? 'sans-serif')}" ` +
        `font-size="${size ?? 12}"${weight ? ` font-weight="${weight}"` : ''} ` +
        `text-anchor="${ANCHOR[this.textAlign] ?? 'start'}" ` +
        `dominant-baseline="${BASELINE[this.textBaseline] ?? 'auto'}" ` +
        `fill="${this.fillStyle}"${this.opacity()}>${escaped(text)}</text>`,
    )
  }

  measureText(text: string): TextMetrics {
    this.ruler.font = this.font
    return this.ruler.measureText(text)
  }

  setLineDash(dash: number[]): void {
    this.dash = dash
  }

  clip(): void {
    const id = `clip${this.clips++}`
    this.body.push(`<clipPath id="${id}"><path d="${this.path}"/></clipPath>`)
    this.open(`clip-path="url(#${id})"`)
  }

  translate(x: number, y: number): void {
    this.open(`transform="translate(${short(x)} ${short(y)})"`)
  }

  rotate(angle: number): void {
    this.open(`transform="rotate(${short((angle * 180) / Math.PI)})"`)
  }

  save(): void {
    const { strokeStyle, fillStyle, lineWidth, lineCap, lineJoin, globalAlpha } = this
    const { font, textAlign, textBaseline, dash, groups } = this
    this.saved.push({
      strokeStyle, fillStyle, lineWidth, lineCap, lineJoin, globalAlpha, font, textAlign,
      textBaseline, dash, groups,
    })
    this.groups = 0
  }

  restore(): void {
    for (; this.groups; this.groups--) this.body.push('</g>')
    const { dash, groups, ...styles } = this.saved.pop()!
    Object.assign(this, styles)
    this.dash = dash
    this.groups = groups
  }

  private open(attribute: string): void {
    this.body.push(`<g ${attribute}>`)
    this.groups++
  }

  private put(element: string): void {
    if (this.path) this.body.push(element)
  }

  private opacity(): string {
    return this.globalAlpha < 1 ? ` opacity="${short(this.globalAlpha)}"` : ''
  }
}
