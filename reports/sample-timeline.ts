import type { Entry, NewEntry } from '../harness/timeline/entry.ts'

export interface SampleTimeline {
  entries: Entry[]
  /** Adds an entry `afterMs` after the one before it and returns its number. */
  add(afterMs: number, entry: NewEntry): number
  /** One authorised Connection Request with its answer; returns the numbers of both. */
  request(number: number, options?: { label?: string; status?: number; authorised?: boolean }): [number, number]
  /** One session from connection to end; returns the number of its Inform. */
  session(number: number, afterMs: number, events?: string[]): number
}

const acs = { address: '192.0.2.10', port: 7547 }
const device = { address: '192.0.2.77', port: 30005 }

/** A timeline in the making, for tests of the reports. */
export function sampleTimeline(): SampleTimeline {
  const entries: Entry[] = []
  let at = 0
  const add = (afterMs: number, entry: NewEntry): number => {
    at += afterMs
    entries.push({ seq: entries.length + 1, at, ...entry })
    return entries.length
  }
  return {
    entries,
    add,
    request(number, { label = 'ordinary', status = 204, authorised = true } = {}) {
      add(5, { type: 'http-cr-connecting', request: number, to: device, connection: 100 + number })
      const sent = add(1, {
        type: 'http-cr-sent',
        request: number,
        connection: 100 + number,
        label,
        method: 'GET',
        target: '/b7f3c1',
        headers: [['Host', '192.0.2.77:30005']],
        raw: { text: 'GET /b7f3c1 HTTP/1.1\r\nHost: 192.0.2.77:30005\r\n\r\n', length: 48 },
        credentials: authorised ? 'digest' : 'none',
        socket: 'fresh',
        from: { address: acs.address, port: 40000 + number },
        to: device,
        authorised,
      })
      const answered = add(12, {
        type: 'http-cr-answered',
        request: number,
        connection: 100 + number,
        status,
        reason: status === 204 ? 'No Content' : 'Service <b>Unavailable</b>\x1b[2J',
        httpVersion: '1.1',
        headers: [],
        body: { text: '', length: 0 },
        bodyEnd: 'none',
        sentAt: at,
        firstByteAt: at + 11.4,
        lastByteAt: at + 11.6,
        connectMs: 0.8,
        problems: [{ code: 'lf-line-ends', text: 'Lines end with LF alone.' }],
      })
      return [sent, answered]
    },
    session(number, afterMs, events = ['6 CONNECTION REQUEST']) {
      const attemptAt = at + afterMs
      const connection = 200 + number
      add(afterMs, {
        type: 'connection-accepted',
        connection,
        from: { ...device, port: 51000 + number },
        to: acs,
        tls: false,
      })
      add(3, {
        type: 'http-received',
        connection,
        exchange: 1,
        firstByteAt: at,
        method: 'POST',
        target: '/acs',
        httpVersion: '1.1',
        headers: [['Content-Type', 'text/xml']],
        body: { text: '<soap-env:Envelope/>', length: 2417 },
        problems: [],
      })
      const opened = add(0.4, {
        type: 'session-opened',
        session: number,
        connection,
        exchange: 1,
        attemptAt,
        attemptBasis: 'connection',
        cwmp: 'urn:dslforum-org:cwmp-1-2',
        inform: {
          deviceId: {
            manufacturer: 'ACME <script>alert(1)</script>',
            oui: '00D09E',
            productClass: 'RG-500',
            serialNumber: 'SN0012345678',
          },
          events: events.map(eventCode => ({ eventCode, commandKey: '' })),
          maxEnvelopes: '1',
          currentTime: '2026-03-02T09:14:07+01:00',
          retryCount: '0',
          parameters: [
            { name: 'Device.DeviceInfo.SoftwareVersion', value: '1.2.3', type: 'string' },
            { name: 'Device.ManagementServer.ConnectionRequestURL', value: 'http://192.0.2.77:30005/b7f3c1' },
          ],
        },
        problems: [],
        ofDeviceUnderTest: true,
      })
      add(1, { type: 'inform-answered', session: number, exchange: 1 })
      add(9, { type: 'empty-post', session: number, connection, exchange: 2 })
      add(0.6, {
        type: 'http-sent',
        connection,
        exchange: 2,
        session: number,
        status: 204,
        headers: [],
        body: { text: '', length: 0 },
      })
      add(0.1, { type: 'session-ended', session: number, how: 'completed' })
      add(2, { type: 'connection-closed', connection, by: 'device', bytesRead: 2900, bytesWritten: 610 })
      return opened
    },
  }
}
