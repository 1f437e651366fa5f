/** The neuron on a plain canvas, for browsers without WebGL: strokes from far to near. */
import type { Theme } from '../view'
import { PATH, type Anatomy, type Branch, type Vec } from './anatomy'
import { colourAt, css, mixed, paletteOf, type Palette } from './palette'
import { FIELD, fitOf, type Fit, type Moment, type Stage } from './stage'

interface Projected {
  x: number
  y: number
  /** Pixels to a unit there. */
  scale: number
}

type Project = (point: Vec) => Projected

const LARGEST = 0.6 // of particles, in the neuron's units
const SKIP = 4 // points of a path to a stroke

export class FlatStage implements Stage {
  readonly canvas = document.createElement('canvas')
  private palette = paletteOf(false)
  private background = ''
  private width = 1
  private height = 1
  private ratio = 1

  private fit: Fit

  constructor(private readonly anatomy: Anatomy) {
    this.fit = fitOf(anatomy, 1, 1)
  }

  resize(width: number, height: number, ratio: number, theme: Theme): void {
    Object.assign(this, { width, height, ratio, fit: fitOf(this.anatomy, width, height) })
    this.canvas.width = Math.round(width * ratio)
    this.canvas.height = Math.round(height * ratio)
    this.palette = paletteOf(theme.dark)
    this.background = theme.background
  }

  draw(moment: Moment): void {
    const pen = this.canvas.getContext('2d')!
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0)
    pen.globalCompositeOperation = 'source-over'
    pen.fillStyle = this.background
    pen.fillRect(0, 0, this.width, this.height)
    pen.lineCap = 'round'
    const project = this.projection(moment)
    const branches = [...this.anatomy.dendrites, ...this.anatomy.axon]
      .map((branch) => ({ branch, depth: project(branch.path[branch.path.length >> 1]!).scale }))
      .sort((a, b) => a.depth - b.depth)
    for (const { branch } of branches) this.tube(pen, project, branch, moment)
    this.soma(pen, project([0, 0, 0]), moment.heat)
    if (this.palette.adds) pen.globalCompositeOperation = 'lighter'
    this.particles(pen, project, moment)
  }

  private projection({ look }: Moment): Project {
    const { roll, middle } = this.fit
    const distance = this.fit.distance / look.zoom
    const far = this.height / 2 / Math.tan(FIELD / 2)
    const [cosRoll, sinRoll] = [Math.cos(roll), Math.sin(roll)]
    const [cosYaw, sinYaw] = [Math.cos(look.yaw), Math.sin(look.yaw)]
    const [cosPitch, sinPitch] = [Math.cos(look.pitch), Math.sin(look.pitch)]
    return ([x, y, z]) => {
      const rx = x * cosRoll - y * sinRoll - middle[0]
      const ry = x * sinRoll + y * cosRoll - middle[1]
      const [yx, yz] = [rx * cosYaw - z * sinYaw, rx * sinYaw + z * cosYaw]
      const [py, pz] = [ry * cosPitch - yz * sinPitch, ry * sinPitch + yz * cosPitch]
      const scale = far / Math.max(0.5, distance - pz)
      return { x: this.width / 2 + yx * scale, y: this.height / 2 - py * scale, scale }
    }
  }

  private tube(pen: CanvasRenderingContext2D, project: Project, branch: Branch, { heat, profile }: Moment): void {
    const { path, radius, along, sheath } = branch
    const skip = path.length > 100 ? SKIP : 1
    let from = project(path[0]!)
    for (let i = skip; i < path.length; i += skip) {
      const to = project(path[i]!)
      const at = along[i]!
      const glow = at > 0 ? profile[Math.round(at * (PATH - 1))]! : heat * Math.exp(2.6 * at)
      pen.strokeStyle = css(bodyColour(this.palette, glow, sheath[i]!))
      pen.lineWidth = Math.max(0.8, 2 * radius[i]! * to.scale)
      pen.beginPath()
      pen.moveTo(from.x, from.y)
      pen.lineTo(to.x, to.y)
      pen.stroke()
      from = to
    }
  }

  private soma(pen: CanvasRenderingContext2D, { x, y, scale }: Projected, heat: number): void {
    const shine = colourAt(this.palette, 0.2 + 0.6 * heat)
    glow(pen, x, y, (2.4 + 2 * heat) * scale, css(shine, 0.15 + 0.45 * heat), css(shine, 0))
    const surface = bodyColour(this.palette, heat, 0)
    const ball = pen.createRadialGradient(x - 0.25 * scale, y - 0.3 * scale, 0, x, y, scale)
    ball.addColorStop(0, css(mixed(surface, [1, 1, 1], 0.25)))
    ball.addColorStop(1, css(mixed(surface, this.palette.body, 0.2)))
    pen.fillStyle = ball
    pen.beginPath()
    pen.arc(x, y, 0.95 * scale, 0, 2 * Math.PI)
    pen.fill()
  }

  private particles(pen: CanvasRenderingContext2D, project: Project, { particles }: Moment): void {
    const { position, size, strength, count } = particles
    pen.fillStyle = css(colourAt(this.palette, this.palette.adds ? 0.8 : 0.6))
    for (let i = 0; i < count; i++) {
      if (size[i]! > LARGEST) continue // an aura, which without a gradient is a disc
      const { x, y, scale } = project([position[3 * i]!, position[3 * i + 1]!, position[3 * i + 2]!])
      pen.globalAlpha = 0.8 * strength[i]!
      pen.beginPath()
      pen.arc(x, y, Math.max(0.7, 0.22 * size[i]! * scale), 0, 2 * Math.PI)
      pen.fill()
    }
    pen.globalAlpha = 1
  }
}

function bodyColour(palette: Palette, glow: number, sheath: number) {
  const cold = mixed(palette.body, palette.sheath, sheath)
  return mixed(cold, colourAt(palette, glow), Math.min(1, 2.5 * glow))
}

function glow(pen: CanvasRenderingContext2D, x: number, y: number, r: number, inner: string, outer: string): void {
  const light = pen.createRadialGradient(x, y, 0, x, y, r)
  light.addColorStop(0, inner)
  light.addColorStop(1, outer)
  pen.fillStyle = light
  pen.beginPath()
  pen.arc(x, y, r, 0, 2 * Math.PI)
  pen.fill()
}
