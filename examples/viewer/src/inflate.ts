/** Raw DEFLATE (RFC 1951), as the library lies in the page: a third of its size. At once, where a browser's own way
 * would let the page wait for it. */
import { TEXTS } from './texts'

const LONGEST = 15 // bits of a code
const END = 256
/** The order in which the lengths of the code for lengths stand. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** What the codes from 257 on, or those of distances, begin with, and how many bits they add. */
function steps(first: number, bits: readonly number[]): { base: number[]; bits: readonly number[] } {
  let next = first
  return { base: bits.map((count) => (next += 2 ** count) - 2 ** count), bits }
}
const pairs = (most: number, each: number) => Array.from({ length: most * each }, (_, i) => Math.floor(i / each))
const LENGTHS = steps(3, [0, 0, 0, 0, ...pairs(6, 4)])
LENGTHS.base[28] = 258
LENGTHS.bits = [...LENGTHS.bits.slice(0, 28), 0]
const DISTANCES = steps(1, [0, 0, ...pairs(14, 2)])

/** A canonical code: how many symbols have so many bits, and the symbols in the order of their codes. */
interface Code {
  counts: number[]
  symbols: number[]
}

function codeOf(lengths: readonly number[]): Code {
  const counts = Array.from({ length: LONGEST + 1 }, (_, n) => (n ? lengths.filter((length) => length === n).length : 0))
  const symbols = [...lengths.keys()].filter((symbol) => lengths[symbol]).sort((a, b) => lengths[a]! - lengths[b]! || a - b)
  return { counts, symbols }
}

const many = (count: number, length: number) => Array.from({ length: count }, () => length)
const FIXED = { literals: codeOf([...many(144, 8), ...many(112, 9), ...many(24, 7), ...many(8, 8)]), distances: codeOf(many(30, 5)) }

class Bits {
  private at = 0
  private kept = 0
  private count = 0

  constructor(private readonly bytes: Uint8Array) {}

  take(wanted: number): number {
    while (this.count < wanted) {
      if (this.at === this.bytes.length) throw damaged()
      this.kept |= this.bytes[this.at++]! << this.count
      this.count += 8
    }
    const value = this.kept & ((1 << wanted) - 1)
    this.kept >>>= wanted
    this.count -= wanted
    return value
  }

  /** A symbol, bit by bit: codes of one length are one after another. */
  symbol({ counts, symbols }: Code): number {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length <= LONGEST; length++) {
      if (this.count === 0) {
        if (this.at === this.bytes.length) throw damaged()
        this.kept = this.bytes[this.at++]!
        this.count = 8
      }
      code |= this.kept & 1
      this.kept >>>= 1
      this.count--
      const count = counts[length]!
      if (code - first < count) return symbols[index + code - first]!
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw damaged()
  }

  /** So many whole bytes, from the next one on. */
  whole(): Uint8Array {
    this.kept = this.count = 0
    const [length, check] = [this.take(16), this.take(16)]
    if (length !== (~check & 0xffff) || this.at + length > this.bytes.length) throw damaged()
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

const damaged = () => new Error(TEXTS.faults.damaged)

class Output {
  bytes = new Uint8Array(1 << 20)
  length = 0

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = new Uint8Array(2 * (this.length + more))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }

  put(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** What came `distance` before, which may run into itself. */
  again(distance: number, length: number): void {
    if (distance > this.length) throw damaged()
    this.reserve(length)
    for (let k = 0; k < length; k++, this.length++) this.bytes[this.length] = this.bytes[this.length - distance]!
  }
}

function dynamicCodes(bits: Bits): { literals: Code; distances: Code } {
  const [literals, distances, codes] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4]
  const own = many(19, 0)
  for (let k = 0; k < codes; k++) own[ORDER[k]!] = bits.take(3)
  const code = codeOf(own)
  const lengths: number[] = []
  while (lengths.length < literals + distances) {
    const symbol = bits.symbol(code)
    if (symbol < 16) lengths.push(symbol)
    else if (symbol === 16 && lengths.length === 0) throw damaged()
    else if (symbol === 16) lengths.push(...many(3 + bits.take(2), lengths.at(-1)!))
    else lengths.push(...many(symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7), 0))
  }
  return { literals: codeOf(lengths.slice(0, literals)), distances: codeOf(lengths.slice(literals, literals + distances)) }
}

function block(bits: Bits, output: Output, { literals, distances }: { literals: Code; distances: Code }): void {
  for (let symbol = bits.symbol(literals); symbol !== END; symbol = bits.symbol(literals)) {
    if (symbol < END) {
      output.byte(symbol)
      continue
    }
    const [base, more] = [LENGTHS.base[symbol - 257], LENGTHS.bits[symbol - 257]]
    if (base === undefined || more === undefined) throw damaged()
    const length = base + bits.take(more)
    const distance = bits.symbol(distances)
    if (distance >= DISTANCES.base.length) throw damaged()
    output.again(DISTANCES.base[distance]! + bits.take(DISTANCES.bits[distance]!), length)
  }
}

export function inflated(deflated: Uint8Array): Uint8Array<ArrayBuffer> {
  const bits = new Bits(deflated)
  const output = new Output()
  for (let last = 0; !last;) {
    last = bits.take(1)
    const kind = bits.take(2)
    if (kind === 3) throw damaged()
    if (kind === 0) output.put(bits.whole())
    else block(bits, output, kind === 1 ? FIXED : dynamicCodes(bits))
  }
  return output.bytes.subarray(0, output.length)
}
