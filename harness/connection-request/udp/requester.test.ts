import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../clock/virtual-clock.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { createRedactor } from '../../timeline/redactor.ts'
import { entriesOf } from '../../timeline/timeline.ts'
import { createUdpRequester, type DatagramSender, type UdpRequestOptions } from './requester.ts'
import { udpSignature } from './signature.ts'
import { createTimestamps } from './timestamps.ts'

const to = { address: '192.0.2.7', port: 40_000 }
const password = 'the-password-of-the-device'
const ordinary: UdpRequestOptions = {
  label: 'ordinary',
  to,
  authority: '198.51.100.1:6000',
  credentials: { username: 'cpe', password },
  authorised: true,
  signal: new AbortController().signal,
}

/** A requester whose datagrams go into a list; sending takes `takesMs` and fails where `fails` says so. */
function newRequester({ takesMs = 0, fails = (_nth: number): boolean => false, earlier = 0 } = {}) {
  const clock = createVirtualClock()
  const redactor = createRedactor()
  redactor.learn(password)
  const timeline = new TimelineRecorder({ clock, redactor })
  const senderAt = (port: number) => {
    const datagrams: { at: number; text: string; to: unknown }[] = []
    const sender: DatagramSender = {
      endpoint: { address: '192.0.2.1', port },
      async send(datagram, place) {
        datagrams.push({ at: clock.now(), text: datagram.toString('latin1'), to: place })
        const nth = datagrams.length
        if (takesMs > 0) await clock.sleep(takesMs)
        if (fails(nth)) throw Object.assign(new Error('send ENETUNREACH 192.0.2.7:40000'), { code: 'ENETUNREACH' })
      },
    }
    return { sender, datagrams }
  }
  const { sender, datagrams } = senderAt(3478)
  const timestamps = createTimestamps({ clock, last: () => earlier })
  const requester = createUdpRequester({ clock, timeline, sender, timestamps })
  const sent = () => entriesOf(timeline, 'udp-cr-sent')
  return { requester, clock, timeline, senderAt, datagrams, sent }
}

const queryOf = (text = '') => Object.fromEntries(new URLSearchParams(/\?(\S*) /.exec(text)?.[1] ?? ''))

