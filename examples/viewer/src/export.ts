/** Files to take away. */
import { currentUnit } from './fields'
import { TEXTS } from './texts'
import type { Scene, View } from './view'

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

/** The trace that is shown, every double in full. */
export function traceCsv({ trace, setup }: Scene): string {
  const unit = currentUnit(setup.form)
  const rows = [row('t (ms)', 'v (mV)', `u (${unit})`, `I (${unit})`)]
  for (let i = 0; i < trace.t.length; i++)
    rows.push(row(trace.t[i]!, trace.v[i]!, trace.u[i]!, trace.I[i]!))
  return rows.join('\n') + '\n'
}

export function spikesCsv({ spikes, setup }: Scene): string {
  const unit = currentUnit(setup.form)
  const { vBefore, uBefore, vAfter, uAfter } = TEXTS.csv
  const rows = [row('t (ms)', `${vBefore} (mV)`, `${uBefore} (${unit})`, `${vAfter} (mV)`, `${uAfter} (${unit})`)]
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
