// The viewer's WebAssembly against the native library, in turn, in one run; a table of Markdown:
//
//   bench_viewer.mjs WASM NATIVE [MS]     NATIVE is bench_viewer.c's program
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [wasm, program, ms = '100000'] = process.argv.slice(2)
const ROUNDS = 7
const FIELDS = 16 // doubles in an izh_params

const none = () => 8 // EBADF
const { instance } = await WebAssembly.instantiate(readFileSync(wasm), {
  wasi_snapshot_preview1: { fd_close: none, fd_seek: none, fd_write: none },
})
const calls = instance.exports
calls._initialize()
const text = (address) => {
  const bytes = new Uint8Array(calls.memory.buffer, address)
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)))
}
const methods = {}
for (let i = 1; calls.bridge_method_name(i); i++) methods[text(calls.bridge_method_name(i))] = i
const params = calls.bridge_alloc(8 * FIELDS)
const segment = calls.bridge_alloc(24)
calls.params_2003(0.02, 0.2, -65, 8, params)
new Float64Array(calls.memory.buffer, segment, 3).set([0, 10, 0])

/** `piece`: how far each call runs, ms; the page runs a frame at a time. */
function runHere(method, events, piece) {
  const start = seconds()
  const neuron = calls.neuron_create(params, -65, -13, methods[method], events, 0, 0)
  calls.neuron_set_stimulus(neuron, segment, 1)
  let status = 0
  for (let t = piece; status === 0 && t <= ms; t += piece) status = calls.neuron_run(neuron, t)
  const spikes = calls.neuron_spike_count(neuron)
  calls.neuron_destroy(neuron)
  return { seconds: status === 0 ? seconds() - start : NaN, spikes }
}

/** The processor's, which neighbours disturb less; the compiler's threads count. */
function seconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const peer = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]()

async function runNative(method, events) {
  peer.stdin.write(`${method} ${events} ${ms}\n`)
  const [seconds, spikes] = (await answers.next()).value.split(' ').map(Number)
  return { seconds, spikes }
}

async function row(method, events) {
  const least = { native: Infinity, wasm: Infinity, pieces: Infinity }
  let same = true
  for (let i = 0; i < ROUNDS; i++) {
    const native = await runNative(method, events)
    const here = runHere(method, events, Number(ms))
    const pieces = runHere(method, events, Number(ms) / 6000)
    same &&= native.spikes === here.spikes
    for (const [name, { seconds }] of Object.entries({ native, wasm: here, pieces }))
      least[name] = Math.min(least[name], seconds)
  }
  const ratio = least.native / least.wasm
  const cells = [least.native, least.wasm, least.pieces].map((s) => (1e9 * s / ms).toFixed(1))
  console.log(`| \`${method}\`, ${events ? 'grid' : 'exact'} | ${cells.join(' | ')} | ${ratio.toFixed(2)} |${same ? '' : ' other spikes'}`)
  return same && ratio
}

console.log(`us per simulated second, least of ${ROUNDS}, ${ms / 1000} s each\n`)
console.log('| | native | WebAssembly | the same, frame by frame | speed, times the native |')
console.log('|---|---|---|---|---|')
const ratios = []
for (const [method, events] of [
  ['taylor', 0], ['dopri5', 0], ['midpoint', 0], ['midpoint', 1], ['rk4', 0], ['rk4', 1],
  ['published-2003', 0], ['published-2003', 1],
])
  ratios.push(await row(method, events))
peer.stdin.end()
const worst = Math.min(...ratios)
console.log(`\nWebAssembly has at least ${worst.toFixed(2)} of the native library's speed.`)

/** The network of the 2003 paper, a frame of 16 ms at a time: how many times faster than real time it is. */
function network() {
  const numbers = calls.bridge_alloc(32)
  new Float64Array(calls.memory.buffer, numbers, 4).set([0.5, -1, 5, 2])
  const made = calls.network_create(2003, numbers, numbers + 16)
  const second = () => {
    const start = seconds()
    for (let frame = 0; frame < 63; frame++) calls.network_run(made, 16)
    calls.coupled_forget_spikes(made)
    return (63 * 16) / 1000 / (seconds() - start)
  }
  const multiples = Array.from({ length: ROUNDS }, second)
  calls.coupled_destroy(made)
  return Math.max(...multiples)
}

const multiple = network()
console.log(`The network of 2003, 1000 neurons and 1000000 synapses, runs ${multiple.toFixed(1)} times as fast as real time.`)
process.exitCode = worst >= 0.5 && multiple >= 1 ? 0 : 1
