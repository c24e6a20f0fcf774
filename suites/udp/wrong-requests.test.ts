import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bench } from '../../harness/bench.ts'
import { udpMessage } from '../../harness/connection-request/udp/message.ts'
import type { UdpAsk } from '../../harness/udp-bench.ts'
import { goodRequest, type WrongRequest, wrongRequests, wrongRequestsFor } from './wrong-requests.ts'

const credentials = { username: 'cpe-user', password: 'the-password' }
const good = { type: 'udp-cr-sent', label: goodRequest, ts: '1000', id: 'good-id' }
const right = { ts: '1001', id: 'new-id', un: credentials.username, cn: 'nonce' }

/** The datagram that such a request sends. */
async function datagramOf(request: WrongRequest, entries: object[] = [good]): Promise<Buffer> {
  let sent: UdpAsk | undefined
  const ask = async (_label: string, options: UdpAsk) => {
    sent = options
  }
  await request.send({ credentials, timeline: { entries }, udp: { ask } } as unknown as Bench)
  expect(sent?.authorised ?? false).toBe(false)
  return udpMessage({ authority: '192.0.2.2:40000', password: credentials.password, values: right }, sent?.defects)
    .datagram
}

/** Every rule of G.2.1.4 that a datagram breaks; an incomplete one is held against no further rule. */
function broken(datagram: Buffer): WrongRequest['breaks'][] {
  const [, method, query = '', version] =
    /^(\S+) http:\/\/[^/?]+\?(\S*) (\S+)\r\n/.exec(datagram.toString('latin1')) ?? []
  if (method !== 'GET' || version !== 'HTTP/1.1') return ['CR-UDP-46']
  const values = new URLSearchParams(query)
  const [ts, id, un, cn, sig] = ['ts', 'id', 'un', 'cn', 'sig'].map(name => values.get(name) ?? '')
  if (!ts || !id || !un || !cn || !sig) return ['CR-UDP-53']
  const hmac = createHmac('sha1', credentials.password).update(`${ts}${id}${un}${cn}`).digest('hex')
  return [
    ...(Number(ts) > Number(good.ts) ? [] : ['CR-UDP-47' as const]),
    ...(id === good.id ? ['CR-UDP-48' as const] : []),
    ...(un === credentials.username ? [] : ['CR-UDP-49' as const]),
    ...(sig.toLowerCase() === hmac ? [] : ['CR-UDP-50' as const]),
  ]
}

test('a right request breaks no rule', () => {
  const { datagram } = udpMessage({ authority: '192.0.2.2:40000', password: credentials.password, values: right })
  expect(broken(datagram)).toEqual([])
})

describe('each is wrong in one thing only', () => {
  test.each(wrongRequests)('$label: $breaks', async request => {
    expect(broken(await datagramOf(request))).toEqual([request.breaks])
  })

  test('and no two are the same', async () => {
    const datagrams = await Promise.all(wrongRequests.map(async request => (await datagramOf(request)).toString('hex')))
    expect(new Set(datagrams).size).toBe(wrongRequests.length)
  })
})

test('those that may hang a device come last', () => {
  const firstDangerous = wrongRequests.findIndex(({ dangerous }) => dangerous)
  expect(wrongRequests.slice(firstDangerous).every(({ dangerous }) => dangerous)).toBe(true)
})

test('none can be sent before a good one', async () => {
  const [request] = wrongRequests
  await expect(datagramOf(request as WrongRequest, [])).rejects.toThrow('No right request')
})

test('a username without letters has no other case', () => {
  const labelsFor = (username: string) =>
    wrongRequestsFor({ credentials: { username, password: '' } } as Bench).map(({ label }) => label)
  expect(labelsFor('cpe')).toContain('username in other case')
  expect(labelsFor('1234')).not.toContain('username in other case')
  expect(labelsFor('1234')).toHaveLength(wrongRequests.length - 1)
})
