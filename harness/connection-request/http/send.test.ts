import { describe, expect, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { entriesOf } from '../../timeline/timeline.ts'
import { recorded } from './recorded.ts'
import { LocalAddressUnusable } from './connection.ts'
import { type AnswerRequest, scriptedServer } from './scripted-server.ts'

const plain = { label: 'plain', authorised: false }

async function sendTo(answer: AnswerRequest, options: { answerTimeoutMs?: number; method?: string } = {}) {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, answer)
  const outcome = await bench.requester.send({ ...plain, ...options, url: server.url })
  return { ...bench, server, outcome }
}

test('a request as written and its answer are on the timeline', async () => {
  const { outcome, timeline, story, server } = await sendTo(({ socket }) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: x\r\n\r\n'),
  )
  expect(story()).toEqual(['connecting', 'sent', 'answered', 'closed'])
  const [sent] = entriesOf(timeline, 'http-cr-sent')
  const [answered] = entriesOf(timeline, 'http-cr-answered')
  const [closed] = entriesOf(timeline, 'http-cr-closed')
  const authority = new URL(server.url).host
  expect(sent).toMatchObject({
    request: 1,
    connection: 1,
    label: 'plain',
    method: 'GET',
    target: '/cr',
    credentials: 'none',
    socket: 'fresh',
  })
  expect(sent?.raw.text).toBe(`GET /cr HTTP/1.1\r\nHost: ${authority}\r\n\r\n`)
  expect(sent?.from.address).toBe('127.0.0.1')
  expect(answered).toMatchObject({ request: 1, status: 200, reason: 'OK', bodyEnd: 'content-length', problems: [] })
  expect(closed?.by).toBe('harness')
  expect(outcome).toMatchObject({ kind: 'answer', seq: answered?.seq, request: 1, closedByDevice: false })
  expect(outcome.kind === 'answer' && outcome.header('SERVER')).toBe('x')
})

test('method, target, version, headers and body go out as given', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, ({ socket }) => socket.end('HTTP/1.0 405 No\r\n\r\n'))
  await bench.requester.send({
    ...plain,
    url: server.url,
    method: 'POST',
    target: '/other?x',
    httpVersion: '1.0',
    headers: [
      ['X-First', '1'],
      ['host', 'elsewhere:1'],
    ],
    body: 'é',
  })
  const [sent] = entriesOf(bench.timeline, 'http-cr-sent')
  expect(sent?.raw.text).toBe('POST /other?x HTTP/1.0\r\nX-First: 1\r\nhost: elsewhere:1\r\nContent-Length: 2\r\n\r\né')
})

describe('the end of the answer', () => {
  test('lastByteAt is that of the last byte, not of the end of waiting', async () => {
    const { outcome, clock } = await sendTo(async ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
    })
    expect(outcome).toMatchObject({ bodyEnd: 'timeout', lastByteAt: 0, problems: [{ code: 'body-without-end' }] })
    expect(clock.now()).toBe(2_000)
  })

  test('a body in pieces', async () => {
    const bench = recorded()
    await using server = await scriptedServer(bench.clock, async ({ socket }) => {
      await bench.clock.sleep(1_000)
      socket.write('HTTP/1.1 401 Unauthorized\r\n')
      await bench.clock.sleep(1_000)
      socket.write('\r\n<html>')
      await bench.clock.sleep(1_500)
      socket.write('</html>')
      await bench.clock.sleep(1_500)
      socket.end()
    })
    const outcome = await bench.requester.send({ ...plain, url: server.url })
    expect(outcome).toMatchObject({
      bodyEnd: 'close',
      sentAt: 0,
      firstByteAt: 1_000,
      lastByteAt: 3_500,
      closedByDevice: true,
    })
    expect(outcome.kind === 'answer' && Buffer.from(outcome.body).toString()).toBe('<html></html>')
  })

  test('the chunk terminator that never comes', async () => {
    const { outcome } = await sendTo(({ socket }) =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n'),
    )
    expect(outcome).toMatchObject({ bodyEnd: 'chunked', problems: [{ code: 'chunk-terminator-missing' }] })
  })

  test('problems of the challenge are told with those of the answer', async () => {
    const { outcome } = await sendTo(({ socket }) =>
      socket.end('HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Digest realm=a, nonce="b"\nContent-Length: 0\n\n'),
    )
    expect(outcome.kind === 'answer' && outcome.problems.map(({ code }) => code)).toEqual([
      'lf-line-ends',
      'unquoted-parameter',
    ])
  })

  test('HEAD has no body', async () => {
    const { outcome } = await sendTo(({ socket }) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'), {
      method: 'HEAD',
    })
    expect(outcome).toMatchObject({ bodyEnd: 'none' })
  })
})

