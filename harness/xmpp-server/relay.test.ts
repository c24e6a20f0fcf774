import { expect, test } from 'vitest'
import { bind, scram, streamHeader } from './raw-client.ts'
import { account, component, openTestServer } from './test-server.ts'

const connectionRequest =
  "<connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>u</username><password>p</password></connectionRequest>"

test('a client comes by STARTTLS and SCRAM, and an iq goes both ways', async () => {
  const { server, ca, call, callComponent, all } = await openTestServer()
  const client = await call()
  const features = await client.ask(streamHeader(), /<\/stream:features>/)
  expect(features).toContain('<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>')
  await client.ask("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", /<proceed[^>]*\/>/)
  await client.startTls(ca)
  await client.ask(streamHeader(), /<\/stream:features>/)
  expect(await scram(client, 'SCRAM-SHA-256', account)).toContain('<success')
  await client.ask(streamHeader(), /<bind.*<\/stream:features>/)
  expect(await bind(client, 'box')).toBe('cpe@xmpp.test/box')
  expect(server.streams()).toMatchObject([{ connection: 1, username: 'cpe', jid: 'cpe@xmpp.test/box', tls: true }])

  const acs = await callComponent()
  acs.send(`<iq type='get' id='a1' from='acs@${component.domain}/x' to='cpe@xmpp.test/box'>${connectionRequest}</iq>`)
  const request = await client.until(/<\/iq>/)
  expect(request).toContain('<connectionRequest xmlns="urn:broadband-forum-org:cwmp:xmppConnReq-1-0"><username>u<')
  expect(request).toContain(`from="acs@${component.domain}/x"`)
  const answer = await (client.send(`<iq type='result' id='a1' to='acs@${component.domain}/x'/>`),
  acs.until(/<iq[^>]*>/))
  expect(answer).toContain('from="cpe@xmpp.test/box"')
  expect(all('xmpp-received').at(-1)).toMatchObject({
    what: 'stanza',
    name: 'iq',
    id: 'a1',
    stanzaType: 'result',
    tls: true,
  })
})
