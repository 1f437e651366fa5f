/** A view that is one drawing: on a canvas on the page, and on paper when it is exported. */
import { caption, captionHeight, captionLines } from './caption'
import { SvgPen, type Pen } from './svg'
import { TEXTS } from './texts'
import { paperTheme } from './theme'
import type { Scene, Theme, View } from './view'

export interface Frame {
  pen: Pen
  width: number
  height: number
  scene: Scene
  theme: Theme
  /** Where the pointer is; null where there is none, as on paper. */
  cursor: { x: number; y: number } | null
}

export interface Drawing {
  /** True if it moves by itself and wants to be drawn again. */
  paint(frame: Frame): boolean
  /** Takes a pointer that goes down here; null where there is nothing to take. What it returns is told where the
   * pointer goes, and is called for the last time with `end`. */
  grab?(x: number, y: number): ((x: number, y: number, end: boolean) => void) | null
  /** What the axes say of a place of the page: the canvas has it as data-at, for scripts. */
  valueAt?(x: number, y: number): number[] | null
  /** The wheel turns here, by so much, down positive. */
  wheel?(x: number, y: number, turn: number): void
  describe(scene: Scene): string
  /** How many pixels a round number of the view's unit is long, where a bar of it is of use on paper. */
  bar?(scene: Scene, width: number): { pixels: number; text: string }
}

export const EMPTY_THEME: Theme = {
  dark: false, text: '', faint: '', grid: '', background: '', v: '', u: '', I: '', spike: '',
}

/** A canvas that fills its parent, in the pixels of the device. */
export class Sheet {
  readonly element = document.createElement('canvas')
  width = 0
  height = 0

  constructor() {
    Object.assign(this.element.style, { position: 'absolute', inset: '0', width: '100%', height: '100%' })
  }

  /** Takes the size that the page gives it; false if it has none or has kept it. */
  fit(): boolean {
    const { clientWidth, clientHeight } = this.element
    const ratio = window.devicePixelRatio
    const [w, h] = [Math.round(clientWidth * ratio), Math.round(clientHeight * ratio)]
    ;[this.width, this.height] = [clientWidth, clientHeight]
    if (w === this.element.width && h === this.element.height) return false
    this.element.width = w
    this.element.height = h
    return w > 0 && h > 0
  }

  /** Cleared, and in pixels of the page. */
  pen(): CanvasRenderingContext2D {
    // A few lines are drawn faster by the processor than sent to the graphics card, or to what stands
    // for one: a third of the time in a browser that renders in software.
    const pen = this.element.getContext('2d', { willReadFrequently: true })!
    const ratio = window.devicePixelRatio
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, this.width, this.height)
    return pen
  }
}

/** What a view puts its sheets into. */
export function frame(): HTMLElement {
  const element = document.createElement('div')
  Object.assign(element.style, { position: 'relative', width: '100%', height: '100%', overflow: 'hidden' })
  return element
}

export function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(TEXTS.tooLarge))), 'image/png'),
  )
}

/** A canvas for export, twice as fine as the page, on the background of the theme. */
export function paper(width: number, height: number, theme: Theme): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = 2 * width
  canvas.height = 2 * height
  const pen = canvas.getContext('2d')!
  pen.scale(2, 2)
  pen.fillStyle = theme.background
  pen.fillRect(0, 0, width, height)
  return pen
}

export class Picture implements View {
  readonly element = frame()
  private readonly sheet = new Sheet()
  private theme = EMPTY_THEME
  private cursor: Frame['cursor'] = null
  private drawn = -1 // the revision that is on the page

  constructor(protected readonly drawing: Drawing) {
    this.element.append(this.sheet.element)
    this.sheet.element.setAttribute('aria-hidden', 'true')
    this.sheet.element.style.touchAction = 'pan-y'
    this.sheet.element.addEventListener('pointermove', (event) => this.point(event))
    this.sheet.element.addEventListener('pointerdown', (event) => this.point(event))
    this.sheet.element.addEventListener('pointerleave', () => this.point(null))
    this.listenToGrabs(this.sheet.element)
  }

  resize(theme: Theme): void {
    this.theme = theme
    this.sheet.fit()
    this.drawn = -1
  }

  draw(scene: Scene): void {
    if (scene.revision === this.drawn || !this.sheet.width) return
    const { width, height } = this.sheet
    const { theme, cursor } = this
    const moves = this.drawing.paint({ pen: this.sheet.pen(), width, height, scene, theme, cursor })
    this.drawn = moves ? -1 : scene.revision
  }

  describe(scene: Scene): string {
    return this.drawing.describe(scene)
  }

  png(scene: Scene): Promise<Blob> {
    const { width, height } = this.sheet
    const theme = paperTheme()
    const lines = captionLines(paper(1, 1, theme), scene, width)
    const pen = paper(width, height + captionHeight(lines), theme)
    this.print(pen, scene, theme, lines)
    return blobOf(pen.canvas)
  }

  svg(scene: Scene): string {
    const { width, height } = this.sheet
    const pen = new SvgPen()
    const theme = paperTheme()
    const lines = captionLines(pen, scene, width)
    const whole = height + captionHeight(lines)
    pen.fillStyle = theme.background
    pen.fillRect(0, 0, width, whole)
    this.print(pen, scene, theme, lines)
    return pen.finish(width, whole)
  }

  private print(pen: Pen, scene: Scene, theme: Theme, lines: readonly string[]): void {
    const { width, height } = this.sheet
    this.drawing.paint({ pen, width, height, scene, theme, cursor: null })
    caption(pen, theme, lines, height, width, this.drawing.bar?.(scene, width))
  }

  /** To be drawn anew, with the next frame. */
  protected touch(): void {
    this.drawn = -1
  }

  private listenToGrabs(canvas: HTMLElement): void {
    const { drawing } = this
    let held: ReturnType<NonNullable<Drawing['grab']>> = null
    canvas.addEventListener('pointerdown', (event) => {
      held = event.button === 0 && drawing.grab ? drawing.grab(event.offsetX, event.offsetY) : null
      if (held) canvas.setPointerCapture(event.pointerId)
    })
    const move = (event: PointerEvent, end: boolean) => {
      held?.(event.offsetX, event.offsetY, end)
      if (held) this.touch()
      if (end) held = null
    }
    canvas.addEventListener('pointermove', (event) => move(event, false))
    for (const name of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(name, (event) => move(event, true))
    canvas.addEventListener('wheel', (event) => {
      if (!drawing.wheel) return
      event.preventDefault()
      const { x, y } = this.cursor ?? { x: event.offsetX, y: event.offsetY } // which are whole pixels only
      drawing.wheel(x, y, event.deltaY)
      this.touch()
    }, { passive: false })
  }

  private point(event: PointerEvent | null): void {
    this.cursor = event && { x: event.offsetX, y: event.offsetY }
    const at = this.cursor && this.drawing.valueAt?.(this.cursor.x, this.cursor.y)
    if (at) this.sheet.element.dataset.at = at.join(' ')
    this.drawn = -1
  }
}
