import { expect, test } from 'vitest'
import { plainAuth, streamHeader } from './raw-client.ts'
import { account, component, openTestServer } from './test-server.ts'

const ping = "<ping xmlns='urn:xmpp:ping'/>"
const anyIq = /<iq[^>]*\/>|<iq.*?<\/iq>/

test.each([
  [
    'ping to the server',
    `<iq type='get' id='1' to='xmpp.test'>${ping}</iq>`,
    '<iq type="result" id="1" from="xmpp.test" to="cpe@xmpp.test/box"/>',
  ],
  ['ping to the account', `<iq type='get' id='1'>${ping}</iq>`, '<iq type="result" id="1" to="cpe@xmpp.test/box"/>'],
  [
    'session',
    "<iq type='set' id='1'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
    '<iq type="result" id="1" to="cpe@xmpp.test/box"/>',
  ],
  [
    'roster',
    "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>",
    '<iq type="result" id="1" to="cpe@xmpp.test/box"><query xmlns="jabber:iq:roster"/></iq>',
  ],
  [
    'items',
    "<iq type='get' id='1' to='xmpp.test'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>",
    '<query xmlns="http://jabber.org/protocol/disco#items"/>',
  ],
  [
    'info of the server',
    "<iq type='get' id='1' to='xmpp.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    '<identity category="server" type="im"',
  ],
  [
    'info of the account',
    "<iq type='get' id='1' to='cpe@xmpp.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    '<identity category="account" type="registered"',
  ],
  [
    'unknown get',
    "<iq type='get' id='1' to='xmpp.test'><x xmlns='urn:x'/></iq>",
    '<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>',
  ],
  [
    'unknown set to a bare JID',
    "<iq type='set' id='1' to='cpe@xmpp.test'><x xmlns='urn:x'/></iq>",
    '<service-unavailable',
  ],
  [
    'an account that does not exist',
    `<iq type='get' id='1' to='nobody@xmpp.test/x'>${ping}</iq>`,
    'from="nobody@xmpp.test/x" to="cpe@xmpp.test/box"><error type="cancel"><service-unavailable',
  ],
  [
    'a component that is not connected',
    `<iq type='get' id='1' to='x@acs.xmpp.test'>${ping}</iq>`,
    '<service-unavailable',
  ],
  ['another server', `<iq type='get' id='1' to='x@other.test'>${ping}</iq>`, '<remote-server-not-found'],
  ['no JID', `<iq type='get' id='1' to='@'>${ping}</iq>`, '<error type="modify"><jid-malformed'],
  ['an empty iq', "<iq type='get' id='1' to='xmpp.test'/>", '<bad-request'],
  ['two children', `<iq type='get' id='1' to='xmpp.test'>${ping}${ping}</iq>`, '<bad-request'],
  ['no id', `<iq type='get' to='xmpp.test'>${ping}</iq>`, '<bad-request'],
  ['no type', `<iq id='1' to='xmpp.test'>${ping}</iq>`, '<bad-request'],
])('%s', async (_, stanza, answer) => {
  const { callBound } = await openTestServer()
  const client = await callBound('box')
  expect(await client.ask(stanza, anyIq)).toContain(answer)
})

test('results, errors, presence and messages to nobody are answered by nothing', async () => {
  const { callBound } = await openTestServer()
  const client = await callBound('box')
  client.send("<iq type='result' id='1' to='xmpp.test'/><iq type='error' id='1' to='nobody@xmpp.test/x'/>")
  client.send("<presence/><presence to='nobody@xmpp.test'/><presence type='subscribe' to='xmpp.test'/>")
  client.send("<message type='error' to='nobody@xmpp.test'/>")
  expect(await client.ask(`<iq type='get' id='last'>${ping}</iq>`, anyIq)).toBe(
    '<iq type="result" id="last" to="cpe@xmpp.test/box"/>',
  )
})

test('a message to nobody comes back as an error', async () => {
  const { callBound } = await openTestServer()
  const client = await callBound('box')
  const answer = await client.ask("<message id='m' to='nobody@xmpp.test'><body>hello</body></message>", /<\/message>/)
  expect(answer).toContain('<message type="error" id="m" from="nobody@xmpp.test" to="cpe@xmpp.test/box">')
})

