import { expect, test } from 'vitest'
import { entriesOf } from '../../timeline/timeline.ts'
import { recorded } from './recorded.ts'
import { fireAll } from './requester.ts'
import {
  answersDigest,
  challengeAnswer,
  nonceIn,
  type ReceivedRequest,
  rightCredentials,
  scriptedServer,
} from './scripted-server.ts'

const accepted = 'HTTP/1.1 204 No Content\r\n\r\n'
const three = { credentials: rightCredentials, label: 'duplicate', authorised: true, copies: 3 }

const device = ({ head, number, socket }: ReceivedRequest) =>
  void socket.write(answersDigest(head) ? accepted : challengeAnswer(`n${number}`))

test('all are written in one turn, after all challenges', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, device)
  const { armed, limitedBy } = await bench.requester.arm({ ...three, url: server.url })
  expect(limitedBy).toBeUndefined()
  expect(new Set(armed.map(({ nonce }) => nonce)).size).toBe(3)
  expect(server.openConnections()).toBe(3)
  const before = bench.timeline.lastSeq
  const { outcomes } = await fireAll(armed)
  expect(outcomes).toMatchObject([{ status: 204 }, { status: 204 }, { status: 204 }])
  expect(bench.story().slice(before, before + 3)).toEqual(['sent', 'sent', 'sent'])
  expect(outcomes.map(({ request }) => request)).toEqual(armed.map(({ request }) => request))
  expect(entriesOf(bench.timeline, 'http-cr-closed')).toHaveLength(3)
})

test('one can be fired alone and the others released', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, device)
  const { armed } = await bench.requester.arm({ ...three, url: server.url })
  expect(await armed[0]?.fire()).toMatchObject({ status: 204 })
  await Promise.all(armed.map(each => each.release()))
  expect(entriesOf(bench.timeline, 'http-cr-closed')).toHaveLength(3)
  expect(server.received).toHaveLength(4)
})

test('a device that closes after 401 is armed on fresh connections', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, request => {
    device(request)
    request.socket.end()
  })
  const { armed, limitedBy } = await bench.requester.arm({ ...three, url: server.url })
  expect([armed.length, limitedBy]).toEqual([3, undefined])
  const { outcomes } = await fireAll(armed)
  expect(outcomes).toMatchObject([{ status: 204 }, { status: 204 }, { status: 204 }])
  expect(server.received.map(({ connection }) => connection)).toEqual([1, 3, 5, 2, 4, 6])
})

test('a connection that the device closed meanwhile is opened again when fired', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, device)
  const { armed } = await bench.requester.arm({ ...three, copies: 1, url: server.url })
  server.received[0]?.socket.end()
  await bench.clock.sleep(1)
  const { outcomes } = await fireAll(armed)
  expect(outcomes).toMatchObject([{ status: 204 }])
  expect(server.received.map(({ connection }) => connection)).toEqual([1, 2])
})

test('a device that serves one connection at a time gives one', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, request => {
    if (request.connection === 1) device(request)
  })
  const { armed, limitedBy } = await bench.requester.arm({ ...three, url: server.url })
  expect(armed).toHaveLength(1)
  expect(limitedBy).toMatch(/no further connection while 1 of ours wait/)
  await Promise.all(armed.map(each => each.release()))
  expect(server.received).toHaveLength(2)
  await bench.clock.sleep(1)
  expect(server.openConnections()).toBe(0)
})

test('a refusal instead of a challenge ends the arming', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, request => {
    if (request.number < 3) device(request)
    else request.socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n')
  })
  const { armed, limitedBy } = await bench.requester.arm({ ...three, url: server.url })
  expect(armed).toHaveLength(2)
  expect(limitedBy).toBe('the device answered 503 when asked for a challenge')
  await Promise.all(armed.map(each => each.release()))
})

test('a device that forgets earlier nonces is found out, and gives one the next time', async () => {
  const bench = recorded()
  let newest = ''
  await using server = await scriptedServer(bench.clock, ({ head, number, socket }) => {
    const fresh = `n${number}`
    const valid = answersDigest(head) && nonceIn(head) === newest
    if (nonceIn(head) === undefined) newest = fresh
    socket.write(valid ? accepted : challengeAnswer(fresh))
  })
  const first = await bench.requester.arm({ ...three, url: server.url })
  const volley = await fireAll(first.armed)
  expect(volley.outcomes).toMatchObject([{ status: 401 }, { status: 401 }, { status: 204 }])
  expect(volley.limitedBy).toMatch(/forgets a nonce/)
  const second = await bench.requester.arm({ ...three, url: server.url })
  expect(second.armed).toHaveLength(1)
  expect(second.limitedBy).toBe(volley.limitedBy)
  expect((await fireAll(second.armed)).outcomes).toMatchObject([{ status: 204 }])
})

test('a nonce given twice is counted through', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, ({ head, socket }) =>
    socket.write(answersDigest(head) ? accepted : challengeAnswer('same')),
  )
  const { armed } = await bench.requester.arm({ ...three, url: server.url })
  await fireAll(armed)
  const counts = server.received.map(({ head }) => /nc=(\w+)/.exec(head)?.[1]).filter(Boolean)
  expect(counts).toEqual(['00000001', '00000002', '00000003'])
})
