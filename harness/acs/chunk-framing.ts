/** Follows the framing of a chunked body by RFC 9112 7.1, blanks behind a size allowed: lenient parsers disagree on where such a body ends. */
export interface ChunkFraming {
  /** What is wrong, once something is. */
  feed(bytes: Uint8Array): string | undefined
  /** Blanks stand behind the size of a chunk: all readers understand it, though the standard knows no such blanks. */
  readonly isPadded: boolean
}

/** Longest line of a chunk's size with its extensions, and longest trailer section. */
const longestLine = 4096
const longestTrailers = 16 * 1024

const [lf, cr] = [10, 13]

export function createChunkFraming(): ChunkFraming {
  let state: 'size' | 'data' | 'data-end' | 'trailer' | 'over' = 'size'
  let line = ''
  let remaining = 0
  let trailers = 0
  let fault: string | undefined
  let isPadded = false

  const sizeLine = (): string | undefined => {
    const [, size, blanks] = /^0*([0-9A-Fa-f]{1,8})([ \t]*)(?:;[^\0\r\n]*)?$/.exec(line) ?? []
    if (size === undefined) return `"${line.slice(0, 40)}" is no chunk size`
    isPadded ||= blanks !== '' && !line.includes(';')
    remaining = Number.parseInt(size, 16)
    state = remaining === 0 ? 'trailer' : 'data'
    return undefined
  }

  const lineByte = (byte: number): string | undefined => {
    if (byte !== lf) {
      line += String.fromCharCode(byte)
      return line.length > longestLine ? 'a line of it is longer than 4096 bytes' : undefined
    }
    if (!line.endsWith('\r')) return 'a line of it ends with LF without CR'
    line = line.slice(0, -1)
    const wrong = state === 'size' ? sizeLine() : trailerLine()
    line = ''
    return wrong
  }

  const trailerLine = (): string | undefined => {
    if (line === '') state = 'over'
    trailers += line.length
    if (trailers > longestTrailers) return 'its trailers are longer than 16 kB'
    return line === '' || /^[^\s:]+:/.test(line) ? undefined : `"${line.slice(0, 40)}" is no trailer`
  }

  const step = (bytes: Uint8Array, at: number): number => {
    if (state === 'data') {
      const taken = Math.min(remaining, bytes.length - at)
      remaining -= taken
      if (remaining === 0) {
        state = 'data-end'
        remaining = 2
      }
      return at + taken
    }
    const byte = bytes[at] ?? 0
    if (state !== 'data-end') fault = lineByte(byte)
    else if (byte !== (remaining === 2 ? cr : lf)) fault = 'a chunk does not end where its size says'
    else if (--remaining === 0) state = 'size'
    return at + 1
  }

  const goesOn = () => state !== 'over' && fault === undefined

  return {
    feed(bytes) {
      for (let at = 0; at < bytes.length && goesOn(); ) at = step(bytes, at)
      return fault
    },
    get isPadded() {
      return isPadded
    },
  }
}
