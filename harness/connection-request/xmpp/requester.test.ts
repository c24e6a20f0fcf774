import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { createRedactor } from '../../timeline/redactor.ts'
import { entriesOf } from '../../timeline/timeline.ts'
import { ComponentRefused } from './component-connection.ts'
import { createXmppRequester, type XmppRequester } from './requester.ts'

const header =
  "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' from='acs.test' id='17'>"
const credentials = { username: 'cpe', password: 'a-secret-of-the-cpe' }
const device = 'cpe@xmpp.test/connreq'
const sender = 'connreq@acs.test/acs'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** A component port that lets everybody in and hands over what comes after the handshake. */
async function componentPort({ letIn = true } = {}) {
  let socket: Socket | undefined
  let received = ''
  const stanzas: ((text: string) => void)[] = []
  const server = createServer(accepted => {
    socket = accepted
    accepted.on('error', () => undefined)
    accepted.on('data', bytes => {
      received += bytes.toString()
      if (received.includes('</handshake>')) {
        received = ''
        accepted.write(
          letIn
            ? '<handshake/>'
            : '<stream:error><not-authorized xmlns="urn:ietf:params:xml:ns:xmpp-streams"/></stream:error></stream:stream>',
        )
        if (!letIn) accepted.end()
      } else if (received.includes('<stream:stream')) {
        received = ''
        accepted.write(header)
      } else if (/<\/(iq|message)>$/.test(received)) {
        stanzas.shift()?.(received)
        received = ''
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    socket?.destroy()
    server.close()
  })
  return {
    place: {
      endpoint: { address: '127.0.0.1', port: (server.address() as AddressInfo).port },
      domain: 'acs.test',
      secret: 'shared',
    },
    nextStanza: () => new Promise<string>(resolve => stanzas.push(resolve)),
    answer: (xml: string) => socket?.write(xml),
    close: () => socket?.destroy(),
  }
}

async function requesterAt(port: Awaited<ReturnType<typeof componentPort>>, { serverIsEmbedded = true } = {}) {
  const clock = createRealClock()
  const redactor = createRedactor()
  const timeline = new TimelineRecorder({ clock, redactor })
  const requester = await createXmppRequester({
    clock,
    timeline,
    components: [port.place],
    serverIsEmbedded,
  })
  closing.push(async () => {
    port.close()
    await requester[Symbol.asyncDispose]()
  })
  return { requester, timeline }
}

const ask = (requester: XmppRequester, more = {}) =>
  requester.send({ label: 'ordinary', to: device, from: sender, authorised: true, payload: credentials, ...more })

const idOf = (stanza: string) => /id="([^"]*)"/.exec(stanza)?.[1] ?? ''

describe('a Connection Request', () => {
  test('is an iq get from the ACS to the full JID that holds username and password in their namespace (CR-XMPP-19)', async () => {
    const port = await componentPort()
    const { requester, timeline } = await requesterAt(port)
    const stanza = port.nextStanza()
    const { sent } = await ask(requester)
    expect(await stanza).toBe(
      `<iq type="get" id="${sent.id}" from="${sender}" to="${device}">` +
        '<connectionRequest xmlns="urn:broadband-forum-org:cwmp:xmppConnReq-1-0">' +
        '<username>cpe</username><password>a-secret-of-the-cpe</password></connectionRequest></iq>',
    )
    expect(entriesOf(timeline, 'xmpp-cr-sent')).toMatchObject([{ label: 'ordinary', form: 'iq get', authorised: true }])
    expect(JSON.stringify(timeline.entries)).not.toContain('a-secret-of-the-cpe')
  })

  test('each has an id of its own', async () => {
    const { requester } = await requesterAt(await componentPort())
    const sent = [await ask(requester), await ask(requester), await ask(requester)].map(pending => pending.sent.id)
    expect(new Set(sent).size).toBe(3)
  })

  test.each([
    ['message', /^<message id=/],
    ['iq set', /^<iq type="set"/],
    ['iq result', /^<iq type="result"/],
  ] as const)('as %s is what a scenario may ask for', async (form, shape) => {
    const port = await componentPort()
    const { requester } = await requesterAt(port)
    const stanza = port.nextStanza()
    await ask(requester, { form })
    expect(await stanza).toMatch(shape)
  })
})

describe('an answer', () => {
  test('is known by its id; a result has no condition', async () => {
    const port = await componentPort()
    const { requester } = await requesterAt(port, { serverIsEmbedded: false })
    const stanza = port.nextStanza()
    const { outcome } = await ask(requester)
    port.answer(`<iq type="result" id="${idOf(await stanza)}" from="${device}" to="${sender}"/>`)
    expect(await outcome).toMatchObject({
      type: 'xmpp-cr-answered',
      kind: 'result',
      content: [],
      answeredBy: 'device',
      nth: 1,
    })
  })

  test.each([
    ['<not-authorized xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>', 'not-authorized', true],
    ['<x:forbidden xmlns:x="urn:ietf:params:xml:ns:xmpp-stanzas"/>', 'forbidden', true],
    [
      '<text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">no</text><not-allowed xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>',
      'not-allowed',
      true,
    ],
    ['<not-autorized xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>', 'not-autorized', false],
    ['<not-authorized/>', 'not-authorized', false],
    ['', '', false],
  ])('with the error %s has the condition "%s"', async (child, condition, conditionDefined) => {
    const port = await componentPort()
    const { requester } = await requesterAt(port, { serverIsEmbedded: false })
    const stanza = port.nextStanza()
    const { outcome } = await ask(requester)
    port.answer(
      `<iq type="error" id="${idOf(await stanza)}" from="${device}"><error type="cancel">${child}</error></iq>`,
    )
    expect(await outcome).toMatchObject({ kind: 'error', condition, conditionDefined, errorType: 'cancel' })
  })

  test('that comes a second time is recorded too', async () => {
    const port = await componentPort()
    const { requester, timeline } = await requesterAt(port, { serverIsEmbedded: false })
    const stanza = port.nextStanza()
    const { outcome } = await ask(requester)
    const result = `<iq type="result" id="${idOf(await stanza)}" from="${device}"/>`
    port.answer(result + result)
    await outcome
    const second = timeline.waitFor('xmpp-cr-answered', ({ nth }) => nth === 2, {
      after: 0,
      timeoutMs: 5000,
      what: 'the second answer',
    })
    expect(await second).toMatchObject({ kind: 'result', answeredBy: 'device' })
  })

  test('of another kind of stanza or id answers nothing', async () => {
    const port = await componentPort()
    const { requester, timeline } = await requesterAt(port)
    const stanza = port.nextStanza()
    const { outcome } = await ask(requester, { answerTimeoutMs: 200 })
    const id = idOf(await stanza)
    port.answer(
      `<message id="${id}" from="${device}"><body>yes</body></message><iq type="result" id="other" from="${device}"/><presence from="${device}"/>`,
    )
    expect(await outcome).toMatchObject({ type: 'xmpp-cr-unanswered', reason: 'timeout', waitedMs: 200 })
    expect(entriesOf(timeline, 'xmpp-stray-stanza')).toMatchObject([
      { name: 'message', id, content: ['body'] },
      { name: 'iq', stanzaType: 'result', id: 'other' },
    ])
  })

  test('of the embedded server counts as the device’s only if it came on the device’s stream', async () => {
    const port = await componentPort()
    const { requester, timeline } = await requesterAt(port)
    for (const onStream of [false, true]) {
      const stanza = port.nextStanza()
      const { sent, outcome } = await ask(requester)
      if (onStream)
        timeline.add({
          type: 'xmpp-received',
          connection: 3,
          tls: true,
          what: 'stanza',
          id: sent.id,
          raw: { length: 0 },
        })
      port.answer(
        `<iq type="error" id="${idOf(await stanza)}" from="${device}"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
      )
      expect(await outcome).toMatchObject({ answeredBy: onStream ? 'device' : 'server' })
    }
  })

  test('of an external server counts from when it came, however long the ping takes', async () => {
    const port = await componentPort()
    const { requester, timeline } = await requesterAt(port, { serverIsEmbedded: false })
    const stanza = port.nextStanza()
    const { outcome } = await ask(requester, { answerTimeoutMs: 50 })
    const ping = port.nextStanza()
    port.answer(
      `<iq type="error" id="${idOf(await stanza)}" from="${device}"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
    )
    const asked = await ping
    const settled = await Promise.race([outcome, createRealClock().sleep(150)])
    expect(settled).toBeUndefined()
    port.answer(`<iq type="result" id="${idOf(asked)}" from="${device}"/>`)
    expect(await outcome).toMatchObject({ type: 'xmpp-cr-answered', answeredBy: 'device' })
    expect(entriesOf(timeline, 'xmpp-cr-unanswered')).toEqual([])
  })

  test('service-unavailable through an external server is the device’s only if a ping shows that it is there', async () => {
    const port = await componentPort()
    const { requester } = await requesterAt(port, { serverIsEmbedded: false })
    const unavailable = (stanza: string) =>
      port.answer(
        `<iq type="error" id="${idOf(stanza)}" from="${device}"><error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`,
      )
    for (const isThere of [true, false]) {
      const stanza = port.nextStanza()
      const { outcome } = await ask(requester)
      const ping = port.nextStanza()
      unavailable(await stanza)
      const asked = await ping
      expect(asked).toContain('urn:xmpp:ping')
      if (isThere) port.answer(`<iq type="result" id="${idOf(asked)}" from="${device}"/>`)
      else unavailable(asked)
      expect(await outcome).toMatchObject({ answeredBy: isThere ? 'device' : 'unknown' })
    }
  })
})

describe('the component port', () => {
  test('that does not let the ACS in is told with what to check', async () => {
    const port = await componentPort({ letIn: false })
    const refused = requesterAt(port)
    await expect(refused).rejects.toBeInstanceOf(ComponentRefused)
    await expect(refused).rejects.toThrow(/does not let the component acs\.test in: .*Check xmpp\.component/)
  })

  test('that stays silent is told, and its connection is closed', async () => {
    let closed = false
    const server = createServer(socket => {
      socket.on('error', () => undefined)
      socket.on('close', () => (closed = true))
      socket.resume()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => void server.close())
    const place = {
      endpoint: { address: '127.0.0.1', port: (server.address() as AddressInfo).port },
      domain: 'acs.test',
      secret: 'shared',
    }
    const clock = createRealClock()
    const timeline = new TimelineRecorder({ clock, redactor: createRedactor() })
    const refused = createXmppRequester({ clock, timeline, components: [place], serverIsEmbedded: false })
    await expect(refused).rejects.toThrow('does not let the component acs.test in: no answer in time.')
    await expect.poll(() => closed).toBe(true)
  })

  test('that closes while an answer is awaited is our problem, not the silence of the device', async () => {
    const port = await componentPort()
    const { requester, timeline } = await requesterAt(port)
    const stanza = port.nextStanza()
    const { outcome } = await ask(requester)
    await stanza
    port.close()
    await expect(outcome).rejects.toBeInstanceOf(ComponentRefused)
    await expect(ask(requester)).rejects.toThrow(/has closed the connection of the component acs\.test/)
    expect(entriesOf(timeline, 'xmpp-cr-sent')).toHaveLength(1)
    expect(entriesOf(timeline, 'xmpp-cr-unanswered')).toEqual([])
  })

  test('is asked only for domains that are connected', async () => {
    const { requester } = await requesterAt(await componentPort())
    await expect(ask(requester, { from: 'a@elsewhere.test/r' })).rejects.toThrow(
      'No component of the ACS may send from a@elsewhere.test/r.',
    )
  })
})
