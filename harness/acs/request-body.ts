import type { IncomingMessage } from 'node:http'
import { longestEnvelope } from '../cwmp/read-xml.ts'

/** How much of a body that is too long is swallowed, so that the device gets to read the refusal. */
const mostSwallowed = 4 * longestEnvelope

interface ReadBody {
  body: Buffer
  refused?: { status: 400 | 413; reason: string }
}

/** Reads a body of at most 4 MB; never rejects. */
export function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise(resolve => {
    const finish = (refused?: ReadBody['refused']) =>
      resolve({ body: Buffer.concat(chunks), ...(refused === undefined ? {} : { refused }) })
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= longestEnvelope) chunks.push(chunk)
      else if (length > mostSwallowed) request.socket.destroy()
    })
    request.on('end', () => finish(length > longestEnvelope ? tooLong(length) : undefined))
    request.on('error', () => undefined)
    request.on('close', () => finish({ status: 400, reason: 'The connection closed before the request was complete.' }))
  })
}

const tooLong = (length: number) =>
  ({ status: 413, reason: `The body has ${length} bytes; at most ${longestEnvelope} are read.` }) as const
