/** A neuron in space: its soma glows with v, and every spike runs down its axon. */
import { fixed, FONT, digits } from '../plot'
import { blobOf, EMPTY_THEME, frame, paper } from '../picture'
import { plural, say, TEXTS } from '../texts'
import type { MakeView, Scene, Theme, View } from '../view'
import { Flash, heat, level, lowest, profile, pulses, spikesPerPulse, Swarm, TRAVEL, underway } from './activity'
import { grow, PATH, type Anatomy } from './anatomy'
import { colourAt, css, paletteOf } from './palette'
import { FlatStage } from './stage-flat'
import { GlStage } from './stage-gl'
import type { Look, Stage } from './stage'

const SEED = 12
const START: Look = { yaw: -0.12, pitch: 0.16, zoom: 1 }
const SWAY = 0.16 // radians, to either side
const SWAY_TIME = 14 // s, there and back
const SLOW = 1000 / 40 // ms to a frame, above which fewer pixels are drawn
const PATIENCE = 40 // frames between two changes of that
const COARSEST = 0.5

const BAR = { width: 190, height: 46 }

/** The colours from rest to peak, and where v is among them. */
class Bar {
  readonly element = document.createElement('canvas')

  constructor() {
    Object.assign(this.element.style, {
      position: 'absolute', left: '16px', bottom: '14px', width: `${BAR.width}px`, height: `${BAR.height}px`,
      pointerEvents: 'none',
    })
  }

  draw(scene: Scene, theme: Theme): void {
    const ratio = window.devicePixelRatio
    const pen = this.element.getContext('2d')!
    const width = Math.round(BAR.width * ratio)
    if (this.element.width !== width) {
      this.element.width = width
      this.element.height = Math.round(BAR.height * ratio)
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.clearRect(0, 0, BAR.width, BAR.height)
    drawBar(pen, scene, theme)
  }
}

function drawBar(pen: CanvasRenderingContext2D, scene: Scene, theme: Theme): void {
  const palette = paletteOf(theme.dark)
  const colours = pen.createLinearGradient(0, 0, BAR.width, 0)
  for (let i = 0; i <= 16; i++) colours.addColorStop(i / 16, css(colourAt(palette, (0.85 * i) / 16)))
  pen.fillStyle = colours
  pen.beginPath()
  pen.roundRect(0, 22, BAR.width, 6, 3)
  pen.fill()
  pen.fillStyle = theme.text
  pen.beginPath()
  pen.arc(4 + level(scene, scene.state.v) * (BAR.width - 8), 25, 5, 0, 2 * Math.PI)
  pen.fill()
  pen.font = `600 13px ${FONT}`
  pen.textAlign = 'left'
  pen.fillText(`v ${fixed(scene.state.v, 1)} mV`, 0, 13)
  pen.font = `11px ${FONT}`
  pen.fillStyle = theme.faint
  const each = spikesPerPulse(scene)
  if (each > 1) {
    pen.textAlign = 'right'
    pen.fillText(say(TEXTS.neuron.pulse, { n: each }), BAR.width, 13)
    pen.textAlign = 'left'
  }
  pen.fillText(`${digits(lowest(scene), 3)} mV`, 0, 43)
  pen.textAlign = 'right'
  pen.fillText(say(TEXTS.neuron.peak, { v: digits(scene.params.vpeak) }), BAR.width, 43)
}

class NeuronView implements View {
  readonly element = frame()
  private readonly anatomy = grow(SEED)
  private readonly stage: Stage = stageFor(this.anatomy)
  private readonly bar = new Bar()
  private readonly swarm = new Swarm(this.anatomy)
  private readonly flash = new Flash()
  private readonly heatAlong = new Float32Array(PATH)
  private readonly calm = matchMedia('(prefers-reduced-motion: reduce)')
  private readonly look = { ...START }
  private theme = EMPTY_THEME
  private drawn = -1
  private swayed = 0 // s of sway
  private last = 0 // ms: when the last frame was
  private pace = 0 // ms: what a frame takes, on average
  private frames = 0 // since the number of pixels was chosen
  private share = 1 // of the device's pixels that are drawn, each way

  constructor() {
    const { canvas } = this.stage
    Object.assign(canvas.style, { position: 'absolute', inset: '0', width: '100%', height: '100%', touchAction: 'pan-y', cursor: 'grab' })
    canvas.tabIndex = 0
    canvas.setAttribute('role', 'img')
    canvas.setAttribute('aria-label', TEXTS.neuron.label)
    canvas.addEventListener('webglcontextrestored', () => this.again())
    this.element.append(canvas, this.bar.element)
    this.listen(canvas)
  }

