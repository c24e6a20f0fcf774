import { connect as connectTls } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { type RawClient, bind, plainAuth, scram, streamHeader } from './raw-client.ts'
import type { StreamPolicy } from './stream-policy.ts'
import { account, clearPolicy, openTestServer } from './test-server.ts'

const startTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'
const mechanismsIn = (features: string) => [...features.matchAll(/<mechanism>(.*?)</g)].map(match => match[1])

async function features(client: RawClient): Promise<string> {
  return await client.ask(streamHeader(), /<\/?stream:features\/?>(?!<)/)
}

test.each<[string, Partial<StreamPolicy>, { clear: string[]; tls: 'required' | 'offered' | 'none' }]>([
  ['ordinary', { plainInClear: false }, { clear: ['SCRAM-SHA-256', 'SCRAM-SHA-1'], tls: 'offered' }],
  ['TLS required', { startTls: 'required' }, { clear: [], tls: 'required' }],
  ['no TLS', { startTls: 'none', mechanisms: ['PLAIN'] }, { clear: ['PLAIN'], tls: 'none' }],
  ['PLAIN only, not in clear', { plainInClear: false, mechanisms: ['PLAIN'] }, { clear: [], tls: 'offered' }],
])('features in clear: %s', async (_, policy, expected) => {
  const { server, call } = await openTestServer()
  server.policy = { ...clearPolicy, ...policy }
  const offered = await features(await call())
  expect(mechanismsIn(offered)).toEqual(expected.clear)
  expect(offered.includes('<starttls')).toBe(expected.tls !== 'none')
  expect(offered.includes('<required/>')).toBe(expected.tls === 'required')
  expect(offered).not.toContain('<bind')
})

test('under TLS all mechanisms are offered, and TLS no more', async () => {
  const { server, call, ca } = await openTestServer()
  server.policy = { ...clearPolicy, startTls: 'required', plainInClear: false }
  const client = await call()
  await features(client)
  await client.ask(startTls, /<proceed[^>]*\/>/)
  await client.startTls(ca)
  const offered = await features(client)
  expect(mechanismsIn(offered)).toEqual(['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'])
  expect(offered).not.toContain('<starttls')
  expect(await client.ask(startTls, /<\/stream:stream>/)).toContain(
    '<failure xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>',
  )
})

test('direct TLS', async () => {
  const { server, all, ca, callAt } = await openTestServer({ directTls: { address: '127.0.0.1', port: 0 } })
  const client = await callAt(server.directTlsEndpoint)
  await client.startTls(ca)
  expect(mechanismsIn(await features(client))).toContain('PLAIN')
  expect(all('xmpp-tls-established')).toMatchObject([{ connection: 1, how: 'direct', protocol: 'TLSv1.3' }])
  expect(all('xmpp-connection-accepted')).toMatchObject([{ for: 'clients-direct-tls', handling: 'served' }])
})

test('STARTTLS where it is not offered fails', async () => {
  const { server, call } = await openTestServer()
  server.policy = { ...clearPolicy, startTls: 'none' }
  const client = await call()
  await features(client)
  expect(await client.ask(startTls, /<\/stream:stream>/)).toContain('<failure')
})

test('what is sent in clear behind <starttls/> is never read', async () => {
  const { call, all } = await openTestServer()
  const client = await call()
  await features(client)
  expect(await client.ask(`${startTls}<presence/>`, /<\/stream:stream>/)).toContain('<failure')
  expect(all('xmpp-received').map(entry => entry.name)).not.toContain('presence')
})

test('a failed handshake', async () => {
  const { call, entry } = await openTestServer()
  const client = await call()
  await features(client)
  await client.ask(startTls, /<proceed[^>]*\/>/)
  client.send('this is no TLS at all, whatever one may say')
  expect(await entry('xmpp-tls-failed')).toMatchObject({ connection: 1, reason: 'wrong version number' })
  await client.closed
})

test.each([
  ['refused by default', {}, 'xmpp-tls-failed', { reason: 'unsupported protocol' }],
  ['spoken where it is asked for', { tlsMinVersion: 'TLSv1' }, 'xmpp-tls-established', { protocol: 'TLSv1.1' }],
] as const)('TLS 1.1 is %s', async (_, options, type, seen) => {
  const { call, entry } = await openTestServer(options)
  const client = await call()
  await features(client)
  await client.ask(startTls, /<proceed[^>]*\/>/)
  client.socket.removeAllListeners('data')
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
  const secure = connectTls({ socket: client.socket, rejectUnauthorized: false, ...old })
  secure.on('error', () => undefined)
  onTestFinished(() => void secure.destroy())
  expect(await entry(type)).toMatchObject(seen)
})

test.each(['SCRAM-SHA-1', 'SCRAM-SHA-256'] as const)('%s', async mechanism => {
  const { call, all } = await openTestServer()
  const client = await call()
  await features(client)
  expect(await scram(client, mechanism, { ...account, password: 'wrong' })).toContain('<not-authorized/>')
  expect(await scram(client, mechanism, { ...account, username: 'nobody' })).toContain('<not-authorized/>')
  expect(await scram(client, mechanism, account)).toContain('<success')
  expect(all('xmpp-authenticated')).toMatchObject([
    { mechanism, username: 'cpe', ok: false, condition: 'not-authorized', tls: false },
    { mechanism, username: 'nobody', ok: false, condition: 'not-authorized' },
    { mechanism, username: 'cpe', ok: true },
  ])
})

