import { expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { plainAuth, streamHeader } from './raw-client.ts'
import { account, openTestServer } from './test-server.ts'

const streams = 'http://etherx.jabber.org/streams'
const clearHeader = (attributes: string) => `<?xml version='1.0'?><stream:stream ${attributes}>`
const namespaces = `xmlns='jabber:client' xmlns:stream='${streams}'`

test.each([
  ['another domain', clearHeader(`${namespaces} to='other.test' version='1.0'`), 'host-unknown'],
  ['no domain', clearHeader(`${namespaces} version='1.0'`), 'improper-addressing'],
  ['no version', clearHeader(`${namespaces} to='xmpp.test'`), 'unsupported-version'],
  ['version 0.9', clearHeader(`${namespaces} to='xmpp.test' version='0.9'`), 'unsupported-version'],
  [
    'the namespace of servers',
    clearHeader(`xmlns='jabber:server' xmlns:stream='${streams}' to='xmpp.test' version='1.0'`),
    'invalid-namespace',
  ],
  [
    'the namespace of components',
    clearHeader(`xmlns='jabber:component:accept' xmlns:stream='${streams}' to='xmpp.test'`),
    'invalid-namespace',
  ],
  [
    'another namespace of streams',
    clearHeader("xmlns='jabber:client' xmlns:stream='urn:x' to='xmpp.test' version='1.0'"),
    'invalid-namespace',
  ],
  [
    'no default namespace',
    clearHeader(`xmlns:c='jabber:client' xmlns:stream='${streams}' to='xmpp.test' version='1.0'`),
    'bad-namespace-prefix',
  ],
  ['no prefix', `<stream ${namespaces} to='xmpp.test' version='1.0'>`, 'bad-namespace-prefix'],
  ['another element', `<stanza ${namespaces} to='xmpp.test' version='1.0'>`, 'invalid-namespace'],
  ['HTTP', 'GET / HTTP/1.1\r\nHost: xmpp.test\r\n\r\n', 'not-well-formed'],
  ['another encoding', "<?xml version='1.0' encoding='UTF-16'?><a>", 'unsupported-encoding'],
  ['a byte order mark', `\ufeff${streamHeader()}`, 'not-well-formed'],
  ['a DTD', '<!DOCTYPE a><a>', 'restricted-xml'],
  ['a long header', `<stream:stream x='${'x'.repeat(17_000)}`, 'policy-violation'],
])('header: %s', async (_, header, condition) => {
  const { call, all, entry } = await openTestServer()
  const client = await call()
  client.send(header)
  const { rest, how } = await client.closed
  expect(rest).toMatch(
    new RegExp(
      `^<\\?xml version="1.0"\\?><stream:stream [^>]* id="[^"]+"[^>]*><stream:error><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-streams"/>.*</stream:error></stream:stream>$`,
    ),
  )
  expect(how).toBe('end')
  expect(all('xmpp-stream-error')).toMatchObject([{ connection: 1, by: 'server', condition }])
  expect(await entry('xmpp-connection-closed')).toMatchObject({ connection: 1, by: 'server' })
  expect(all('xmpp-stream-ended')).toMatchObject([{ how: 'stream-error' }])
})

test.each([
  ['the domain in capitals, with a dot', clearHeader(`${namespaces} to='XMPP.Test.' version='1.0'`)],
  ['another prefix', `<s:stream xmlns='jabber:client' xmlns:s='${streams}' to='xmpp.test' version='1.0'>`],
  ['a later version', clearHeader(`${namespaces} to='xmpp.test' version='1.1'`)],
  [
    'line feeds and a language',
    `<?xml version="1.0" encoding="utf-8"?>\n<stream:stream\n ${namespaces}\n to="xmpp.test" version="1.0" xml:lang="en" >\n`,
  ],
])('header accepted: %s', async (_, header) => {
  const { call, entry } = await openTestServer()
  const client = await call()
  expect(await client.ask(header, /<\/stream:features>/)).toContain('from="xmpp.test"')
  expect(await entry('xmpp-stream-opened')).toMatchObject({ connection: 1, tls: false })
})

test('the header of the server goes to whom the client says it is', async () => {
  const { call, all } = await openTestServer()
  const client = await call()
  const header = clearHeader(`${namespaces} to='xmpp.test' from='cpe@xmpp.test' version='1.0'`)
  expect(await client.ask(header, /<stream:features>/)).toContain(' to="cpe@xmpp.test"')
  expect(all('xmpp-stream-opened')).toMatchObject([{ to: 'xmpp.test', from: 'cpe@xmpp.test', version: '1.0' }])
})

test.each([
  ['an iq', "<iq type='get' id='1'><query xmlns='jabber:iq:auth'/></iq>", 'not-authorized'],
  ['presence', '<presence/>', 'not-authorized'],
  ['a bind', "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", 'not-authorized'],
  ['a nonza', "<enable xmlns='urn:xmpp:sm:3'/>", 'not-authorized'],
  ['an unknown SASL element', "<x xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", 'unsupported-stanza-type'],
  ['tags that do not match', '<iq></message>', 'not-well-formed'],
  ['a long element', `<auth>${'x'.repeat(17_000)}`, 'policy-violation'],
])('before authentication: %s', async (_, text, condition) => {
  const { call } = await openTestServer()
  const client = await call()
  await client.ask(streamHeader(), /<\/stream:features>/)
  client.send(text)
  expect((await client.closed).rest).toMatch(new RegExp(`^<stream:error><${condition} .*</stream:stream>$`))
})

test.each([
  ['a forged "from"', "<message from='other@xmpp.test/box' to='x@acs.xmpp.test'/>", 'invalid-from'],
  ['the resource of another stream', "<message from='cpe@xmpp.test/other' to='x@acs.xmpp.test'/>", 'invalid-from'],
  ['a "from" that is no JID', "<message from='@' to='x@acs.xmpp.test'/>", 'invalid-from'],
  ['a comment', '<!-- x -->', 'restricted-xml'],
  ['an entity', '<message><body>&lol;</body></message>', 'restricted-xml'],
  ['text between stanzas', 'hello', 'invalid-xml'],
  ['a stanza of another namespace', "<iq xmlns='jabber:server' type='get' id='1'/>", 'unsupported-stanza-type'],
  ['a nonza', "<r xmlns='urn:xmpp:sm:3'/>", 'unsupported-stanza-type'],
  ['deep nesting', `<iq type='set' id='1'>${'<a>'.repeat(100)}`, 'policy-violation'],
  [
    'many attributes',
    `<iq ${Array.from({ length: 300 }, (_, index) => `a${index}='' `).join('')}/>`,
    'policy-violation',
  ],
  ['a long stanza', `<message><body>${'x'.repeat(300_000)}</body></message>`, 'policy-violation'],
])('after bind: %s', async (_, text, condition) => {
  const { server, callBound, all } = await openTestServer()
  const [client, bystander] = [await callBound('box'), await callBound('other')]
  client.send(text)
  expect((await client.closed).rest).toMatch(new RegExp(`^<stream:error><${condition} .*</stream:stream>$`))
  expect(all('xmpp-stream-ended')).toMatchObject([{ connection: 1, jid: 'cpe@xmpp.test/box', how: 'stream-error' }])
  expect(server.streams().map(stream => stream.connection)).toEqual([2])
  expect(await bystander.ask("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", /<iq[^>]*>/)).toContain(
    'result',
  )
})

test('stanzas of 10000 bytes and much more are allowed after authentication (RFC 6120 13.12)', async () => {
  const { callBound, callComponent } = await openTestServer()
  const [client, acs] = [await callBound('box'), await callComponent()]
  client.send(`<message to='x@acs.xmpp.test'><body>${'ü'.repeat(100_000)}</body></message>`)
  expect((await acs.until(/<\/message>/)).length).toBeGreaterThan(100_000)
})

test('a stream error of the peer', async () => {
  const { callBound, all } = await openTestServer()
  const client = await callBound('box')
  client.send(
    "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>why</text></stream:error></stream:stream>",
  )
  expect((await client.closed).rest).toBe('</stream:stream>')
  expect(all('xmpp-stream-error')).toMatchObject([{ by: 'peer', condition: 'undefined-condition', text: 'why' }])
  expect(all('xmpp-stream-ended')).toMatchObject([{ how: 'stream-error' }])
})

test('the peer ends its stream', async () => {
  const { server, callBound, entry, all } = await openTestServer()
  const client = await callBound('box')
  client.send('</stream:stream>')
  expect((await client.closed).rest).toBe('</stream:stream>')
  await entry('xmpp-connection-closed')
  expect(all('xmpp-stream-ended')).toMatchObject([{ connection: 1, jid: 'cpe@xmpp.test/box', how: 'closed-by-peer' }])
  expect(all('xmpp-received').at(-1)).toMatchObject({ what: 'end', jid: 'cpe@xmpp.test/box' })
  expect(server.streams()).toEqual([])
})

test.each(['close', 'reset'] as const)('the peer is gone: %s', async how => {
  const { server, callBound, entry, all } = await openTestServer()
  const client = await callBound('box')
  if (how === 'close') client.close()
  else client.socket.resetAndDestroy()
  expect(await entry('xmpp-connection-closed')).toMatchObject({ by: 'peer', bytesRead: client.socket.bytesWritten })
  expect(all('xmpp-stream-ended')).toMatchObject([{ how: 'lost' }])
  expect(server.streams()).toEqual([])
})

test.each([
  ['nothing', ''],
  ['a header', streamHeader()],
  ['half a header', '<stream:stream '],
  ['authentication', streamHeader() + plainAuth(account.username, account.password)],
])('the negotiation takes too long after %s', async (_, text) => {
  const clock = createVirtualClock()
  const { call, all } = await openTestServer({ clock })
  const client = await call()
  if (text !== '') client.send(text)
  expect((await client.closed).rest).toMatch(/<stream:error><connection-timeout .*<\/stream:stream>$/)
  expect(all('xmpp-stream-error')).toMatchObject([{ by: 'server', condition: 'connection-timeout', at: 60_000 }])
})

test('a bound stream may be idle for ever', async () => {
  const clock = createVirtualClock()
  const { server, callBound } = await openTestServer({ clock })
  await callBound('box')
  await clock.sleep(7 * 24 * 60 * 60 * 1000)
  expect(server.streams()).toHaveLength(1)
})

test('half-open TLS ends with the time for the negotiation', async () => {
  const clock = createVirtualClock()
  const { server, callAt, entry } = await openTestServer({ clock, directTls: { address: '127.0.0.1', port: 0 } })
  const client = await callAt(server.directTlsEndpoint)
  client.send(Uint8Array.of(0x16, 0x03, 0x01))
  expect((await client.closed).rest).toBe('')
  expect(await entry('xmpp-tls-failed')).toMatchObject({ at: 60_000 })
})