describe('no answer', () => {
  test.each<[string, string, AnswerRequest]>([
    ['closed', 'without an answer', ({ socket }) => socket.end()],
    ['reset', 'ECONNRESET', ({ socket }) => socket.resetAndDestroy()],
    ['timeout', 'No answer within 35 s', () => undefined],
    ['malformed', 'is not a status line', ({ socket }) => socket.write('220 ftp ready\r\n')],
    ['malformed', 'head is longer', ({ socket }) => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(12_000)}`)],
    ['malformed', 'no status line', ({ socket }) => socket.end('\r\n')],
  ])('%s: %s', async (reason, detail, answer) => {
    const { outcome, timeline, story } = await sendTo(answer)
    expect(outcome).toMatchObject({ kind: 'no-answer', reason, detail: expect.stringContaining(detail) })
    expect(story()).toEqual(['connecting', 'sent', 'unanswered', 'closed'])
    const [unanswered] = entriesOf(timeline, 'http-cr-unanswered')
    expect(unanswered).toMatchObject({
      reason,
      sentAt: 0,
    })
  })

  test('what could not be read is kept', async () => {
    const { timeline } = await sendTo(({ socket }) => socket.write('220 ftp ready\r\n'))
    expect(entriesOf(timeline, 'http-cr-unanswered')[0]?.received?.text).toBe('220 ftp ready\r\n')
  })

  test('an answer time-out of its own', async () => {
    const { clock, outcome } = await sendTo(() => undefined, { answerTimeoutMs: 7_000 })
    expect(outcome).toMatchObject({ reason: 'timeout' })
    expect(clock.now()).toBe(7_000)
  })

  test('refused', async () => {
    const { clock, requester, story } = recorded()
    const server = await scriptedServer(clock, () => undefined)
    await server[Symbol.asyncDispose]()
    expect(await requester.send({ ...plain, url: server.url })).toMatchObject({ kind: 'no-answer', reason: 'refused' })
    expect(story()).toEqual(['connecting', 'unanswered'])
  })

  test('a URL that leads nowhere', async () => {
    const { requester, story } = recorded()
    const outcome = await requester.send({ ...plain, url: 'http://:7547/' })
    expect(outcome).toMatchObject({ reason: 'unreachable', detail: expect.stringContaining('"http://:7547/"') })
    expect(story()).toEqual(['unanswered'])
  })
})

test('requests leave from the local address', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, ({ socket }) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
  await bench.requester.send({ ...plain, url: server.url, localAddress: '127.0.0.7' })
  expect(entriesOf(bench.timeline, 'http-cr-sent')[0]?.from.address).toBe('127.0.0.7')
  await expect(bench.requester.send({ ...plain, url: server.url, localAddress: '192.0.2.77' })).rejects.toThrow(
    LocalAddressUnusable,
  )
})

test('aborting rejects what waits and leaves nothing open', async () => {
  const stop = new AbortController()
  const bench = recorded({ clock: createRealClock(), signal: stop.signal })
  await using server = await scriptedServer(bench.clock, () => stop.abort(new Error('stopped')))
  await expect(bench.requester.send({ ...plain, url: server.url })).rejects.toThrow('stopped')
  expect(bench.story()).toEqual(['connecting', 'sent', 'closed'])
  await expect(bench.requester.send({ ...plain, url: server.url })).rejects.toThrow('stopped')
})

test('bytes that trickle in real time make one answer', async () => {
  const bench = recorded({ clock: createRealClock() })
  await using server = await scriptedServer(bench.clock, async ({ socket }) => {
    for (const byte of 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n') {
      socket.write(byte)
      await new Promise(resolve => setImmediate(resolve))
    }
  })
  const outcome = await bench.requester.send({ ...plain, url: server.url })
  expect(outcome).toMatchObject({ status: 200, problems: [] })
  const [answered] = entriesOf(bench.timeline, 'http-cr-answered')
  expect(answered?.lastByteAt).toBeGreaterThan(answered?.firstByteAt ?? Number.POSITIVE_INFINITY)
})