test('clients reach each other by full JID, and messages also by bare JID', async () => {
  const { server, callBound } = await openTestServer()
  server.addAccount({ username: 'Other', password: account.password })
  const [one, two] = [await callBound('one'), await callBound('two')]
  one.send(`<iq type='get' id='1' to='CPE@xmpp.test/two'>${ping}</iq><presence to='cpe@xmpp.test/two'/>`)
  expect(await two.until(/<presence[^>]*>/)).toMatch(
    /^<iq type="get" id="1" to="CPE@xmpp.test\/two" from="cpe@xmpp.test\/one"><ping xmlns="urn:xmpp:ping"\/><\/iq><presence /,
  )
  two.send("<iq type='result' id='1' to='cpe@xmpp.test/one' from='cpe@xmpp.test/two'/>")
  expect(await one.until(anyIq)).toBe('<iq type="result" id="1" to="cpe@xmpp.test/one" from="cpe@xmpp.test/two"/>')
  two.send("<message to='cpe@xmpp.test'><body>hello</body></message>")
  expect(await one.until(/<\/message>/)).toContain('from="cpe@xmpp.test/two"')
  two.send('<message><body>to myself</body></message>')
  expect(await one.until(/<\/message>/)).toContain('to myself')
  one.send('</stream:stream>')
  await one.closed
  two.send("<message to='cpe@xmpp.test'><body>hello</body></message>")
  expect(await two.until(/<\/message>/)).toContain('from="cpe@xmpp.test/two"')
})

test('a bare "from" is made full, a true one stays', async () => {
  const { callBound, callComponent } = await openTestServer()
  const [client, acs] = [await callBound('box'), await callComponent()]
  client.send(
    "<message id='1' from='cpe@xmpp.test' to='acs.xmpp.test'/><message id='2' from='CPE@xmpp.test/box' to='a@acs.xmpp.test/b'/>",
  )
  const both = await acs.until(/id="2"[^>]*>/)
  expect([...both.matchAll(/ from="([^"]*)"/g)].map(match => match[1])).toEqual([
    'cpe@xmpp.test/box',
    'cpe@xmpp.test/box',
  ])
})

test('before bind a stanza is refused, and presence is let be', async () => {
  const { call } = await openTestServer()
  const client = await call()
  await client.ask(streamHeader(), /<\/stream:features>/)
  await client.ask(plainAuth(account.username, account.password), /<success[^>]*>/)
  await client.ask(streamHeader(), /<\/stream:features>/)
  expect(await client.ask(`<presence/><iq type='get' id='1' to='xmpp.test'>${ping}</iq>`, anyIq)).toContain(
    '<not-authorized',
  )
})

test('between a component and a client, whatever the prefixes', async () => {
  const { callBound, callComponent } = await openTestServer()
  const [client, acs] = [await callBound('box'), await callComponent()]
  acs.send(
    `<iq xmlns:c='urn:c' type='get' id='1' from='a@${component.domain}' to='cpe@xmpp.test/box'><c:request c:a='1'><c:username>ä&amp;&lt;</c:username><plain xmlns=''/></c:request></iq>`,
  )
  expect(await client.until(anyIq)).toBe(
    '<iq xmlns:c="urn:c" type="get" id="1" from="a@acs.xmpp.test" to="cpe@xmpp.test/box"><c:request c:a="1"><c:username>ä&amp;&lt;</c:username><plain xmlns=""/></c:request></iq>',
  )
  client.send(
    `<iq type='error' id='1' to='a@${component.domain}'><error type='cancel'><x:not-authorized xmlns:x='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
  )
  expect(await acs.until(anyIq)).toContain(
    '<error type="cancel"><x:not-authorized xmlns:x="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>',
  )
  acs.send(`<iq type='get' id='2' from='a@${component.domain}' to='cpe@xmpp.test'><x xmlns='urn:x'/></iq>`)
  expect(await acs.until(anyIq)).toContain('<service-unavailable')
  acs.send(`<iq type='get' id='3' from='a@${component.domain}' to='cpe@xmpp.test/away'><x xmlns='urn:x'/></iq>`)
  expect(await acs.until(anyIq)).toContain(
    'id="3" from="cpe@xmpp.test/away" to="a@acs.xmpp.test"><error type="cancel"><service-unavailable',
  )
})
