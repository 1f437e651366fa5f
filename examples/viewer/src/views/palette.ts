/** Colours of the neuron, from rest to peak, and of its body. */

export type Rgb = readonly [number, number, number] // 0 to 1

export interface Palette {
  /** Equally spaced from rest to peak. */
  stops: readonly Rgb[]
  body: Rgb
  sheath: Rgb
  /** Where light comes past the edge. */
  rim: Rgb
  /** How bright the side away from the light is, of 1. */
  ambient: number
  /** Whether glow adds light, which white paper has no room for. */
  adds: boolean
}

const hex = (text: string): Rgb => {
  const bits = parseInt(text, 16)
  return [(bits >> 16) / 255, ((bits >> 8) & 255) / 255, (bits & 255) / 255]
}

const DARK: Palette = {
  stops: ['2f4b9a', '6b45c4', 'dc3f86', 'ff8f4a', 'fff0c4'].map(hex),
  body: hex('3d5796'),
  sheath: hex('a9b8dc'),
  rim: hex('86b4ff'),
  ambient: 0.34,
  adds: true,
}

const LIGHT: Palette = {
  stops: ['8ca5d6', '7a5fd0', 'd8347c', 'f4701f', 'ffb52e'].map(hex),
  body: hex('a9bbe0'),
  sheath: hex('f0e6d6'),
  rim: hex('48609f'),
  ambient: 0.62,
  adds: false,
}

export const paletteOf = (dark: boolean) => (dark ? DARK : LIGHT)

/** The colour of a level from 0 to 1. */
export function colourAt({ stops }: Palette, level: number): Rgb {
  const x = Math.max(0, Math.min(1, level)) * (stops.length - 1)
  const i = Math.min(stops.length - 2, Math.floor(x))
  return mixed(stops[i]!, stops[i + 1]!, x - i)
}

export const mixed = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]),
]

export const css = ([r, g, b]: Rgb, alpha = 1) =>
  `rgb(${Math.round(255 * r)} ${Math.round(255 * g)} ${Math.round(255 * b)} / ${alpha})`

/** A colour of the page's as numbers, whatever way it is written. */
export function rgbOf(colour: string): Rgb {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = 1
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.fillStyle = colour
  pen.fillRect(0, 0, 1, 1)
  const [r, g, b] = pen.getImageData(0, 0, 1, 1).data
  return [r! / 255, g! / 255, b! / 255]
}
