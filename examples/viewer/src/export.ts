/** Files to take away. */
import { currentUnit } from './fields'
import type { Fired } from './coupled'
import { TEXTS } from './texts'
import type { NetworkScene, PairScene, Scene, Trace, View } from './view'

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000) // a download may begin late
}

/** A cell of a table. What a spreadsheet would take for a formula is marked as text; a number is one. */
export function cell(value: number | string): string {
  const text = String(value)
  if (typeof value === 'number') return text
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const row = (...values: (number | string)[]) => values.map(cell).join(',')

const TIME = 't (ms)'

/** The samples of both neurons, which are at the same ticks; not what a picture has of a spike between them. */
function pairCsv({ traces: [first, second] }: PairScene, unit: string): string {
  const rows = [row(TIME, ...[1, 2].flatMap((i) => [`v${i} (mV)`, `u${i} (${unit})`, `I${i} (${unit})`]))]
  const samples = ({ t, v, u, I }: Trace) => [...t.keys()].filter((k) => !Number.isNaN(I[k]!)).map((k) => [t[k]!, v[k]!, u[k]!, I[k]!])
  const others = new Map(samples(second).map(([t, ...rest]) => [t!, rest]))
  for (const [t, ...rest] of samples(first)) {
    const other = others.get(t!)
    if (other) rows.push(row(t!, ...rest, ...other))
  }
  return rows.join('\n') + '\n'
}

/** How many neurons of each kind fired in each ms that is shown; t is its end. */
function countsCsv({ counts: [E, I], from }: NetworkScene): string {
  const rows = [row(TIME, TEXTS.csv.excitatory, TEXTS.csv.inhibitory)]
  E.forEach((count, k) => rows.push(row(from + k + 1, count, I[k]!)))
  return rows.join('\n') + '\n'
}

/** The spikes of several neurons, numbered from 1. */
function firedCsv(fired: readonly Fired[]): string {
  const rows = [row(TIME, TEXTS.csv.neuron), ...fired.map(({ t, i }) => row(t, i + 1))]
  return rows.join('\n') + '\n'
}

/** The trace that is shown, every double in full. */
export function traceCsv({ trace, setup, pair, network }: Scene): string {
  if (pair) return pairCsv(pair, currentUnit(setup.form))
  if (network) return countsCsv(network)
  const unit = currentUnit(setup.form)
  const rows = [row(TIME, 'v (mV)', `u (${unit})`, `I (${unit})`)]
  for (let i = 0; i < trace.t.length; i++)
    rows.push(row(trace.t[i]!, trace.v[i]!, trace.u[i]!, trace.I[i]!))
  return rows.join('\n') + '\n'
}

export function spikesCsv({ spikes, setup, pair, network }: Scene): string {
  if (pair) return firedCsv(pair.spikes)
  if (network) return firedCsv(Array.from(network.t, (t, k) => ({ t, i: network.i[k]! })))
  const unit = currentUnit(setup.form)
  const { vBefore, uBefore, vAfter, uAfter } = TEXTS.csv
  const rows = [row(TIME, `${vBefore} (mV)`, `${uBefore} (${unit})`, `${vAfter} (mV)`, `${uAfter} (${unit})`)]
  for (const { t, before, after } of spikes)
    rows.push(row(t, before.v, before.u, after.v, after.u))
  return rows.join('\n') + '\n'
}

export const EXPORTS = ['trace', 'spikes', 'png', 'svg'] as const
export type Export = (typeof EXPORTS)[number]

export async function exportAs(kind: Export, view: View, scene: Scene): Promise<void> {
  const name = `izh-${scene.setup.view}`
  const csv = { type: 'text/csv' }
  if (kind === 'trace') save(new Blob([traceCsv(scene)], csv), 'izh-trace.csv')
  else if (kind === 'spikes') save(new Blob([spikesCsv(scene)], csv), 'izh-spikes.csv')
  else if (kind === 'png') save(await view.png(scene), `${name}.png`)
  else save(new Blob([view.svg(scene) ?? ''], { type: 'image/svg+xml' }), `${name}.svg`)
}
