import { isUtf8 } from 'node:buffer'

/** UTF-8 in chunks as they arrive from a socket: a character may be cut by the end of a chunk. */
export class Utf8Chunks {
  /** The beginning of a character whose rest is yet to come. */
  #rest: Buffer | undefined

  /**
   * The text up to the first byte that is no UTF-8, or up to the last complete character.
   * @returns with `broken`, when there is such a byte; nothing can be read after it
   */
  decode(chunk: Uint8Array): { text: string; broken: boolean } {
    const arrived = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const bytes = this.#rest === undefined ? arrived : Buffer.concat([this.#rest, arrived])
    const complete = bytes.length - incompleteLength(bytes)
    this.#rest = complete === bytes.length ? undefined : Buffer.from(bytes.subarray(complete))
    const whole = bytes.subarray(0, complete)
    if (isUtf8(whole)) return { text: whole.toString('utf8'), broken: false }
    return { text: whole.toString('utf8', 0, validLength(whole)), broken: true }
  }
}

/** How many bytes at the end are the beginning of a character. */
function incompleteLength(bytes: Buffer): number {
  for (let length = 1; length <= 3 && length <= bytes.length; length++) {
    const byte = bytes[bytes.length - length] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return length < characterLength(byte) ? length : 0
  }
  return 0
}

/** The length of the character with this first byte; 1 for a byte that begins none. */
function characterLength(first: number): number {
  if (first >= 0xc2 && first <= 0xdf) return 2
  if (first >= 0xe0 && first <= 0xef) return 3
  return first >= 0xf0 && first <= 0xf4 ? 4 : 1
}

/** The length of the longest beginning that is UTF-8, where the whole is not. */
function validLength(bytes: Buffer): number {
  let valid = 0
  let broken = bytes.length
  while (broken - valid > 1) {
    const middle = (valid + broken) >> 1
    const part = bytes.subarray(0, middle)
    if (isUtf8(part.subarray(0, middle - incompleteLength(part)))) valid = middle
    else broken = middle
  }
  return valid - incompleteLength(bytes.subarray(0, valid))
}
