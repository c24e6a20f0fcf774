import { expect, test } from 'vitest'
import { connectComponent } from './raw-client.ts'
import { component, openTestServer } from './test-server.ts'

const header = (to: string) =>
  `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${to}'>`

test('a component is let in by its handshake', async () => {
  const { callComponent, all } = await openTestServer()
  const acs = await callComponent()
  expect(acs.pending()).toBe('')
  expect(all('xmpp-connection-accepted')).toMatchObject([{ for: 'components' }])
  expect(all('xmpp-stream-opened')).toMatchObject([{ connection: 1, to: component.domain }])
  expect(all('xmpp-received')).toEqual([])
  expect(all('xmpp-sent')).toEqual([])
})

test.each([
  ['an unknown domain', header('other.xmpp.test'), 'host-unknown'],
  ['no domain', header(''), 'host-unknown'],
  ['the namespace of clients', header(component.domain).replace('component:accept', 'client'), 'invalid-namespace'],
  ['a wrong handshake', `${header(component.domain)}<handshake>${'0'.repeat(40)}</handshake>`, 'not-authorized'],
  ['an empty handshake', `${header(component.domain)}<handshake/>`, 'not-authorized'],
  ['a stanza instead', `${header(component.domain)}<message from='acs.xmpp.test' to='xmpp.test'/>`, 'not-authorized'],
])('%s', async (_, text, condition) => {
  const { server, callAt } = await openTestServer()
  const acs = await callAt(server.componentEndpoint)
  acs.send(text)
  expect((await acs.closed).rest).toMatch(new RegExp(`<stream:error><${condition} .*</stream:stream>$`))
})

test.each([
  ['a sender of another domain', "<message from='a@xmpp.test' to='xmpp.test'/>", 'invalid-from'],
  ['a sender of a longer domain', "<message from='a@x.acs.xmpp.test' to='xmpp.test'/>", 'invalid-from'],
  ['no sender', "<message to='xmpp.test'/>", 'improper-addressing'],
  ['no addressee', "<message from='a@acs.xmpp.test'/>", 'improper-addressing'],
  ['another element', '<x/>', 'unsupported-stanza-type'],
])('%s ends the stream', async (_, stanza, condition) => {
  const { callComponent } = await openTestServer()
  const acs = await callComponent()
  acs.send(stanza)
  expect((await acs.closed).rest).toMatch(new RegExp(`^<stream:error><${condition} .*</stream:stream>$`))
})

test('a second connection takes the place of the first', async () => {
  const { server, callBound, callComponent } = await openTestServer()
  const [first, second, client] = [await callComponent(), await callComponent(), await callBound('box')]
  expect((await first.closed).rest).toMatch(/^<stream:error><conflict .*<\/stream:stream>$/)
  client.send("<message id='1' to='a@acs.xmpp.test'/>")
  expect(await second.until(/<message[^>]*>/)).toContain('id="1"')
  expect(server.streams()).toHaveLength(1)
})

test('a component that has gone is not there', async () => {
  const { callBound, callComponent, entry } = await openTestServer()
  const [acs, client] = [await callComponent(), await callBound('box')]
  acs.close()
  await entry('xmpp-connection-closed', closed => closed.connection === 1)
  expect(await client.ask("<iq type='get' id='1' to='a@acs.xmpp.test'><x xmlns='urn:x'/></iq>", /<\/iq>/)).toContain(
    '<service-unavailable',
  )
})

test('several components, and one with another secret later', async () => {
  const { server, clock, callComponent } = await openTestServer()
  const acs = await callComponent()
  server.addComponent({ domain: 'Other.xmpp.test', secret: 'one' })
  server.addComponent({ domain: 'other.xmpp.test', secret: 'two' })
  const other = await connectComponent(clock, server.componentEndpoint, { domain: 'other.xmpp.test', secret: 'two' })
  other.send("<message id='1' from='x@other.xmpp.test' to='acs.xmpp.test'/>")
  expect(await acs.until(/<message[^>]*>/)).toBe('<message id="1" from="x@other.xmpp.test" to="acs.xmpp.test"/>')
  other.close()
})
