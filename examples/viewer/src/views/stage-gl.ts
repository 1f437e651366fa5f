/** The neuron in WebGL: one mesh, one cloud of particles, one halo, with shaders that cost little. */
import {
  AdditiveBlending, BufferAttribute, BufferGeometry, Color, DataTexture, FloatType, Group, LinearFilter,
  LinearSRGBColorSpace, Mesh, NormalBlending, PerspectiveCamera, PlaneGeometry, Points, RedFormat, Scene, ShaderMaterial, Vector3,
  WebGLRenderer,
} from 'three'
import type { Theme } from '../view'
import { PARTICLES } from './activity'
import { PATH, type Anatomy } from './anatomy'
import { meshOf } from './mesh'
import { colourAt, paletteOf, rgbOf, type Palette, type Rgb } from './palette'
import { FIELD, fitOf, type Fit, type Moment, type Stage } from './stage'

const BODY_VERTEX = `
attribute float along;
attribute float sheath;
uniform sampler2D profile;
uniform float heat;
varying vec3 n;
varying vec3 eye;
varying float glow;
varying float coat;
void main() {
  vec4 p = modelViewMatrix * vec4(position, 1.0);
  n = normalMatrix * normal;
  eye = -p.xyz;
  coat = sheath;
  glow = along > 0.0 ? texture2D(profile, vec2(along, 0.5)).r : heat * exp(2.6 * along);
  gl_Position = projectionMatrix * p;
}`

const BODY_FRAGMENT = `
uniform vec3 stops[5];
uniform vec3 body;
uniform vec3 coating;
uniform vec3 rim;
uniform float ambient;
varying vec3 n;
varying vec3 eye;
varying float glow;
varying float coat;
vec3 hot(float x) {
  vec3 c = mix(stops[0], stops[1], clamp(4.0 * x, 0.0, 1.0));
  c = mix(c, stops[2], clamp(4.0 * x - 1.0, 0.0, 1.0));
  c = mix(c, stops[3], clamp(4.0 * x - 2.0, 0.0, 1.0));
  return mix(c, stops[4], clamp(4.0 * x - 3.0, 0.0, 1.0));
}
void main() {
  vec3 m = normalize(n);
  float edge = 1.0 - abs(dot(m, normalize(eye)));
  float light = 0.5 + 0.5 * dot(m, vec3(0.3, 0.8, 0.52));
  vec3 cold = mix(body, coating, coat) * (ambient + (1.06 - ambient) * light) + rim * (0.6 * edge * edge);
  vec3 warm = hot(glow) * (0.66 + 0.42 * light) + 0.2 * glow * (1.0 - edge);
  gl_FragColor = vec4(mix(cold, warm, smoothstep(0.0, 0.4, glow)), 1.0);
}`

const DOT_VERTEX = `
attribute float size;
attribute float strength;
uniform float scale;
varying float s;
void main() {
  vec4 p = modelViewMatrix * vec4(position, 1.0);
  s = strength;
  gl_Position = projectionMatrix * p;
  gl_PointSize = max(1.5, size * scale / -p.z);
}`

const DOT_FRAGMENT = `
uniform vec3 core;
uniform vec3 shine;
varying float s;
void main() {
  vec2 d = 2.0 * gl_PointCoord - 1.0;
  float fall = max(0.0, 1.0 - dot(d, d));
  fall *= fall;
  gl_FragColor = vec4(mix(shine, core, fall * fall), fall * s);
}`

const HALO_VERTEX = `
uniform float reach;
varying vec2 d;
void main() {
  d = position.xy;
  vec4 p = modelViewMatrix * vec4(0.0, 0.0, 0.0, 1.0);
  gl_Position = projectionMatrix * (p + vec4(reach * d, 0.0, 0.0));
}`

const HALO_FRAGMENT = `
uniform vec3 shine;
uniform float strength;
varying vec2 d;
void main() {
  float fall = max(0.0, 1.0 - dot(d, d));
  gl_FragColor = vec4(shine, strength * fall * fall * fall);
}`

const vector = ([r, g, b]: Rgb) => new Vector3(r, g, b)

export class GlStage implements Stage {
  private readonly renderer: WebGLRenderer
  private readonly scene = new Scene()
  private readonly neuron = new Group()
  private readonly camera = new PerspectiveCamera((FIELD * 180) / Math.PI, 1, 0.5, 200)
  private readonly heatMap = new DataTexture(new Float32Array(PATH), PATH, 1, RedFormat, FloatType)
  private readonly bodyMaterial: ShaderMaterial
  private readonly dotMaterial: ShaderMaterial
  private readonly haloMaterial: ShaderMaterial
  private readonly dots = new BufferGeometry()
  private fit: Fit
  private palette: Palette = paletteOf(false)