describe('a request', () => {
  test('goes out in three identical copies, at once, after 200 ms and after 600 ms', async () => {
    const { requester, datagrams, clock, sent } = newRequester()
    const request = await requester.send(ordinary)
    expect(datagrams.map(({ at }) => at)).toEqual([0, 200, 600])
    expect(new Set(datagrams.map(({ text }) => text)).size).toBe(1)
    expect(datagrams.every(datagram => datagram.to === to)).toBe(true)
    expect(clock.now()).toBe(600)
    expect(sent().map(({ at, copy, copies, request: number }) => [at, copy, copies, number])).toEqual([
      [0, 1, 3, 1],
      [200, 2, 3, 1],
      [600, 3, 3, 1],
    ])
    expect([request.first, request.last]).toEqual([sent()[0], sent()[2]])
    expect(request.message.datagram.toString('latin1')).toBe(datagrams[0]?.text)
  })

  test('has right values, signed with the password, and names the authority', async () => {
    const { requester, datagrams, clock } = newRequester()
    await requester.send(ordinary)
    const text = datagrams[0]?.text ?? ''
    const { sig, ...values } = queryOf(text)
    expect(text).toMatch(/^GET http:\/\/198\.51\.100\.1:6000\?[^/]* HTTP\/1\.1\r\nHost: 198\.51\.100\.1:6000\r\n\r\n$/)
    expect(values).toEqual({
      ts: String(Math.floor((clock.wallTime().getTime() - clock.now()) / 1000)),
      id: expect.stringMatching(/^[0-9a-f]+$/),
      un: 'cpe',
      cn: expect.stringMatching(/^[0-9a-f]{16,}$/),
    })
    expect(sig).toBe(udpSignature(password, values as never))
  })

  test('stands on the timeline with its values and without its signature', async () => {
    const { requester, datagrams, sent, timeline } = newRequester()
    await requester.send(ordinary)
    const { sig = '', ...values } = queryOf(datagrams[0]?.text)
    expect(sent()[0]).toMatchObject({
      ...values,
      ...{ label: 'ordinary', authorised: true, from: { address: '192.0.2.1', port: 3478 }, to },
      raw: { length: datagrams[0]?.text.length, text: datagrams[0]?.text.replace(sig, '[redacted]') },
    })
    expect(JSON.stringify(timeline.entries)).not.toContain(sig)
  })

  test('of which nothing is like another one', async () => {
    const { requester, datagrams } = newRequester()
    for (let times = 0; times < 5; times++) await requester.send({ ...ordinary, copiesAfterMs: [0] })
    for (const name of ['ts', 'id', 'cn', 'sig'])
      expect(new Set(datagrams.map(({ text }) => queryOf(text)[name])).size).toBe(5)
  })

  test('has a ts above all before, also over runs', async () => {
    const { requester, sent, clock } = newRequester({ earlier: 4_000_000_000 })
    await Promise.all([1, 2, 3].map(() => requester.send(ordinary)))
    await clock.sleep(3_600_000)
    await requester.send(ordinary)
    const stamps = [...new Set(sent().map(({ ts }) => Number(ts)))]
    expect(stamps).toEqual([4_000_000_001, 4_000_000_002, 4_000_000_003, 4_000_000_004])
  })

  test('numbers are given in the order of sending', async () => {
    const { requester, sent } = newRequester()
    await Promise.all([requester.send(ordinary), requester.send({ ...ordinary, label: 'second' })])
    expect(sent().map(({ label, request, copy }) => `${label} ${request}/${copy}`)).toEqual([
      ...['ordinary 1/1', 'second 2/1', 'ordinary 1/2', 'second 2/2', 'ordinary 1/3', 'second 2/3'],
    ])
  })

  test('may go out at other times and from another place', async () => {
    const { requester, datagrams, senderAt, sent } = newRequester()
    const other = senderAt(9999)
    await requester.send({ ...ordinary, copiesAfterMs: [10, 1000], sender: other.sender, authorised: false })
    expect(datagrams).toEqual([])
    expect(other.datagrams.map(({ at }) => at)).toEqual([10, 1000])
    expect(sent()).toMatchObject([{ from: { port: 9999 }, copies: 2, authorised: false }, { copy: 2 }])
  })

  test('keeps to its times where sending takes some', async () => {
    const { requester, datagrams } = newRequester({ takesMs: 150 })
    await requester.send(ordinary)
    expect(datagrams.map(({ at }) => at)).toEqual([0, 200, 600])
  })

  test('of no copies is refused', async () => {
    await expect(newRequester().requester.send({ ...ordinary, copiesAfterMs: [] })).rejects.toThrow('no copies')
  })

  test('ends where it is stopped, between its copies, and others go on', async () => {
    const { requester, clock, sent } = newRequester()
    const stop = new AbortController()
    void clock.sleep(300).then(() => stop.abort(new Error('stopped')))
    const other = requester.send({ ...ordinary, label: 'other' })
    await expect(requester.send({ ...ordinary, signal: stop.signal })).rejects.toThrow('stopped')
    await other
    expect(sent().map(({ label, copy }) => `${label} ${copy}`)).toEqual([
      ...['other 1', 'ordinary 1', 'other 2', 'ordinary 2', 'other 3'],
    ])
  })
})

