import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { type RawClient, streamHeader } from './raw-client.ts'
import { component, openTestServer } from './test-server.ts'

const ping = "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>"
const isServed = async (client: RawClient) => expect(await client.ask(ping, /<iq[^>]*>/)).toContain('type="result"')

test('too many connections are told so, and the others served on', async () => {
  const { callBound, call, all } = await openTestServer({ limits: { connections: 2 } })
  const [one] = [await callBound('one'), await callBound('two')]
  const third = await call()
  expect((await third.closed).rest).toMatch(/^<\?xml.*<stream:error><resource-constraint .*<\/stream:stream>$/)
  expect(all('xmpp-stream-error')).toMatchObject([{ connection: 3, condition: 'resource-constraint' }])
  await isServed(one)
})

test('too many that have not authenticated', async () => {
  const { callBound, call } = await openTestServer({ limits: { unauthenticatedConnections: 2 } })
  const bound = await callBound('box')
  const waiting = [await call(), await call()]
  expect((await (await call()).closed).rest).toContain('<resource-constraint')
  waiting[0]?.close()
  await waiting[0]?.closed
  await isServed(bound)
  expect(await waiting[1]?.ask(streamHeader(), /<\/stream:features>/)).toContain('<mechanism>')
})

test('a flood of connections', async () => {
  const { call, callBound, server } = await openTestServer({ limits: { unauthenticatedConnections: 20 } })
  const bound = await callBound('box')
  const flood = await Promise.all(Array.from({ length: 400 }, call))
  await isServed(bound)
  for (const client of flood) client.close()
  await Promise.all(flood.map(client => client.closed))
  await isServed(bound)
  expect(server.streams()).toHaveLength(1)
})

test('a flood of stanzas', async () => {
  const { callBound, all } = await openTestServer({ limits: { elementsPerSecond: 100 } })
  const [client, bystander] = [await callBound('box'), await callBound('other')]
  client.send('<presence/>'.repeat(5000))
  expect((await client.closed).rest).toMatch(/^<stream:error><policy-violation /)
  expect(all('xmpp-received').filter(entry => entry.name === 'presence').length).toBeLessThanOrEqual(100)
  await isServed(bystander)
})

test('a flood of white space stands on the timeline once for each chunk', async () => {
  const { callBound, all } = await openTestServer()
  const client = await callBound('box')
  client.send(' '.repeat(1_000_000))
  await isServed(client)
  const entries = all('xmpp-received').filter(entry => entry.what === 'whitespace')
  expect(entries.reduce((sum, { raw }) => sum + raw.length, 0)).toBe(1_000_000)
  expect(entries.length).toBeLessThan(200)
  for (const { raw } of entries) {
    expect(raw.text?.length).toBeLessThanOrEqual(64)
    expect((raw.text?.length ?? 0) + (raw.cut ?? 0)).toBe(raw.length)
  }
})

test('more bytes in a second than any device has to say', async () => {
  const { callBound, all } = await openTestServer({ limits: { bytesPerSecond: 50_000 } })
  const [client, bystander] = [await callBound('box'), await callBound('other')]
  client.send(' '.repeat(1_000_000))
  expect((await client.closed).rest).toMatch(/^<stream:error><policy-violation /)
  const kept = all('xmpp-received').filter(entry => entry.what === 'whitespace')
  expect(kept.reduce((sum, { raw }) => sum + raw.length, 0)).toBeLessThanOrEqual(200_000)
  await isServed(bystander)
})

test.each([
  ['bytes', { bytesPerSecond: 50_000 }, ' '.repeat(1_000_000)],
  ['elements', { elementsPerSecond: 100 }, '<presence/>'.repeat(5000)],
])('of a flood that is never answered only the beginning is kept: %s', async (_, limits, flood) => {
  const { server, call, all, entry } = await openTestServer({ limits })
  server.policy = { ...server.policy, connections: 'silent' }
  const client = await call()
  client.send(`${streamHeader()}${flood}`)
  client.socket.end('<message/>')
  expect(await entry('xmpp-connection-closed')).toMatchObject({
    bytesRead: streamHeader().length + flood.length + '<message/>'.length,
    bytesWritten: 0,
  })
  expect(all('xmpp-received').length).toBeLessThan(110)
  expect(all('xmpp-received').map(received => received.name)).not.toContain('message')
})

test('a peer that does not read is cut off', async () => {
  const { callBound, callComponent, entry, server } = await openTestServer({ limits: { unreadBytes: 100_000 } })
  const [client, acs] = [await callBound('box'), await callComponent()]
  client.socket.pause()
  const message = `<message from='a@${component.domain}' to='cpe@xmpp.test/box'><body>${'x'.repeat(100_000)}</body></message>`
  for (let sent = 0; server.streams().length > 0 && sent < 1000; sent++) {
    acs.send(message)
    acs.send(
      `<iq type='get' id='${sent}' from='a@${component.domain}' to='xmpp.test'><ping xmlns='urn:xmpp:ping'/></iq>`,
    )
    await acs.until(new RegExp(`id="${sent}"[^>]*>`))
  }
  expect(await entry('xmpp-stream-error')).toMatchObject({ connection: 1, condition: 'policy-violation' })
  expect(await entry('xmpp-stream-ended')).toMatchObject({ how: 'stream-error', jid: 'cpe@xmpp.test/box' })
  await entry('xmpp-connection-closed', closed => closed.connection === 1)
  expect(server.streams()).toEqual([])
})

test('a peer that does not close its side is left alone after a while', async () => {
  const clock = createVirtualClock()
  const { entry, server } = await openTestServer({ clock })
  const socket = clock.watch(connect({ host: '127.0.0.1', port: server.endpoint.port, allowHalfOpen: true }))
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('error', () => undefined).on('data', bytes => (received += String(bytes)))
  socket.write('<wrong>')
  expect(await entry('xmpp-connection-closed')).toMatchObject({ by: 'server', at: 5000 })
  expect(received).toContain('<invalid-namespace')
})

test('bytes after the end of a stream are of no interest', async () => {
  const { callBound, all, entry } = await openTestServer()
  const client = await callBound('box')
  client.send('</stream:stream><presence/><iq')
  await client.closed
  await entry('xmpp-connection-closed')
  expect(all('xmpp-received').at(-1)).toMatchObject({ what: 'end' })
})