  constructor(
    private readonly anatomy: Anatomy,
    readonly canvas: HTMLCanvasElement,
    context: WebGL2RenderingContext,
  ) {
    this.renderer = new WebGLRenderer({ canvas, context })
    // The shaders write the colours of the page as they are.
    this.renderer.outputColorSpace = LinearSRGBColorSpace
    this.fit = fitOf(anatomy, 1, 1)
    this.heatMap.magFilter = this.heatMap.minFilter = LinearFilter
    this.bodyMaterial = this.body()
    this.dotMaterial = this.glowing(DOT_VERTEX, DOT_FRAGMENT, { core: { value: null }, shine: { value: null }, scale: { value: 1 } })
    this.haloMaterial = this.glowing(HALO_VERTEX, HALO_FRAGMENT, { shine: { value: null }, strength: { value: 0 }, reach: { value: 3 } })
    this.neuron.add(new Mesh(geometryOf(anatomy), this.bodyMaterial))
    this.neuron.add(new Mesh(new PlaneGeometry(2, 2), this.haloMaterial))
    this.neuron.add(new Points(this.dots, this.dotMaterial))
    for (const child of this.neuron.children) child.frustumCulled = false
    this.scene.add(this.neuron)
  }

  resize(width: number, height: number, ratio: number, theme: Theme): void {
    this.fit = fitOf(this.anatomy, width, height)
    this.renderer.setPixelRatio(ratio)
    this.renderer.setSize(width, height, false)
    this.dotMaterial.uniforms.scale!.value = (height * ratio) / (2 * Math.tan(FIELD / 2))
    this.camera.aspect = width / height
    this.camera.updateProjectionMatrix()
    this.paint(theme)
  }

  draw({ look, heat, profile, particles }: Moment): void {
    const { roll, middle } = this.fit
    const distance = this.fit.distance / look.zoom
    const [flat, up] = [Math.cos(look.pitch), Math.sin(look.pitch)]
    this.neuron.rotation.z = roll
    this.neuron.position.set(-middle[0], -middle[1], 0)
    this.camera.position.set(distance * flat * Math.sin(look.yaw), distance * up, distance * flat * Math.cos(look.yaw))
    this.camera.lookAt(0, 0, 0)
    this.heatMap.image.data!.set(profile)
    this.heatMap.needsUpdate = true
    this.bodyMaterial.uniforms.heat!.value = heat
    this.haloMaterial.uniforms.shine!.value = vector(colourAt(this.palette, 0.2 + 0.6 * heat))
    this.haloMaterial.uniforms.strength!.value = (this.palette.adds ? 0.1 : 0.06) + 0.5 * heat ** 1.5
    this.haloMaterial.uniforms.reach!.value = 2.4 + 2 * heat
    this.swarm(particles)
    this.renderer.render(this.scene, this.camera)
  }

  private body(): ShaderMaterial {
    return new ShaderMaterial({
      vertexShader: BODY_VERTEX,
      fragmentShader: BODY_FRAGMENT,
      uniforms: {
        profile: { value: this.heatMap }, heat: { value: 0 }, stops: { value: [] }, body: { value: null },
        coating: { value: null }, rim: { value: null }, ambient: { value: 0 },
      },
    })
  }

  private glowing(vertexShader: string, fragmentShader: string, uniforms: ShaderMaterial['uniforms']): ShaderMaterial {
    return new ShaderMaterial({ vertexShader, fragmentShader, uniforms, transparent: true, depthWrite: false })
  }

  private paint({ dark, background }: Theme): void {
    const palette = (this.palette = paletteOf(dark))
    const { uniforms } = this.bodyMaterial
    uniforms.stops!.value = palette.stops.map(vector)
    uniforms.body!.value = vector(palette.body)
    uniforms.coating!.value = vector(palette.sheath)
    uniforms.rim!.value = vector(palette.rim)
    uniforms.ambient!.value = palette.ambient
    this.dotMaterial.uniforms.core!.value = vector(colourAt(palette, palette.adds ? 1 : 0.75))
    this.dotMaterial.uniforms.shine!.value = vector(colourAt(palette, palette.adds ? 0.7 : 0.5))
    for (const material of [this.dotMaterial, this.haloMaterial])
      material.blending = palette.adds ? AdditiveBlending : NormalBlending
    this.renderer.setClearColor(new Color().setRGB(...rgbOf(background)))
  }

  private swarm({ position, size, strength, count }: Moment['particles']): void {
    if (!this.dots.hasAttribute('position')) {
      this.dots.setAttribute('position', new BufferAttribute(position, 3))
      this.dots.setAttribute('size', new BufferAttribute(size, 1))
      this.dots.setAttribute('strength', new BufferAttribute(strength, 1))
    }
    for (const name of ['position', 'size', 'strength'])
      (this.dots.getAttribute(name) as BufferAttribute).needsUpdate = true
    this.dots.setDrawRange(0, Math.min(count, PARTICLES))
  }
}

function geometryOf(anatomy: Anatomy): BufferGeometry {
  const { position, normal, along, sheath, index } = meshOf(anatomy)
  const geometry = new BufferGeometry()
  geometry.setAttribute('position', new BufferAttribute(new Float32Array(position), 3))
  geometry.setAttribute('normal', new BufferAttribute(new Float32Array(normal), 3))
  geometry.setAttribute('along', new BufferAttribute(new Float32Array(along), 1))
  geometry.setAttribute('sheath', new BufferAttribute(new Float32Array(sheath), 1))
  geometry.setIndex(new BufferAttribute(new Uint16Array(index), 1))
  return geometry
}
