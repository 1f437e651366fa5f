/** The library as it lies in the page: by gzip, a third of its size. It is inflated at once, where a browser's own way
 * would let the page wait for it. */
import { gunzipSync } from 'fflate'
import { TEXTS } from './texts'

/** Throws if the data are damaged so that they cannot be read, or give another length. gzip's checksum is not looked at. */
export function inflated(gzip: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = inflate(gzip)
  if (!bytes) throw new Error(TEXTS.faults.damaged)
  return bytes
}

/** A byte of DEFLATE becomes at most so many: no memory is taken for a length that cannot be. */
const MOST = 1032

/** fflate fills what it is given and says nothing of data that end early or go on: one byte more than there are tells. */
function inflate(gzip: Uint8Array): Uint8Array<ArrayBuffer> | null {
  try {
    const length = lengthOf(gzip)
    if (length > MOST * gzip.length) return null
    const bytes = gunzipSync(gzip, { out: new Uint8Array(length + 1) })
    return bytes.length === length ? bytes : null
  } catch {
    return null
  }
}

/** RFC 1952: the last four bytes say how many bytes were compressed. */
const lengthOf = (gzip: Uint8Array) => new DataView(gzip.buffer, gzip.byteOffset + gzip.length - 4).getUint32(0, true)
