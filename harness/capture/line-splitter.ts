const lineEnd = 0x0a

/** Makes lines of the bytes of a program's output. */
export interface LineSplitter {
  push(piece: Buffer): void
  /** No more comes: what is left is a line too. */
  end(): void
  /** Lines that were too long and are left out. */
  readonly leftOut: number
}

/** @param longest bytes of a line; of a longer one nothing is kept */
export function createLineSplitter(longest: number, onLine: (line: string) => void): LineSplitter {
  let begun: Buffer[] = []
  let begunBytes = 0
  let tooLong = false
  let leftOut = 0

  const take = (bytes: Buffer) => {
    begunBytes += bytes.length
    if (begunBytes > longest) {
      tooLong = true
      begun = []
    } else if (!tooLong && bytes.length > 0) begun.push(bytes)
  }
  const finish = () => {
    const [only] = begun
    const bytes = begun.length === 1 && only !== undefined ? only : Buffer.concat(begun)
    const isLeftOut = tooLong
    begun = []
    begunBytes = 0
    tooLong = false
    if (isLeftOut) leftOut++
    else if (bytes.length > 0) onLine(bytes.toString('latin1'))
  }

  return {
    push(piece) {
      let begin = 0
      for (let end = piece.indexOf(lineEnd); end !== -1; end = piece.indexOf(lineEnd, begin)) {
        take(piece.subarray(begin, end))
        finish()
        begin = end + 1
      }
      take(piece.subarray(begin))
    },
    end: finish,
    get leftOut() {
      return leftOut
    },
  }
}
