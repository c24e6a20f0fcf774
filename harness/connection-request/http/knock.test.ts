import { describe, expect, test } from 'vitest'
import { entriesOf } from '../../timeline/timeline.ts'
import type { KnockOptions } from './knock.ts'
import { recorded } from './recorded.ts'
import {
  answersDigest,
  challengeAnswer,
  nonceIn,
  type AnswerRequest,
  type ReceivedRequest,
  rightCredentials,
  scriptedServer,
} from './scripted-server.ts'

const accepted = 'HTTP/1.1 204 No Content\r\n\r\n'
const ordinary = { credentials: rightCredentials, label: 'ordinary', authorised: true }

/** Challenges, then accepts right answers; `after401` does what the device does with its connection. */
const device =
  (after401: AnswerRequest = () => undefined, headers = '') =>
  (request: ReceivedRequest) => {
    const right = answersDigest(request.head)
    request.socket.write(right ? accepted : challengeAnswer(`n${request.number}`, headers))
    if (!right) after401(request)
  }

async function knockOn(answer: AnswerRequest, options: KnockOptions = {}) {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, answer)
  const knock = await bench.requester.knock({ ...ordinary, url: server.url, ...options })
  return {
    ...bench,
    knock,
    requests: server.received,
    connections: server.received.map(({ connection }) => connection),
  }
}

test('an ordinary request: challenge and answer on one connection', async () => {
  const { knock, connections, timeline, story } = await knockOn(device())
  expect(knock.first).toMatchObject({ status: 401 })
  expect(knock.challenge).toMatchObject({ realm: 'cpe', nonce: 'n1', qop: ['auth'] })
  expect(knock.final).toMatchObject({ status: 204 })
  expect(connections).toEqual([1, 1])
  expect(story()).toEqual(['connecting', 'sent', 'answered', 'sent', 'answered', 'closed'])
  expect(entriesOf(timeline, 'http-cr-sent')).toMatchObject([
    { request: 1, credentials: 'none', authorised: false, socket: 'fresh' },
    { request: 2, credentials: 'digest', authorised: true, socket: 'kept' },
  ])
})

describe('connections', () => {
  test('fresh when asked for', async () => {
    const { connections, knock } = await knockOn(device(), { socket: 'fresh' })
    expect(connections).toEqual([1, 2])
    expect(knock.final).toMatchObject({ status: 204 })
  })

  test('fresh when the device says that it closes', async () => {
    const { connections, knock } = await knockOn(device(undefined, 'Connection: close\r\n'))
    expect(connections).toEqual([1, 2])
    expect(knock).toMatchObject({ final: { status: 204 } })
    expect(knock.unansweredOnKept).toBeUndefined()
  })

  test('fresh when the device closes without saying so', async () => {
    const { connections, knock } = await knockOn(device(({ socket }) => socket.end()))
    expect(connections).toEqual([1, 2])
    expect(knock.final).toMatchObject({ status: 204 })
  })

  test('fresh when a second request gets no answer, and at once the next time', async () => {
    const bench = recorded()
    const deaf = new Set<number>()
    await using server = await scriptedServer(bench.clock, request => {
      if (deaf.has(request.connection)) return
      deaf.add(request.connection)
      device()(request)
    })
    const first = await bench.requester.knock({ ...ordinary, url: server.url })
    expect(first).toMatchObject({ unansweredOnKept: { reason: 'timeout' }, final: { status: 204 } })
    const second = await bench.requester.knock({ ...ordinary, url: server.url })
    expect(second.unansweredOnKept).toBeUndefined()
    expect(second.final).toMatchObject({ status: 204 })
    expect(server.received.map(({ connection }) => connection)).toEqual([1, 1, 2, 3, 4])
  })

  test('no second try on a device that has answered on kept connections before', async () => {
    const bench = recorded()
    await using server = await scriptedServer(bench.clock, request => {
      if (request.number === 4) request.socket.end()
      else device()(request)
    })
    await bench.requester.knock({ ...ordinary, url: server.url })
    const silent = await bench.requester.knock({ ...ordinary, url: server.url })
    expect(silent.final).toMatchObject({ kind: 'no-answer', reason: 'closed' })
    expect(server.received).toHaveLength(4)
  })

  test('kept when asked for, and no other then', async () => {
    const { connections, knock } = await knockOn(
      device(({ socket }) => socket.end()),
      { socket: 'kept' },
    )
    expect(connections).toEqual([1])
    expect(knock.final).toMatchObject({
      kind: 'no-answer',
      reason: 'closed',
      detail: expect.stringContaining('after its challenge'),
    })
  })

  test('a 401 of unknown length is waited for, then a fresh connection is used', async () => {
    const { connections, clock } = await knockOn(request =>
      request.socket.write(
        answersDigest(request.head)
          ? accepted
          : 'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\n\r\n',
      ),
    )
    expect(connections).toEqual([1, 2])
    expect(clock.now()).toBe(2_000)
  })
})

describe('answers to challenges', () => {
  test('wrong credentials are refused', async () => {
    const { knock } = await knockOn(device(), { credentials: { username: 'acs', password: 'wrong' } })
    expect(knock.final).toMatchObject({ status: 401 })
  })

  test('tampering reaches the wire', async () => {
    const { requests, knock } = await knockOn(device(), {
      tamper: authorization => ({ ...authorization, opaque: 'x', response: '' }),
    })
    expect(requests[1]?.head).toMatch(/response="", opaque="x"/)
    expect(knock.final).toMatchObject({ status: 401 })
  })

  test('another nonce and another digest-uri have a response of their own', async () => {
    const { requests } = await knockOn(device(), { nonce: 'invented', digestUri: '/elsewhere', target: '/there' })
    expect(requests[1]?.head).toMatch(/^GET \/there HTTP.*nonce="invented", uri="\/elsewhere"/s)
    expect(answersDigest(requests[1]?.head ?? '')).toBe(true)
  })

  test('a nonce that comes again is counted', async () => {
    const bench = recorded()
    await using server = await scriptedServer(bench.clock, ({ head, socket }) =>
      socket.write(answersDigest(head) ? accepted : challengeAnswer('same')),
    )
    for (let n = 0; n < 2; n++) await bench.requester.knock({ ...ordinary, url: server.url })
    const counts = server.received.map(({ head }) => /nc=(\w+)/.exec(head)?.[1]).filter(Boolean)
    expect(counts).toEqual(['00000001', '00000002'])
  })

  test('a challenge of the caller saves the first request', async () => {
    const { knock, requests } = await knockOn(device(), {
      challenge: { scheme: 'Digest', realm: 'cpe', nonce: 'mine', qop: ['auth'] },
    })
    expect(knock.first).toBeUndefined()
    expect(knock.final).toMatchObject({ status: 204 })
    expect(requests.map(({ head }) => nonceIn(head))).toEqual(['mine'])
  })

  test.each([
    ['Basic alone', 'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm="r"\r\nContent-Length: 0\r\n\r\n'],
    ['no challenge at all', 'HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n'],
    ['503 before any challenge', 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'],
    ['200 without credentials', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ])('%s ends with the first outcome', async (_name, answer) => {
    const { knock, requests, story } = await knockOn(({ socket }) => socket.write(answer))
    expect(knock.final).toBe(knock.first)
    expect(knock.challenge).toBeUndefined()
    expect(requests).toHaveLength(1)
    expect(story().at(-1)).toBe('closed')
  })
})
