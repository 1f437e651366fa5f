// What the npm package promises beside the numbers; TypeScript that node runs without its types, and tsc checks.
import { IzhError, Population, Solver, methods, params2003, params2007, preset, rest, version } from 'izh'
import type { Params, Spike, SpikeEvent, State } from 'izh'

function say(what: string, well: boolean): void {
  console.log(`${well ? 'well' : 'not well'}: ${what}`)
}

function message(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof IzhError) return `${error.status}: ${error.message}`
    throw error
  }
  return 'nothing'
}

const rs: Params = params2003(0.02, 0.2, -65, 8)

function errors(): void {
  const bad: Params = { ...rs, cm: -1 }
  const neuron = new Solver(rs)
  const neurons = new Population(3)
  say("a config's fault is told", /^IZH_E_INVALID: .*-1/.test(message(() => new Solver(rs, { dt: -1 }))))
  say("a parameter's fault is told", message(() => rest(bad)) === 'IZH_E_INVALID: params.cm is not valid')
  say("a call's fault is told", message(() => neuron.setCurrent(NaN)).startsWith('IZH_E_INVALID: '))
  say("a run's fault is told", message(() => neuron.run(-1)).includes('-1'))
  say("a neuron's fault is told", message(() => neurons.setCurrent([1, 1], 2)).startsWith('IZH_E_INVALID: '))
  say("a method's fault is told", message(() => new Solver(rs, { method: 'rk5' })).includes('"rk5"'))
  say("an option's fault is told", message(() => new Population(1, { noise: 1 } as object)).includes('"noise"'))
  say('what is too many is refused', message(() => neurons.state(2, 2)).startsWith('IZH_E_INVALID: '))
  neuron.free()
  say('what was freed says so', message(() => neuron.run(1)).includes('freed'))
}

function callbacks(): void {
  const neuron = new Solver(rs, { initial: { v: -65, u: -13 } })
  let count = 0
  let thrown = ''
  neuron.setCurrent(10)
  neuron.onSpike((spike: SpikeEvent) => {
    if (++count === 2) throw new RangeError('second')
    spike.after.v = -70
  })
  try {
    neuron.run(1000)
  } catch (error) {
    thrown = (error as Error).message
  }
  say('an exception is carried out of the run', thrown === 'second' && neuron.time < 1000 && count === 2)
  say('the run goes on', neuron.run(1000) && count > 10)
  const before = count
  neuron.onSpike(null)
  say('the function ends', neuron.run(2000) && count === before)
  neuron.onSpike(() => {
    say('no run begins inside one', message(() => neuron.run(3000)).startsWith('IZH_E_BUSY'))
    neuron.free()
  })
  say('no solver is freed that runs', message(() => neuron.run(3000)).includes('free()'))
  neuron.onSpike(null)
  say('it goes on', neuron.run(3000))
  neuron.free()
}

function aheads(): void {
  const neuron = new Solver(rs, { initial: { v: -65, u: -13 } })
  neuron.setCurrent(10)
  neuron.run(2000)
  say('what is next is known', neuron.nextSpike(3000) > 2000 && neuron.time === 2000)
}

function saves(): void {
  const whole = new Solver(rs)
  const other = new Solver(rs)
  whole.setStimulus([{ t: 5, I: 10 }, { t: 50, I: 4, slope: 0.1 }])
  whole.run(30)
  other.load(whole.save())
  const states: State[] = whole.sample([40, 100])
  other.run(100)
  say('a solver resumes', states[1]!.v === other.state.v && states[0]!.v !== states[1]!.v)
  const all = new Population(20, { noiseSigma: 3, seed: 5 })
  const some = new Population(20, { noiseSigma: 3, seed: 5 })
  all.setCurrent(Array.from({ length: 20 }, (_, i) => i))
  all.kick([100, 0], 3)
  const spikes: Spike[] = all.run(50)
  say('spikes are in the order of time', spikes[0]!.i === 3 && spikes.every((s, k) => k === 0 || spikes[k - 1]!.t <= s.t))
  some.load(all.save())
  all.run(100)
  some.run(100)
  say('a population resumes', all.hash === some.hash && all.state(3, 1)[0]!.v === some.state(3, 1)[0]!.v)
}

function neurons(): void {
  const published = preset('2004-A')
  const cell = params2007(100, 0.7, -60, -40, 35, 0.03, -2, -50, 100)
  say('published neurons are known', published.params.d === 6 && rest(cell)!.v === -60 && rest(rs, 10) === null)
  say('methods are known', methods.includes('taylor') && methods.length > 10 && /^\d+\.\d+\.\d+$/.test(version))
  const single = new Population(5, { precision: 'f32', method: 'rk4', dt: 0.5 })
  single.setParams([rs, cell], 1)
  single.setState({ v: 40, u: 0 })
  say('populations are of many kinds', single.dt === 0.5 && single.run(0.5).length === 5)
}

// 2000 neurons that nobody frees would be some 10 MB of the library's memory, for each round.
async function garbage(): Promise<void> {
  const collect = (globalThis as unknown as { gc: () => void }).gc
  const leave = () => {
    for (let i = 0; i < 2000; i++) {
      const neuron = new Solver(rs)
      neuron.onSpike(() => neuron.time > 0)
      neuron.setCurrent(10)
      neuron.run(5)
    }
  }
  const sizes: number[] = []
  for (let round = 0; round < 8; round++) {
    leave()
    collect()
    await new Promise((resolve) => setTimeout(resolve, 20))
    sizes.push(process.memoryUsage().rss)
  }
  say('what is forgotten is freed', sizes[7]! - sizes[2]! < 20e6)
}
declare const console: { log(text: string): void }
declare const process: { memoryUsage(): { rss: number } }
declare function setTimeout(call: (value: unknown) => void, ms: number): unknown

errors()
callbacks()
aheads()
saves()
neurons()
await garbage()