test.each([
  ['a wrong password', plainAuth('cpe', 'wrong'), 'not-authorized', 'cpe'],
  ['an unknown user', plainAuth('nobody', 'pencil case'), 'not-authorized', 'nobody'],
  [
    'another authorization identity',
    `<auth xmlns='${sasl}' mechanism='PLAIN'>${btoa('x@xmpp.test\0cpe\0pencil case')}</auth>`,
    'invalid-authzid',
    'cpe',
  ],
  ['an unknown mechanism', `<auth xmlns='${sasl}' mechanism='DIGEST-MD5'/>`, 'invalid-mechanism', ''],
  ['no mechanism', `<auth xmlns='${sasl}'/>`, 'invalid-mechanism', ''],
  ['no base64', `<auth xmlns='${sasl}' mechanism='PLAIN'>?</auth>`, 'incorrect-encoding', ''],
  ['a malformed message', `<auth xmlns='${sasl}' mechanism='PLAIN'>AAAA</auth>`, 'malformed-request', ''],
  ['a response to nothing', `<response xmlns='${sasl}'>AAAA</response>`, 'malformed-request', ''],
  ['an abort', `<abort xmlns='${sasl}'/>`, 'aborted', ''],
])('SASL: %s', async (_, element, condition, username) => {
  const { call, all } = await openTestServer()
  const client = await call()
  await features(client)
  expect(await client.ask(element, /<\/failure>/)).toContain(`<${condition}/>`)
  expect(all('xmpp-authenticated')).toMatchObject([{ username, ok: false, condition }])
  expect(await client.ask(plainAuth('cpe', 'pencil case'), /<(success|failure)/)).toContain('<success')
})

test('SASL before the TLS that is required', async () => {
  const { server, call } = await openTestServer()
  server.policy = { ...clearPolicy, startTls: 'required' }
  const client = await call()
  await features(client)
  expect(await client.ask(plainAuth('cpe', 'pencil case'), /<\/failure>/)).toContain('<encryption-required/>')
})

test('PLAIN in clear where it is for TLS only', async () => {
  const { server, call } = await openTestServer()
  server.policy = { ...clearPolicy, plainInClear: false }
  const client = await call()
  await features(client)
  expect(await client.ask(plainAuth('cpe', 'pencil case'), /<\/failure>/)).toContain('<encryption-required/>')
})

test('in virtual time, handshakes take none of it', async () => {
  const clock = createVirtualClock()
  const { server, call, ca, all } = await openTestServer({ clock })
  const client = await call()
  await features(client)
  await client.ask(startTls, /<proceed[^>]*\/>/)
  await client.startTls(ca)
  await features(client)
  await scram(client, 'SCRAM-SHA-256', account)
  await features(client)
  expect(await bind(client, 'box')).toBe('cpe@xmpp.test/box')
  expect(all('xmpp-bound')).toMatchObject([{ at: 0, tls: true }])
  await clock.sleep(1_000_000)
  server.drop(1, 'close-stream')
  expect((await client.closed).rest).toBe('</stream:stream>')
  expect(clock.now()).toBe(1_000_000)
})

test('without an initial response there is an empty challenge, which may be aborted', async () => {
  const { call } = await openTestServer()
  const client = await call()
  await features(client)
  await client.ask(`<auth xmlns='${sasl}' mechanism='PLAIN'/>`, /<challenge xmlns="[^"]*"\/>/)
  expect(await client.ask(`<abort xmlns='${sasl}'/>`, /<\/failure>/)).toContain('<aborted/>')
  await client.ask(`<auth xmlns='${sasl}' mechanism='PLAIN'/>`, /<challenge xmlns="[^"]*"\/>/)
  await client.ask(`<response xmlns='${sasl}'>${btoa('\0cpe\0pencil case')}</response>`, /<success/)
})

test('a scenario fails every authentication', async () => {
  const { server, call, all } = await openTestServer()
  server.policy = { ...clearPolicy, failAuthentication: 'account-disabled' }
  const client = await call()
  await features(client)
  expect(await scram(client, 'SCRAM-SHA-1', account)).toContain('<account-disabled/>')
  expect(await client.ask(plainAuth('cpe', 'pencil case'), /<\/failure>/)).toContain('<account-disabled/>')
  expect(all('xmpp-authenticated').map(entry => entry.username)).toEqual(['cpe', 'cpe'])
})

test('after too many failures the stream ends', async () => {
  const { call } = await openTestServer({ limits: { authenticationFailures: 3 } })
  const client = await call()
  await features(client)
  for (let failure = 0; failure < 3; failure++) client.send(plainAuth('cpe', 'wrong'))
  expect((await client.closed).rest).toMatch(
    /(<failure.*?<\/failure>){3}<stream:error><policy-violation.*<\/stream:stream>$/,
  )
})

