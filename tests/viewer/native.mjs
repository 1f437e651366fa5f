// Reads what native.c prints, and runs the same through an engine: the page's, or one in node.
import { execFileSync } from 'node:child_process'

/** The cases of native.c, as lines: [{ name, method, events, dt, until, lines }]. */
export function nativeCases(program) {
  const cases = []
  for (const line of execFileSync(program, { encoding: 'utf8', maxBuffer: 1 << 28 }).trim().split('\n')) {
    const [what, name, method, events, dt, until] = line.split(' ')
    if (what === 'case') cases.push({ name, method, events: Number(events), dt, until, lines: [] })
    else cases.at(-1).lines.push(line)
  }
  return cases
}

/** Runs a case; returns the lines that native.c should have printed. Needs nothing around it, so that it
 * can be sent to a page: `modules` has Neuron and IzhError. */
export function runCase(engine, { Neuron }, { name, method, events, dt, until }) {
  const samples = 97
  const view = new DataView(new ArrayBuffer(8))
  const number = (hex) => {
    view.setBigUint64(0, BigInt('0x' + hex))
    return view.getFloat64(0)
  }
  const bits = (...numbers) =>
    numbers.map((x) => (view.setFloat64(0, x), view.getBigUint64(0).toString(16).padStart(16, '0'))).join(' ')
  const preset = engine.presets.find((one) => one.name === name)
  const lines = []
  const end = number(until)
  let neuron
  try {
    neuron = new Neuron(engine, {
      params: preset.params, initial: preset.initial, method, events: events ? 'grid' : 'exact', dt: number(dt),
    })
  } catch (error) {
    return ['refused ' + (error.status ?? error)]
  }
  neuron.setStimulus(preset.segments)
  const times = Array.from({ length: samples }, (_, i) => (i + 1 === samples ? end : (end * i) / samples))
  let status = 'IZH_OK'
  try {
    const states = neuron.sample(times)
    times.forEach((t, i) => lines.push('sample ' + bits(t, states[2 * i], states[2 * i + 1])))
  } catch (error) {
    status = error.status ?? String(error)
  }
  for (const { t, before, after } of neuron.takeSpikes())
    lines.push('spike ' + bits(t, before.v, before.u, after.v, after.u))
  const { v, u } = neuron.state
  lines.push(`end ${status} ` + bits(neuron.time, v, u))
  neuron.destroy()
  return lines
}

/** Why the lines are not the native library's; null where they are. */
export function difference(expected, lines) {
  const i = expected.findIndex((line, n) => line !== lines[n])
  if (i < 0 && lines.length === expected.length) return null
  const at = i < 0 ? expected.length : i
  return `line ${at + 1} of ${expected.length}: native "${expected[at]}", page "${lines[at]}"`
}
