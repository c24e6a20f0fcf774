import { expect, test } from 'vitest'
import { describe as describeEntry } from '../timeline/describe.ts'
import { component, openTestServer } from './test-server.ts'

test('a whole stream on the timeline', async () => {
  const { callBound, callComponent, entry, timeline } = await openTestServer()
  const acs = await callComponent()
  const client = await callBound('box')
  acs.send(`<iq type='get' id='a' from='acs@${component.domain}' to='cpe@xmpp.test/box'><x xmlns='urn:x'/></iq>`)
  await client.until(/<\/iq>/)
  client.send(' ')
  await entry('xmpp-received', received => received.what === 'whitespace')
  client.send(`<iq type='result' id='a' to='acs@${component.domain}'/>`)
  await acs.until(/<iq[^>]*>/)
  client.send('</stream:stream>')
  await client.closed
  await entry('xmpp-connection-closed')
  const ofClient = timeline.entries.filter(one => 'connection' in one && one.connection === 2)
  const short = ofClient.map(one => {
    const { type } = one
    const what = 'what' in one ? ` ${one.what}` : ''
    const name = 'name' in one && one.name !== undefined ? ` ${one.name}` : ''
    return `${type}${what}${name}`
  })
  expect(short).toEqual([
    'xmpp-connection-accepted',
    'xmpp-received header',
    'xmpp-stream-opened',
    'xmpp-sent header',
    'xmpp-sent features features',
    'xmpp-received nonza auth',
    'xmpp-sent nonza success',
    'xmpp-authenticated',
    'xmpp-received header',
    'xmpp-stream-opened',
    'xmpp-sent header',
    'xmpp-sent features features',
    'xmpp-received stanza iq',
    'xmpp-sent stanza iq',
    'xmpp-bound',
    'xmpp-sent stanza iq',
    'xmpp-received whitespace',
    'xmpp-received stanza iq',
    'xmpp-received end',
    'xmpp-sent end',
    'xmpp-stream-ended',
    'xmpp-connection-closed',
  ])
  const streams = new Set(ofClient.flatMap(one => ('stream' in one && one.stream !== undefined ? [one.stream] : [])))
  expect(streams.size).toBe(2)
  expect(ofClient.filter(one => one.type === 'xmpp-stream-opened')).toMatchObject([{}, { restartAfter: 'sasl' }])
  expect(ofClient.at(-1)).toMatchObject({
    by: 'server',
    bytesRead: client.socket.bytesWritten,
    bytesWritten: client.socket.bytesRead,
  })
  expect(timeline.entries.map(describeEntry).join('\n')).toContain('XMPP 2 from cpe@xmpp.test/box: white space')
})

test('a long stanza is cut, and its true length told', async () => {
  const { callBound, entry } = await openTestServer({ limits: { stanzaBytes: 1_000_000 } })
  const client = await callBound('box')
  const stanza = `<message to='xmpp.test'><body>${'x'.repeat(500_000)}</body></message>`
  client.send(stanza)
  const { raw } = await entry('xmpp-received', received => received.name === 'message')
  expect(raw.length).toBe(stanza.length)
  expect((raw.text?.length ?? 0) + (raw.cut ?? 0)).toBe(stanza.length)
  expect(raw.cut).toBeGreaterThan(200_000)
})
