import type { EntryOf, SyntaxProblem } from '../../timeline/entry.ts'
import { type BodyFraming, framingOf } from './body-framing.ts'
import { createByteQueue, type Line } from './byte-queue.ts'
import { type ChunkedBody, createChunkedBody } from './chunked-body.ts'
import { RefusedResponse } from './refused-response.ts'
import { addHeaderLine, parseStatusLine, type ResponseHead } from './response-head.ts'
import { createProblemList } from './syntax-problems.ts'

const maxHeadBytes = 64 * 1024
const maxBodyBytes = 1024 * 1024

/** How the end of a body was recognised. */
export type BodyEnd = EntryOf<'http-cr-answered'>['bodyEnd']

export interface ReadResponse extends ResponseHead {
  body: Buffer
  bodyEnd: BodyEnd
  problems: SyntaxProblem[]
}

/** How far the reading of an answer has come. */
export type Progress =
  | { state: 'head'; statusRead: boolean }
  | { state: 'body' }
  | { state: 'complete'; response: ReadResponse }
  | { state: 'malformed'; detail: string }

/**
 * Reads one HTTP answer as its bytes arrive, whatever a strict parser would say to it: what departs from the
 * grammar becomes a `SyntaxProblem` and reading goes on. Interim answers (1xx) are skipped.
 */
export interface ResponseReader {
  push(bytes: Uint8Array): Progress
  /** No more bytes come: the connection was closed, or waiting longer is pointless. */
  end(how: 'close' | 'timeout'): Progress
  readonly progress: Progress
}

/** A reader for the answer to one request of `method`. The head may have 64 kB, the body 1 MB. */
export function createResponseReader({ method }: { method: string }): ResponseReader {
  const queue = createByteQueue()
  const { problems, note } = createProblemList()
  const bodyParts: Buffer[] = []
  let bodyBytes = 0
  let headBytes = 0
  let head: ResponseHead | undefined
  let framing: BodyFraming | undefined
  let chunkedBody: ChunkedBody | undefined
  let progress: Progress = { state: 'head', statusRead: false }

  function addBody(bytes: Buffer) {
    bodyBytes += bytes.length
    if (bodyBytes > maxBodyBytes) throw new RefusedResponse(`the body is longer than ${maxBodyBytes} bytes`)
    bodyParts.push(bytes)
  }

  function complete(ofHead: ResponseHead, bodyEnd: BodyEnd) {
    progress = { state: 'complete', response: { ...ofHead, body: Buffer.concat(bodyParts), bodyEnd, problems } }
  }

  function readHeadLine(line: Line) {
    headBytes += line.raw.length
    refuseLongHead(headBytes)
    if (line.ending === 'lf') note('lf-line-ends', 'Lines end with LF alone.')
    if (!head) readStatusLine(line.text)
    else if (line.text !== '') addHeaderLine(head.headers, line.text, note)
    else endHead(head)
  }

  function readStatusLine(text: string) {
    if (text === '') return note('leading-line-end', 'There is an empty line before the status line.')
    const statusLine = parseStatusLine(text, note)
    if (!statusLine) throw new RefusedResponse(`"${text.slice(0, 80)}" is not a status line`)
    head = { ...statusLine, headers: [] }
    progress = { state: 'head', statusRead: true }
  }

  function endHead(ofHead: ResponseHead) {
    if (ofHead.status >= 100 && ofHead.status < 200 && ofHead.status !== 101) {
      head = undefined
      progress = { state: 'head', statusRead: false }
      return
    }
    framing = framingOf(ofHead, method, note)
    progress = { state: 'body' }
    if (framing.kind === 'chunked') chunkedBody = createChunkedBody(maxBodyBytes, note)
  }

  function readBody(ofHead: ResponseHead, by: BodyFraming) {
    if (by.kind === 'none') return complete(ofHead, 'none')
    if (by.kind === 'until-close') return addBody(queue.take(queue.length))
    if (by.kind === 'content-length') {
      addBody(queue.take(by.length - bodyBytes))
      if (bodyBytes === by.length) complete(ofHead, 'content-length')
      return
    }
    const state = chunkedBody?.advance(queue, addBody)
    if (state === 'complete') complete(ofHead, 'chunked')
    if (state === 'not-chunked') {
      framing = { kind: 'until-close' }
      addBody(queue.take(queue.length))
    }
  }

  function advance() {
    while (progress.state === 'head') {
      const line = queue.takeLine()
      if (!line) return refuseLongHead(headBytes + queue.length)
      readHeadLine(line)
    }
    if (progress.state === 'body' && head && framing) readBody(head, framing)
    if (progress.state === 'complete' && queue.length > 0) {
      note('bytes-after-end', 'Bytes follow the end of the answer.')
      queue.take(queue.length)
    }
  }

  function endInHead(how: 'close' | 'timeout') {
    const rest = queue.take(queue.length).toString('latin1').replace(/\r$/, '')
    if (!head && rest) readStatusLine(rest)
    else if (head && rest) addHeaderLine(head.headers, rest, note)
    if (!head) throw new RefusedResponse('there is no status line')
    note('head-without-end', 'No empty line ends the headers.')
    complete(head, how)
  }

  function endInBody(ofHead: ResponseHead, by: BodyFraming, how: 'close' | 'timeout') {
    if (by.kind === 'chunked') {
      const rest = queue.take(queue.length)
      const lastChunkSeen = chunkedBody?.lastChunkSeen() ?? false
      if (!lastChunkSeen && !/^[0-9a-f]*[ \t]*\r?$/i.test(rest.toString('latin1'))) addBody(rest)
      note('chunk-terminator-missing', 'The end of the chunked body is missing.')
      return complete(ofHead, lastChunkSeen ? 'chunked' : how)
    }
    if (by.kind === 'content-length')
      note('body-cut-short', `${by.length} bytes of body are announced, ${bodyBytes} came.`)
    else if (how === 'timeout')
      note('body-without-end', 'The answer neither says how long its body is nor closes the connection after it.')
    complete(ofHead, how)
  }

  function refusing(work: () => void): Progress {
    try {
      work()
    } catch (error) {
      if (!(error instanceof RefusedResponse)) throw error
      progress = { state: 'malformed', detail: error.message }
    }
    return progress
  }

  return {
    push(bytes) {
      if (progress.state === 'malformed') return progress
      queue.push(bytes)
      return refusing(advance)
    },
    end(how) {
      return refusing(() => {
        if (progress.state === 'head') endInHead(how)
        else if (progress.state === 'body' && head && framing) endInBody(head, framing, how)
      })
    },
    get progress() {
      return progress
    },
  }
}

function refuseLongHead(bytes: number) {
  if (bytes > maxHeadBytes) throw new RefusedResponse(`the head is longer than ${maxHeadBytes} bytes`)
}