  resize(theme: Theme): void {
    this.theme = theme
    const { clientWidth: width, clientHeight: height } = this.element
    const ratio = Math.min(2, window.devicePixelRatio) * this.share
    if (width && height) this.stage.resize(width, height, ratio, theme)
    this.again()
  }

  draw(scene: Scene): void {
    const sways = scene.running && !this.calm.matches
    const now = performance.now()
    const passed = now - this.last
    this.last = now
    if (sways) this.swayed += Math.min(passed, 100) / 1000
    if (!sways && scene.revision === this.drawn) return
    if (sways) this.keepPace(passed)
    this.render(scene, this.flash.at(scene, passed))
    this.bar.draw(scene, this.theme)
    this.drawn = scene.revision
  }

  describe(scene: Scene): string {
    return say(TEXTS.neuron.described, {
      t: fixed(scene.now, 1), v: fixed(scene.state.v, 2), share: fixed(100 * level(scene, scene.state.v), 0),
      under: plural(underway(scene), TEXTS.neuron.under), travel: TRAVEL, count: scene.spikeCount,
    })
  }

  png(scene: Scene): Promise<Blob> {
    const { clientWidth: width, clientHeight: height } = this.element
    this.render(scene, 0) // WebGL keeps its picture only until the page is shown
    const pen = paper(width, height, this.theme)
    pen.drawImage(this.stage.canvas, 0, 0, width, height)
    pen.translate(16, height - 14 - BAR.height)
    drawBar(pen, scene, this.theme)
    return blobOf(pen.canvas)
  }

  svg(): null {
    return null
  }

  private again(): void {
    this.drawn = -1
  }

  private render(scene: Scene, flash: number): void {
    const soma = heat(scene, flash)
    const at = pulses(scene)
    profile(soma, at, this.heatAlong)
    this.swarm.place(at)
    const sway = SWAY * Math.sin((2 * Math.PI * this.swayed) / SWAY_TIME)
    const look = { ...this.look, yaw: this.look.yaw + sway }
    this.stage.draw({ look, heat: soma, profile: this.heatAlong, particles: this.swarm })
  }

  /** Draws fewer pixels where frames take too long. */
  private keepPace(passed: number): void {
    if (passed > 250) return // the page was hidden, or has just come back
    this.pace += (passed - this.pace) / 20
    if (++this.frames < PATIENCE || this.pace < SLOW || this.share <= COARSEST) return
    this.share = Math.max(COARSEST, 0.8 * this.share)
    this.frames = 0
    this.resize(this.theme)
  }

  private listen(canvas: HTMLCanvasElement): void {
    canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId))
    canvas.addEventListener('pointermove', (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.turn(-0.006 * event.movementX, 0.006 * event.movementY)
    })
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault()
      this.zoom(Math.exp(-0.001 * event.deltaY))
    })
    canvas.addEventListener('keydown', (event) => this.key(event))
  }

  private key(event: KeyboardEvent): void {
    const actions: Record<string, () => void> = {
      ArrowLeft: () => this.turn(0.08, 0),
      ArrowRight: () => this.turn(-0.08, 0),
      ArrowUp: () => this.turn(0, 0.06),
      ArrowDown: () => this.turn(0, -0.06),
      '+': () => this.zoom(1.1),
      '-': () => this.zoom(1 / 1.1),
      Home: () => this.home(),
    }
    const action = actions[event.key]
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return
    action()
    event.preventDefault()
    event.stopPropagation()
  }

  private home(): void {
    Object.assign(this.look, START)
    this.again()
  }

  private turn(yaw: number, pitch: number): void {
    this.look.yaw += yaw
    this.look.pitch = Math.max(-1.2, Math.min(1.2, this.look.pitch + pitch))
    this.again()
  }

  private zoom(factor: number): void {
    this.look.zoom = Math.max(0.6, Math.min(5, this.look.zoom * factor))
    this.again()
  }
}

/** Edges are smoothed where there is a graphics card: in software that takes more than half the time. */
function stageFor(anatomy: Anatomy): Stage {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('webgl2', { alpha: false, antialias: !inSoftware() })
  return context ? new GlStage(anatomy, canvas, context) : new FlatStage(anatomy)
}

/** By the renderer's name: a context's failIfMajorPerformanceCaveat does not tell everywhere. */
function inSoftware(): boolean {
  const probe = document.createElement('canvas').getContext('webgl2')
  const info = probe?.getExtension('WEBGL_debug_renderer_info')
  const name = info ? String(probe!.getParameter(info.UNMASKED_RENDERER_WEBGL)) : ''
  probe?.getExtension('WEBGL_lose_context')?.loseContext()
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(name)
}

export const make: MakeView = () => new NeuronView()
