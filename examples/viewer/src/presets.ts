/** From a preset of the library to a setup of the page, and back. */
import type { Engine, Preset } from './engine'
import { formOf } from './fields'
import { defaultSetup, same, type Setup } from './setup'
import { stimulusOf } from './stimulus'
import { TEXTS } from './texts'

export const FLAVOURS = ['exact', 'published'] as const
export type Flavour = (typeof FLAVOURS)[number]

export function familyOf(preset: Preset): string {
  const family = preset.name.slice(0, preset.name.indexOf('-'))
  return (TEXTS.panel.families as Record<string, string>)[family] ?? family
}

type Neuronal = Pick<Setup, 'form' | 'fields' | 'initial' | 'stimulus'>
type Stepping = Pick<Setup, 'method' | 'events' | 'dt'>

function neuronOf(engine: Engine, preset: Preset): Neuronal {
  return {
    ...formOf(engine, preset.params),
    initial: { ...preset.initial },
    stimulus: stimulusOf(preset.segments),
  }
}

/** How a flavour is stepped: include/izh/preset.h. */
export function steppingOf(preset: Preset, flavour: Flavour): Stepping {
  return flavour === 'exact'
    ? { method: 'taylor', events: 'exact', dt: 0 }
    : { method: preset.publishedMethod, events: 'grid', dt: preset.publishedDt }
}

export function withPreset(engine: Engine, setup: Setup, preset: Preset, flavour: Flavour): Setup {
  return {
    ...setup,
    ...neuronOf(engine, preset),
    ...steppingOf(preset, flavour),
    window: preset.duration,
  }
}

/** Where a flavour's run ends, ms. */
export function endOf(preset: Preset, flavour: Flavour): number {
  return flavour === 'exact' ? preset.duration : preset.publishedUntil
}

export interface Found {
  preset: Preset
  /** null: stepped in another way than either flavour. */
  flavour: Flavour | null
}

/** Knows the preset that a setup is; null where a setup is no preset. A link then need not name it. */
export class PresetFinder {
  private readonly neurons: Neuronal[]

  constructor(private readonly engine: Engine) {
    this.neurons = engine.presets.map((preset) => neuronOf(engine, preset))
  }

  /** A page that opens with a preset; null where there is none of this name. */
  setup(name: string, flavour: Flavour): Setup | null {
    const preset = this.engine.presets.find((one) => one.name === name)
    return preset ? withPreset(this.engine, defaultSetup(), preset, flavour) : null
  }

  find({ form, fields, initial, stimulus, method, events, dt }: Setup): Found | null {
    const index = this.neurons.findIndex((one) => same(one, { form, fields, initial, stimulus }))
    const preset = this.engine.presets[index]
    if (!preset) return null
    const flavour = FLAVOURS.find((one) => same(steppingOf(preset, one), { method, events, dt }))
    return { preset, flavour: flavour ?? null }
  }
}
