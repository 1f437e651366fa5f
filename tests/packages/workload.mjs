// What workload.c computes, in JavaScript.
import { Population, Solver, params2003 } from 'izh'

const neuron = new Solver(params2003(0.02, 0.2, -65, 8), { initial: { v: -65, u: -13 } })
neuron.onSpike(() => false)
neuron.setCurrent(10)
neuron.run(1000)
console.log(`first spike at ${neuron.time.toFixed(12)} ms`)

const neurons = new Population(100)
neurons.setCurrent(Float64Array.from({ length: 100 }, (_, i) => 4 + 0.125 * i))
for (let i = 1; i < 100; i += 2) neurons.setParams(params2003(0.1, 0.2, -65, 2), i, 1)
console.log(`${neurons.run(200).length} spikes`)
console.log(`hash ${neurons.hash}`)
