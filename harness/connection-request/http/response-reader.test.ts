import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createResponseReader, type Progress } from './response-reader.ts'

interface OddAnswer {
  bytes: string
  method?: string
  /** How it ends, when not by itself. */
  ended?: 'close' | 'timeout'
  status: number
  body?: string
  bodyEnd: string
  problems?: string[]
  headers?: [string, string][]
}

const answers: Record<string, OddAnswer> = {
  'as it should be': { bytes: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, bodyEnd: 'none' },
  'LF-only line ends': {
    bytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    status: 200,
    body: 'ok',
    bodyEnd: 'content-length',
    problems: ['lf-line-ends'],
  },
  'folded headers': {
    bytes: 'HTTP/1.1 200 OK\r\nX-A: one\r\n\t two\r\nContent-Length: 0\r\n\r\n',
    status: 200,
    bodyEnd: 'content-length',
    problems: ['folded-header'],
    headers: [
      ['X-A', 'one two'],
      ['Content-Length', '0'],
    ],
  },
  'no blank line after the headers': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n',
    ended: 'close',
    status: 200,
    bodyEnd: 'close',
    problems: ['head-without-end'],
  },
  'nothing after the status code': {
    bytes: 'HTTP/1.1 200',
    ended: 'close',
    status: 200,
    bodyEnd: 'close',
    problems: ['status-line-without-reason', 'head-without-end'],
  },
  'no Content-Length, connection closed': {
    bytes: 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\n',
    ended: 'close',
    status: 200,
    bodyEnd: 'close',
  },
  'no Content-Length, connection left open': {
    bytes: 'HTTP/1.1 200 OK\r\n\r\n',
    ended: 'timeout',
    status: 200,
    bodyEnd: 'timeout',
    problems: ['body-without-end'],
  },
  'empty chunked body': {
    bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    status: 200,
    bodyEnd: 'chunked',
  },
  'chunked body with extension and trailer': {
    bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n',
    status: 200,
    body: 'abcde',
    bodyEnd: 'chunked',
  },
  'chunked without its terminator': {
    bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
    ended: 'timeout',
    status: 200,
    bodyEnd: 'chunked',
    problems: ['chunk-terminator-missing'],
  },
  'chunked without any chunk': {
    bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    ended: 'close',
    status: 200,
    bodyEnd: 'close',
    problems: ['chunk-terminator-missing'],
  },
  'announced as chunked but not': {
    bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>\r\n',
    ended: 'close',
    status: 200,
    body: '<html>\r\n',
    bodyEnd: 'close',
    problems: ['bad-chunk-size'],
  },
  'chunk data without line end': {
    bytes: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nab0\r\n\r\n',
    status: 200,
    body: 'ab',
    bodyEnd: 'chunked',
    problems: ['odd-chunk-size', 'chunk-without-line-end'],
  },
  'body closed by the end of the connection': {
    bytes: 'HTTP/1.0 401 Unauthorized\r\nContent-Type: text/html\r\n\r\n<html>no</html>',
    ended: 'close',
    status: 401,
    body: '<html>no</html>',
    bodyEnd: 'close',
  },
  'shorter than announced': {
    bytes: 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 10\r\n\r\nabc',
    ended: 'close',
    status: 401,
    body: 'abc',
    bodyEnd: 'close',
    problems: ['body-cut-short'],
  },
  'bytes after the end': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc',
    status: 200,
    body: 'a',
    bodyEnd: 'content-length',
    problems: ['bytes-after-end'],
  },
  'interim answers': {
    bytes: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
    status: 204,
    bodyEnd: 'none',
    headers: [],
  },
  'header without a space': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length:0\r\n\r\n',
    status: 200,
    bodyEnd: 'content-length',
    headers: [['Content-Length', '0']],
  },
  'header names spelled oddly': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length : 0\r\nnonsense\r\nX(y): z\r\n\r\n',
    status: 200,
    bodyEnd: 'content-length',
    problems: ['space-before-colon', 'header-without-colon', 'odd-header-name'],
  },
  'status line without reason': {
    bytes: 'HTTP/1.1 204\r\n\r\n',
    status: 204,
    bodyEnd: 'none',
    problems: ['status-line-without-reason'],
  },
  'empty lines first': {
    bytes: '\r\nhttp/1.1  204 No\r\n\r\n',
    status: 204,
    bodyEnd: 'none',
    problems: ['leading-line-end', 'odd-status-line'],
  },
  '204 that announces a body': {
    bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n',
    status: 204,
    bodyEnd: 'none',
    problems: ['body-announced-with-204'],
  },
  'Content-Length that is no number': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx',
    ended: 'close',
    status: 200,
    body: 'x',
    bodyEnd: 'close',
    problems: ['bad-content-length'],
  },
  'length and chunked together': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    status: 200,
    body: 'a',
    bodyEnd: 'chunked',
    problems: ['length-and-coding'],
  },
  'the answer to HEAD': {
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n',
    method: 'HEAD',
    status: 200,
    bodyEnd: 'none',
  },
}

