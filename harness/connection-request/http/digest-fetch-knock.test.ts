import { expect, test } from 'vitest'
import { entriesOf } from '../../timeline/timeline.ts'
import { knockWithDigestFetch } from './digest-fetch-knock.ts'
import { recorded } from './recorded.ts'
import {
  answersDigest,
  challengeAnswer,
  type AnswerRequest,
  type ReceivedRequest,
  rightCredentials,
  scriptedServer,
} from './scripted-server.ts'

async function knockOn(answer: AnswerRequest, credentials = rightCredentials) {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, answer)
  const knock = await knockWithDigestFetch({ ...bench, url: server.url, credentials })
  return { ...bench, knock, requests: server.received }
}

const device = ({ head, number, socket }: ReceivedRequest) =>
  void socket.write(
    answersDigest(head) ? 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-A: b\r\n\r\n' : challengeAnswer(`n${number}`),
  )

test('the second client is accepted, and all of it is on the timeline', async () => {
  const { knock, timeline, story, requests } = await knockOn(device)
  expect(knock).toMatchObject({ accepted: true, final: { status: 200, bodyEnd: 'content-length' } })
  expect(requests.map(({ connection }) => connection)).toEqual([1, 2])
  expect(story()).toEqual(['connecting', 'sent', 'answered', 'closed', 'connecting', 'sent', 'answered', 'closed'])
  expect(entriesOf(timeline, 'http-cr-sent')).toMatchObject([
    { label: 'second client', credentials: 'none', authorised: false, socket: 'fresh' },
    { label: 'second client', credentials: 'digest', authorised: true, socket: 'fresh' },
  ])
  expect(entriesOf(timeline, 'http-cr-sent').map(({ raw }) => raw.text)).toEqual(
    requests.map(({ head }) => `${head}\r\n\r\n`),
  )
})

test('its numbers go on where those of the requester end', async () => {
  const bench = recorded()
  await using server = await scriptedServer(bench.clock, device)
  await bench.requester.send({ url: server.url, label: 'before', authorised: false })
  await knockWithDigestFetch({ ...bench, url: server.url, credentials: rightCredentials })
  expect(entriesOf(bench.timeline, 'http-cr-sent').map(({ request, connection }) => [request, connection])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ])
})

test('wrong credentials are refused', async () => {
  const { knock } = await knockOn(device, { ...rightCredentials, password: 'wrong' })
  expect(knock).toMatchObject({ accepted: false, final: { status: 401 } })
})

test.each<[string, string, AnswerRequest]>([
  ['malformed', 'parser refuses', ({ socket }) => socket.end('HTTP/1.1 200 OK\r\nno colon here\r\n\r\n')],
  ['closed', 'without an answer', ({ socket }) => socket.end()],
  ['timeout', '35 s', () => undefined],
])('no answer: %s', async (reason, detail, answer) => {
  const { knock, story } = await knockOn(answer)
  expect(knock).toMatchObject({
    accepted: false,
    final: { kind: 'no-answer', reason, detail: expect.stringContaining(detail) },
  })
  expect(story().sort()).toEqual(['closed', 'connecting', 'sent', 'unanswered'])
})

test('refused, and a URL that leads nowhere', async () => {
  const bench = recorded()
  const server = await scriptedServer(bench.clock, device)
  await server[Symbol.asyncDispose]()
  const refused = await knockWithDigestFetch({ ...bench, url: server.url, credentials: rightCredentials })
  expect(refused.final).toMatchObject({ reason: 'refused' })
  const nowhere = await knockWithDigestFetch({ ...bench, url: 'nowhere', credentials: rightCredentials })
  expect(nowhere.final).toMatchObject({ reason: 'unreachable' })
})
