/** Two parameters through their ranges: what the neuron does in each point. A slice at a time, so that the page stays
 * alive, coarse points first. */
import type { Engine } from './engine'
import { FIELDS, fieldsOf, paramsOf, type Field } from './fields'
import type { Fields, Form, Setup } from './setup'
import { levelOf } from './stimulus'
import { DURATION, trainAt } from './sweep'

/** What a train is called. 'unknown': it has too many spikes to be followed, its first comes late, or no neuron is
 * there. */
export const REGIMES = ['silent', 'phasic', 'tonic', 'adapting', 'onset', 'bursting', 'uneven', 'unknown'] as const
export type MapRegime = (typeof REGIMES)[number]

/** By these ratios of intervals trains are told apart. */
const EVEN = 1.1 // the longest to the shortest of the later half: one rhythm
const BURSTS = 3 // the same two: from here on there are bursts and pauses
const LEAP = 3 // an interval to the one before: a burst is over, where adaptation creeps
const ADAPTS = 2 // the mean of the later half to the first interval

/** The rule of the map, of the spike times up to DURATION under a current that is held. The intervals that end in the
 * later half of the time say what goes on; those before say how it began. */
export function mapRegime(times: readonly number[] | null): MapRegime {
  if (!times) return 'unknown'
  if (times.length === 0) return 'silent'
  if (times.at(-1)! < DURATION / 2) return 'phasic'
  const intervals = times.slice(1).map((t, i) => t - times[i]!)
  const late = intervals.filter((_, i) => times[i + 1]! >= DURATION / 2)
  if (late.length === 0) return 'unknown'
  const ratio = Math.max(...late) / Math.min(...late)
  if (ratio >= BURSTS) return 'bursting'
  if (ratio > EVEN) return 'uneven'
  if (intervals.some((one, i) => i > 0 && one >= LEAP * intervals[i - 1]!)) return 'onset'
  const mean = late.reduce((sum, one) => sum + one, 0) / late.length
  return mean >= ADAPTS * intervals[0]! ? 'adapting' : 'tonic'
}

export type Plane = 'ab' | 'cd'
export const PLANES = ['ab', 'cd'] as const

/** Where the cells of 2003 are, and some way around them. */
const NARROW: Record<string, readonly [number, number]> = { a: [0.002, 0.15], b: [0.05, 0.35], c: [-75, -40], d: [0, 10] }

/** The two parameters of a plane, the one to the right and the one up, with what the map shows of them. */
export function planeFields(form: Form, plane: Plane): [Field, Field] {
  const names = plane === 'cd' ? ['c', 'd'] : ['a', form === 'general' ? 'b_lo' : 'b']
  const [x, y] = names.map((name) => {
    const field = FIELDS[form].find((one) => one.name === name)!
    const [min, max] = (form === '2003' && NARROW[name]) || [field.min, field.max]
    return { ...field, min, max }
  })
  return [x!, y!]
}

export interface Cell {
  /** As the paper calls it: "RS". */
  name: string
  fields: Fields
}

/** The cells of the 2003 paper; of one that two presets show, the first. */
export function cellsOf2003(engine: Engine): Cell[] {
  const cells: Cell[] = []
  for (const { name, params } of engine.presets) {
    const [, cell] = /^2003-(\w+)/.exec(name) ?? []
    const fields = cell ? fieldsOf(engine, '2003', params) : null
    if (fields && !cells.some((one) => one.name === cell)) cells.push({ name: cell!, fields })
  }
  return cells
}

export const COLUMNS = 64
export const ROWS = 48
const COARSEST = 8 // columns and rows, from one of the first points to the next

/** The points in the order in which they are computed: each pass has those between the points of the one before. */
function order(): [number, number][] {
  const all: [number, number][] = []
  for (let stride = COARSEST; stride >= 1; stride /= 2)
    for (let j = 0; j < ROWS; j += stride)
      for (let i = 0; i < COLUMNS; i += stride)
        if (stride === COARSEST || i % (2 * stride) || j % (2 * stride)) all.push([i, j])
  return all
}

export class RegimeMap {
  /** From the lower left, row by row; null where not yet known. */
  private readonly regimes = new Array<MapRegime | null>(COLUMNS * ROWS).fill(null)
  private readonly order = order()
  private next = 0

  constructor(
    private readonly engine: Engine,
    private readonly setup: Setup,
    readonly x: Field,
    readonly y: Field,
    /** What is shown, which takes in the neuron itself. */
    readonly bounds: { x: readonly [number, number]; y: readonly [number, number] },
  ) {}

  get done(): boolean {
    return this.next === this.order.length
  }

  /** Goes on until a time of performance.now(), or a little longer. */
  advance(deadline: number): void {
    while (!this.done && performance.now() < deadline) {
      const [i, j] = this.order[this.next++]!
      this.regimes[j * COLUMNS + i] = this.regimeAt(...this.valuesAt(i, j))
    }
  }

  /** The values of a point, which is in the middle of its tile. */
  valuesAt(i: number, j: number): [number, number] {
    const between = ([lo, hi]: readonly [number, number], share: number) => lo * (1 - share) + hi * share
    return [between(this.bounds.x, (i + 0.5) / COLUMNS), between(this.bounds.y, (j + 0.5) / ROWS)]
  }

  /** What the neuron does there, computed now. */
  regimeAt(x: number, y: number): MapRegime {
    const { form, fields, stimulus } = this.setup
    const params = paramsOf(this.engine, form, { ...fields, [this.x.name]: x, [this.y.name]: y })
    if (this.engine.invalidField(params) !== null) return 'unknown'
    return mapRegime(trainAt(this.engine, params, levelOf(stimulus)))
  }

  /** What is known of a tile: its own regime, or that of the coarser point that stands for it; null: nothing yet. */
  at(i: number, j: number): MapRegime | null {
    for (let stride = 1; stride <= COARSEST; stride *= 2) {
      const found = this.regimes[(j - (j % stride)) * COLUMNS + i - (i % stride)]
      if (found) return found
    }
    return null
  }

  /** How much of the map each regime has, from 0 to 1, in the order of REGIMES; those that it has not are left out. */
  shares(): [MapRegime, number][] {
    const known = this.regimes.filter((one) => one !== null)
    return REGIMES.map((name): [MapRegime, number] => [name, known.filter((one) => one === name).length / known.length])
      .filter(([, share]) => share > 0)
  }
}
