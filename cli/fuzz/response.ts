import { createResponseReader, type Progress } from '../../harness/connection-request/http/response-reader.ts'
import { type Ingredients, mutated } from '../../harness/fuzzing/mutation.ts'
import { createRandom } from '../../harness/fuzzing/random.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'

const ingredients: Ingredients = {
  samples: [
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n',
    'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="x", nonce="y", qop="auth"\r\nContent-Length: 5\r\n\r\nhello',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;ext="v"\r\nabc\r\n0\r\nTrailer: x\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK',
    'HTTP/1.0 503\nRetry-After: 120\nX: y\n folded\n\nbusy',
    '\r\n\r\nhttp/1.1  200\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\n\r\n',
  ].map(text => Buffer.from(text)) as [Buffer, ...Buffer[]],
  tokens: [
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    ':',
    ' ',
    '\t',
    'HTTP/1.1 ',
    'HTTP/9',
    'HTTP/1.1 101 Switching\r\n\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 99999999999999999999\r\n',
    'Content-Length: 1, 1\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
    '0\r\n\r\n',
    '1;\r\n',
    'Connection: keep-alive\r\n',
    '\0',
    'x'.repeat(5000),
  ],
}

const methods = ['GET', 'HEAD'] as const

/** The answers of devices to Connection Requests: however the bytes are cut, the same is read. */
export const response: FuzzTarget = {
  name: 'response',
  inputs: 'HTTP answers, each whole and in pieces',
  count: 4000,
  async open() {
    return {
      make: random => mutated(random, ingredients),
      feed(input) {
        for (const method of methods)
          for (const how of ['close', 'timeout'] as const) {
            const whole = JSON.stringify(readIn([input], method, how))
            for (const pieces of [piecesOf(input, 0), piecesOf(input, 3), piecesOf(input, 40)]) {
              const read = JSON.stringify(readIn(pieces, method, how))
              if (read !== whole)
                throw new Error(`In ${pieces.length} pieces it is read as ${read}, whole as ${whole}.`)
            }
          }
      },
      async [Symbol.asyncDispose]() {},
    }
  },
}

/** The same for the same input. With `most` 0 the last byte comes alone. */
function piecesOf(input: Buffer, most: number): Buffer[] {
  if (most === 0) return [input.subarray(0, -1), input.subarray(-1)]
  const random = createRandom(input.length)
  const pieces: Buffer[] = []
  // Long inputs byte by byte would take all the time there is.
  const least = Math.ceil(input.length / 2000)
  for (let at = 0; at < input.length; ) {
    const length = least + random.below(most)
    pieces.push(input.subarray(at, at + length))
    at += length
  }
  return pieces
}

function readIn(pieces: readonly Buffer[], method: string, how: 'close' | 'timeout'): Progress {
  const reader = createResponseReader({ method })
  for (const piece of pieces) reader.push(piece)
  return reader.end(how)
}