describe('a defect', () => {
  test('is in every copy, and what is left out is not on the timeline either', async () => {
    const { requester, datagrams, sent } = newRequester()
    await requester.send({ ...ordinary, authorised: false, defects: { without: 'cn', method: 'POST' } })
    expect(datagrams.every(({ text }) => text.startsWith('POST ') && !text.includes('cn='))).toBe(true)
    expect(sent()).toHaveLength(3)
    for (const entry of sent()) expect(entry).not.toHaveProperty('cn')
  })

  test('may be other bytes, which stand on the timeline as they are', async () => {
    const { requester, sent } = newRequester()
    const raw = Buffer.from([0xff, 0xfe])
    await requester.send({ ...ordinary, authorised: false, defects: { raw } })
    expect(sent()[0]).toMatchObject({ raw: { base64: raw.toString('base64'), length: 2 } })
    expect(sent()[0]).not.toHaveProperty('ts')
  })

  test('in ts is known later on where the device was to accept it', async () => {
    const { requester, sent } = newRequester()
    const ts = '3000000000'
    await requester.send({ ...ordinary, defects: { values: { ts } } })
    await requester.send(ordinary)
    expect(sent().at(-1)?.ts).toBe('3000000001')
  })

  test.each(['12', '', 'soon', '-5'])('in ts (%j) takes nothing back', async ts => {
    const { requester, sent } = newRequester({ earlier: 3_000_000_000 })
    await requester.send({ ...ordinary, defects: { values: { ts } } })
    expect(requester.timestamps.last).toBe(3_000_000_001)
    await requester.send(ordinary)
    expect(sent().at(-1)?.ts).toBe('3000000002')
  })

  test('in ts that no device may accept does not push later ones up', async () => {
    const { requester, sent } = newRequester({ earlier: 3_000_000_000 })
    await requester.send({ ...ordinary, authorised: false, defects: { values: { ts: '4000000000' } } })
    await requester.send(ordinary)
    expect(sent().at(-1)?.ts).toBe('3000000002')
  })
})

describe('further copies', () => {
  test('are the same bytes under the same number', async () => {
    const { requester, datagrams, sent, clock } = newRequester()
    const request = await requester.send({ ...ordinary, copiesAfterMs: [0] })
    await clock.sleep(10_000)
    const again = await requester.repeat(request, [0, 500])
    expect(datagrams.map(({ at }) => at)).toEqual([0, 10_000, 10_500])
    expect(new Set(datagrams.map(({ text }) => text)).size).toBe(1)
    expect(sent().map(({ request: number, copy, copies, label }) => [number, copy, copies, label])).toEqual([
      [1, 1, 1, 'ordinary'],
      [1, 1, 2, 'ordinary'],
      [1, 2, 2, 'ordinary'],
    ])
    expect(again).toMatchObject({ request: 1, first: sent()[1], last: sent()[2], message: request.message })
  })

  test('leave number and ts of the next request alone', async () => {
    const { requester, sent } = newRequester({ earlier: 4_000_000_000 })
    await requester.repeat(await requester.send({ ...ordinary, copiesAfterMs: [0] }), [0])
    await requester.send({ ...ordinary, copiesAfterMs: [0] })
    expect(sent().map(({ request, ts }) => [request, ts])).toEqual([
      [1, '4000000001'],
      [1, '4000000001'],
      [2, '4000000002'],
    ])
  })

  test('come from where the first ones came', async () => {
    const { requester, senderAt, datagrams } = newRequester()
    const other = senderAt(9999)
    await requester.repeat(await requester.send({ ...ordinary, sender: other.sender, copiesAfterMs: [0] }), [0])
    expect(other.datagrams).toHaveLength(2)
    expect(datagrams).toEqual([])
  })
})

describe('a datagram that cannot be sent', () => {
  test('is told on the timeline, and the other copies go out all the same', async () => {
    const { requester, datagrams, timeline, sent } = newRequester({ fails: nth => nth === 1 })
    const { request } = await requester.send(ordinary)
    expect(datagrams.map(({ at }) => at)).toEqual([0, 200, 600])
    expect(sent()).toHaveLength(3)
    expect(entriesOf(timeline, 'udp-cr-failed')).toMatchObject([
      { at: 0, request, to, problem: 'send ENETUNREACH 192.0.2.7:40000' },
    ])
  })

  test('any time is told any time', async () => {
    const { requester, timeline } = newRequester({ fails: () => true })
    await requester.send(ordinary)
    expect(timeline.entries.map(({ type }) => type)).toEqual([
      ...['udp-cr-sent', 'udp-cr-failed', 'udp-cr-sent', 'udp-cr-failed', 'udp-cr-sent', 'udp-cr-failed'],
    ])
  })
})