test('credentials are left out of the timeline', async () => {
  const { call, timeline } = await openTestServer()
  const client = await call()
  await features(client)
  await scram(client, 'SCRAM-SHA-256', account)
  const written = JSON.stringify(timeline.entries)
  expect(written).toContain(
    '<auth xmlns=\\"urn:ietf:params:xml:ns:xmpp-sasl\\" mechanism=\\"SCRAM-SHA-256\\">[left out]</auth>',
  )
  for (const part of ['biws', btoa('n,,').slice(0, 4), btoa('v=').slice(0, 3)])
    expect(written).not.toContain(`>${part}`)
})

const hidden = Buffer.from(`\0${account.username}\0${account.password}`).toString('base64')
const inElement = (auth: string) => `<iq type='set' id='a'><x xmlns='urn:x'>${auth}</x></iq>`
const credentials = [
  ['PLAIN without its namespace', `<auth mechanism='PLAIN'>${hidden}</auth>`],
  ['PLAIN with a prefix', `<x:auth xmlns:x='urn:x' mechanism='PLAIN'>${hidden}</x:auth>`],
  ['PLAIN in capitals', `<AUTH mechanism='PLAIN'>${hidden}</AUTH>`],
  ['PLAIN in another element', inElement(`<auth mechanism='PLAIN'>${hidden}</auth>`)],
  ['SASL in another element', inElement(`<any xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${hidden}</any>`)],
  ['a response', `<response>${hidden}</response>`],
  ['attributes', `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN' password='${account.password}'/>`],
  [
    'SASL2',
    `<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>${hidden}</initial-response></authenticate>`,
  ],
  [
    'XEP-0078',
    `<iq type='set' id='a'><query xmlns='jabber:iq:auth'><password>${account.password}</password></query></iq>`,
  ],
] as const

test.each(credentials)('credentials that are not where they belong are left out too: %s', async (_, text) => {
  const { server, call, entry, timeline } = await openTestServer()
  const received = (connection: number) =>
    entry('xmpp-received', one => one.connection === connection && one.what !== 'header' && one.what !== 'whitespace')
  const client = await call()
  await features(client)
  client.send(text)
  const { raw } = await received(1)
  expect(raw.length).toBe(text.length)
  server.policy = { ...clearPolicy, connections: 'silent' }
  const other = await call()
  other.send(`${streamHeader()}${text}`)
  await received(2)
  const written = JSON.stringify(timeline.entries)
  expect(written).not.toContain(hidden)
  expect(written).not.toContain(account.password)
})

test('what only looks like credentials stays on the timeline once the client has authenticated', async () => {
  const { callBound, entry } = await openTestServer()
  const client = await callBound('box')
  const text = `<message to='xmpp.test'><response xmlns='urn:x'>yes</response></message>`
  client.send(text)
  expect(await entry('xmpp-received', received => received.name === 'message')).toMatchObject({ raw: { text } })
})

test('a resource is bound: the one asked for, or a made-up one', async () => {
  const { callBound, all } = await openTestServer()
  expect((await callBound('Box 1')).jid).toBe('cpe@xmpp.test/Box 1')
  expect((await callBound()).jid).toMatch(/^cpe@xmpp\.test\/[0-9a-f]{16}$/)
  expect((await callBound('')).jid).toMatch(/^cpe@xmpp\.test\/[0-9a-f]{16}$/)
  expect(all('xmpp-bound')[0]).toMatchObject({ connection: 1, username: 'cpe', askedResource: 'Box 1', tls: false })
  expect(all('xmpp-bound')[1]).not.toHaveProperty('askedResource')
})

test('a scenario binds another JID', async () => {
  const { server, callBound } = await openTestServer()
  server.policy = {
    ...clearPolicy,
    bind: ({ username, resource }) => ({ username: `${username}2`, resource: `${resource}!` }),
  }
  expect((await callBound('box')).jid).toBe('cpe2@xmpp.test/box!')
})

test('what can be no resource is refused, and then another is bound', async () => {
  const { callBound } = await openTestServer()
  const client = await callBound('a'.repeat(1024))
  expect(client.jid).toContain('<bad-request')
  expect(await bind(client, 'box')).toBe('cpe@xmpp.test/box')
  expect(await bind(client, 'other')).toContain('<not-allowed')
})

test('a stream that comes back gets its resource at once; the old one ends', async () => {
  const { server, callBound, all } = await openTestServer()
  const old = await callBound('box')
  const next = await callBound('box')
  expect(next.jid).toBe('cpe@xmpp.test/box')
  expect((await old.closed).rest).toMatch(/<stream:error><conflict .*<\/stream:stream>$/)
  expect(server.streams()).toMatchObject([{ connection: 2, jid: 'cpe@xmpp.test/box' }])
  const order = all('xmpp-stream-ended')
    .concat(all('xmpp-bound') as never[])
    .map(entry => entry.seq)
  expect(order[0]).toBeLessThan(order.at(-1) ?? 0)
  next.send("<iq type='get' id='p' to='xmpp.test'><ping xmlns='urn:xmpp:ping'/></iq>")
  expect(await next.until(/<iq[^>]*>/)).toContain('type="result"')
})
