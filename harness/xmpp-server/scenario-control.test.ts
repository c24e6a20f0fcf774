import { expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { ListenError } from '../listening/listen-error.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { type RawClient, plainAuth, streamHeader } from './raw-client.ts'
import { account, clearPolicy, component, openTestServer } from './test-server.ts'
import { openXmppServer } from './xmpp-server.ts'

/** The reset may come before the client notices that it is connected. */
const endOf = (calling: Promise<RawClient>): Promise<string> =>
  calling.then(
    async client => (await client.closed).how,
    (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? 'reset' : error.message),
  )

test('a server that is not there: reset', async () => {
  const { server, call, entry, all } = await openTestServer()
  server.policy = { ...clearPolicy, connections: 'reset' }
  expect(await endOf(call())).toBe('reset')
  expect(await entry('xmpp-connection-closed')).toMatchObject({ connection: 1, by: 'server', bytesWritten: 0 })
  expect(all('xmpp-connection-accepted')).toMatchObject([{ handling: 'reset' }])
  server.policy = clearPolicy
  await (await call()).ask(streamHeader(), /<\/stream:features>/)
})

test('a server that never answers: silent', async () => {
  const clock = createVirtualClock()
  const { server, call, entry, all } = await openTestServer({ clock })
  server.policy = { ...clearPolicy, connections: 'silent' }
  const client = await call()
  client.send(`${streamHeader()}<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>secret</auth>`)
  await entry('xmpp-received', received => received.name === 'auth')
  await clock.sleep(3_600_000)
  expect(client.pending()).toBe('')
  expect(all('xmpp-stream-opened')).toMatchObject([{ to: 'xmpp.test', version: '1.0' }])
  expect(JSON.stringify(all('xmpp-received'))).not.toContain('secret')
  expect(all('xmpp-sent')).toEqual([])
  client.close()
  expect(await entry('xmpp-connection-closed')).toMatchObject({ by: 'peer', bytesWritten: 0 })
  expect(all('xmpp-stream-ended')).toMatchObject([{ how: 'lost' }])
})

test('the policy holds for connections accepted from then on', async () => {
  const { server, call } = await openTestServer()
  const before = await call()
  await before.ask(streamHeader(), /<\/stream:features>/)
  server.policy.startTls = 'required'
  const after = await call()
  expect(await after.ask(streamHeader(), /<\/stream:features>/)).toContain('<required/>')
  expect(await before.ask("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='X'/>", /<\/failure>/)).toContain(
    '<invalid-mechanism/>',
  )
})

test.each([
  ['close-stream', { how: 'end', rest: '</stream:stream>' }, 'closed-by-server'],
  ['close-connection', { how: 'end', rest: '' }, 'dropped'],
  ['reset-connection', { how: 'reset', rest: '' }, 'dropped'],
  [
    'stream-error',
    { how: 'end', rest: expect.stringMatching(/^<stream:error><system-shutdown .*<\/stream:stream>$/) },
    'stream-error',
  ],
] as const)('drop: %s', async (drop, seen, ended) => {
  const { server, callBound, entry, all } = await openTestServer()
  const client = await callBound('box')
  expect(server.drop(1, drop)).toBe(true)
  expect(server.streams()).toEqual([])
  expect(await client.closed).toEqual(seen)
  expect(await entry('xmpp-connection-closed')).toMatchObject({ connection: 1, by: 'server' })
  expect(all('xmpp-stream-ended')).toMatchObject([{ connection: 1, jid: 'cpe@xmpp.test/box', how: ended }])
  expect(server.drop(1, drop)).toBe(false)
})

test('a stream is dropped before it has begun', async () => {
  const { server, call, entry, all } = await openTestServer()
  const client = await call()
  await entry('xmpp-connection-accepted')
  expect(server.drop(1, 'close-stream')).toBe(true)
  expect(await client.closed).toEqual({ how: 'end', rest: '' })
  expect(all('xmpp-stream-ended')).toEqual([])
  expect(server.drop(7, 'close-stream')).toBe(false)
})

test('a scenario sends what it likes', async () => {
  const { server, callBound, all } = await openTestServer()
  const client = await callBound('box')
  server.send(
    1,
    "<iq type='get' id='s1' from='xmpp.test' to='cpe@xmpp.test/box'><ping xmlns='urn:xmpp:ping'/></iq>",
    'is it alive?',
  )
  expect(await client.until(/<\/iq>/)).toContain("id='s1'")
  server.send(1, '<unfinished', 'to confuse')
  expect(await client.until(/<unfinished/)).toBe('<unfinished')
  expect(all('xmpp-sent').filter(entry => entry.because !== undefined)).toMatchObject([
    { what: 'stanza', name: 'iq', id: 's1', stanzaType: 'get', because: 'is it alive?', jid: 'cpe@xmpp.test/box' },
    { what: 'nonza', because: 'to confuse', raw: { text: '<unfinished' } },
  ])
  expect(() => server.send(2, ' ', 'nobody')).toThrow('no XMPP connection 2')
})

test('stanzas for a client are held back, in their order', async () => {
  const clock = createVirtualClock()
  const { server, callBound, callComponent, all } = await openTestServer({ clock })
  server.policy = { ...clearPolicy, stanzaDelayMs: 5000 }
  const [client, acs] = [await callBound('box'), await callComponent()]
  const message = (id: number) => `<message id='${id}' from='a@${component.domain}' to='cpe@xmpp.test/box'/>`
  acs.send(message(1) + message(2) + message(3))
  const ids = [...(await client.until(/id="3"[^>]*>/)).matchAll(/id="(\d)"/g)].map(match => match[1])
  expect(ids).toEqual(['1', '2', '3'])
  expect(
    all('xmpp-sent')
      .slice(-3)
      .map(entry => entry.at),
  ).toEqual([5000, 5000, 5000])
})

test('what is held back for a stream that ends meanwhile is not sent', async () => {
  const clock = createVirtualClock()
  const { server, callBound, callComponent, all } = await openTestServer({ clock })
  server.policy = { ...clearPolicy, stanzaDelayMs: 5000 }
  const [client, acs] = [await callBound('box'), await callComponent()]
  await acs.ask(
    `<message from='a@${component.domain}' to='cpe@xmpp.test/box'/><iq type='get' id='1' from='a@${component.domain}' to='xmpp.test'><ping xmlns='urn:xmpp:ping'/></iq>`,
    /<iq[^>]*>/,
  )
  server.drop(1, 'close-connection')
  await client.closed
  await clock.sleep(10_000)
  expect(all('xmpp-sent').filter(entry => entry.name === 'message')).toEqual([])
})

test('a further place to listen has a policy of its own, and its streams end with it', async () => {
  const { server, callAt, callBound, entry } = await openTestServer()
  const further = await server.listenAlso({ address: '127.0.0.1', port: 0 }, { startTls: 'required' })
  expect(further.endpoint.port).not.toBe(server.endpoint.port)
  const client = await callAt(further.endpoint)
  expect(await client.ask(streamHeader(), /<\/stream:features>/)).toContain('<required/>')
  further.policy = { connections: 'reset' }
  expect(await endOf(callAt(further.endpoint))).toBe('reset')
  further.policy = undefined
  expect(await (await callAt(further.endpoint)).ask(streamHeader(), /<\/stream:features>/)).not.toContain('<required/>')
  await callBound('box')
  await further[Symbol.asyncDispose]()
  expect((await client.closed).rest).toContain('<system-shutdown')
  await expect(callAt(further.endpoint)).rejects.toThrow('ECONNREFUSED')
  expect(server.streams()).toHaveLength(1)
  expect(await entry('xmpp-listening', listening => listening.listen.port === further.endpoint.port)).toMatchObject({
    for: 'clients',
    domain: 'xmpp.test',
  })
})

test('disposing ends all streams in order', async () => {
  const { server, callBound, callComponent, all } = await openTestServer()
  const [client, acs] = [await callBound('box'), await callComponent()]
  await server[Symbol.asyncDispose]()
  expect((await client.closed).rest).toMatch(/^<stream:error><system-shutdown .*<\/stream:stream>$/)
  expect((await acs.closed).rest).toMatch(/^<stream:error><system-shutdown .*<\/stream:stream>$/)
  expect(all('xmpp-connection-closed')).toHaveLength(2)
})

test('accounts come, change and go', async () => {
  const { server, call } = await openTestServer()
  const client = await call()
  await client.ask(streamHeader(), /<\/stream:features>/)
  server.addAccount({ username: account.username, password: 'new' })
  await client.ask(plainAuth(account.username, account.password), /<not-authorized\/><\/failure>/)
  server.removeAccount('CPE')
  await client.ask(plainAuth(account.username, 'new'), /<not-authorized\/><\/failure>/)
  server.addAccount({ username: account.username, password: 'third' })
  await client.ask(plainAuth(account.username, 'third'), /<success/)
  expect(() => server.addAccount({ username: 'a b', password: 'x' })).toThrow('no user name')
  expect(() => server.addComponent({ domain: '@', secret: 'x' })).toThrow('no domain')
})

test.each([
  ['listen', 'xmpp.listen'],
  ['directTls', 'xmpp.directTls'],
  ['componentListen', 'xmpp.component'],
])('a port that is taken: %s', async (option, setting) => {
  const { server, clock, ca } = await openTestServer()
  const opening = openXmppServer({
    clock,
    timeline: new TimelineRecorder({ clock, redactor: keepSecrets }),
    domain: 'xmpp.test',
    listen: { address: '127.0.0.1', port: 0 },
    tls: { key: '', cert: ca },
    [option]: server.endpoint,
  }).catch((error: unknown) => error)
  const error = await opening
  expect(error).toBeInstanceOf(ListenError)
  expect(error).toMatchObject({ code: 'CONNREQ_PORT_TAKEN', message: expect.stringContaining(setting) as string })
})