function read(pieces: Uint8Array[], { method = 'GET', ended }: Pick<OddAnswer, 'method' | 'ended'>): Progress {
  const reader = createResponseReader({ method })
  for (const piece of pieces) reader.push(piece)
  return ended ? reader.end(ended) : reader.progress
}

describe.each(Object.entries(answers))('%s', (_name, answer) => {
  const bytes = Buffer.from(answer.bytes, 'latin1')
  const whole = read([bytes], answer)

  test('is read', () => {
    expect(whole).toEqual({
      state: 'complete',
      response: expect.objectContaining({
        status: answer.status,
        body: Buffer.from(answer.body ?? ''),
        bodyEnd: answer.bodyEnd,
        problems: (answer.problems ?? []).map(code => ({ code, text: expect.any(String) })),
      }),
    })
  })

  test('gives the same however the bytes are split', () => {
    for (let at = 0; at <= bytes.length; at++)
      expect(read([bytes.subarray(0, at), bytes.subarray(at)], answer)).toEqual(whole)
    expect(
      read(
        [...bytes].map(byte => Buffer.of(byte)),
        answer,
      ),
    ).toEqual(whole)
  })
})

test.each(Object.entries(answers).filter(([, { headers }]) => headers))('the headers of: %s', (_name, answer) => {
  expect(read([Buffer.from(answer.bytes)], answer)).toMatchObject({ response: { headers: answer.headers } })
})

test.each([
  ['no HTTP', 'SSH-2.0-dropbear\r\n', 'is not a status line'],
  ['endless head', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`, 'head is longer'],
  ['endless header line', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}`, 'head is longer'],
  ['endless body', `HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(1_100_000)}`, 'body is longer'],
  ['huge chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n', 'is longer than'],
  [
    'endless trailer',
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n${'x'.repeat(70_000)}`,
    'trailer is longer',
  ],
])('refused: %s', (_name, text, detail) => {
  const bytes = Buffer.from(text)
  const progress = read([bytes.subarray(0, 50), bytes.subarray(50)], {})
  expect(progress).toEqual({ state: 'malformed', detail: expect.stringContaining(detail) })
})

test('bytes that end before a status line are malformed', () => {
  expect(read([Buffer.from('\x16\x03\x01')], { ended: 'close' }).state).toBe('malformed')
  expect(read([], { ended: 'close' }).state).toBe('malformed')
})

test('no bytes make the reader throw, and splitting never changes what is read', () => {
  const parts = fc.constantFrom(
    'HTTP/1.1 200 OK',
    'HTTP/1.1 100 Continue',
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    'Transfer-Encoding: chunked',
    'Content-Length: 3',
    ':',
    ' ',
    '0',
    '3\r\nabc',
    'a',
    ';',
    'abc',
    '\0',
    'é',
    'Connection: close',
  )
  const text = fc.array(parts, { maxLength: 25 }).map(items => Buffer.from(items.join(''), 'latin1'))
  const bytes = fc.oneof(
    text,
    text.map(head => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n'), head])),
    fc.uint8Array(),
  )
  const endings = fc.constantFrom('close', 'timeout' as const)
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200), { maxLength: 6 }), endings, (all, cuts, ended) => {
      const points = [0, ...cuts.filter(cut => cut < all.length).sort((a, b) => a - b), all.length]
      const pieces = points.slice(1).map((end, index) => all.subarray(points[index], end))
      expect(read(pieces, { ended })).toEqual(read([all], { ended }))
    }),
    { numRuns: 1000 },
  )
})
