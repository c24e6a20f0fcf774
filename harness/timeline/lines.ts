import { closeSync, openSync, readSync } from 'node:fs'

const lineEnd = 0x0a
const readAtOnce = 1024 * 1024
/** A longer line was not written by us. */
export const longestLine = 16 * 1024 * 1024

/**
 * The lines of a file, read piece by piece, so that its size does not matter; `undefined` in the place of a line that
 * is too long. What stands after the last line end comes last, if only as an empty text.
 * @throws NodeJS.ErrnoException when it cannot be read
 */
export function* linesOf(path: string): Generator<string | undefined> {
  const file = openSync(path, 'r')
  try {
    let pieces: Buffer[] = []
    let length = 0
    const keep = (piece: Buffer) => {
      length += piece.length
      if (length <= longestLine) pieces.push(piece)
    }
    const line = () => {
      const text = length > longestLine ? undefined : Buffer.concat(pieces).toString('utf8')
      pieces = []
      length = 0
      return text
    }
    for (;;) {
      const buffer = Buffer.allocUnsafe(readAtOnce)
      const bytes = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, null))
      if (bytes.length === 0) break
      let begin = 0
      for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, begin)) {
        if (length === 0 && end - begin <= longestLine) yield bytes.toString('utf8', begin, end)
        else {
          keep(bytes.subarray(begin, end))
          yield line()
        }
        begin = end + 1
      }
      keep(bytes.subarray(begin))
    }
    yield line()
  } finally {
    closeSync(file)
  }
}
