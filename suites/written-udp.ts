import { controlMark } from '../harness/controls.ts'
import type { Endpoint, EntryOf, NewEntry } from '../harness/timeline/entry.ts'
import { type Happening, mark, type Moment, session } from './written-timeline.ts'

/** The STUN server and the device in written timelines of UDP Connection Requests. */
export const stunServer: Endpoint = { address: '192.0.2.1', port: 3478 }
export const udpDevice: Endpoint = { address: '192.0.2.2', port: 40_000 }

export interface WrittenUdpRequest {
  at: number
  /** When its copies go out, in milliseconds from the first one. */
  copiesAfterMs?: readonly number[]
  authorised?: boolean
  from?: Endpoint
  ts?: string
  /** What the network said of each copy. */
  failed?: string
}

/** A UDP Connection Request in its copies. */
export const udpRequest =
  (label: string, options: WrittenUdpRequest): Happening =>
  next => {
    const { at, copiesAfterMs = [0, 200, 600], authorised = true, from = stunServer, ts = '1750000000' } = options
    const request = next('request')
    return copiesAfterMs.flatMap((afterMs, index): Moment[] => [
      { at: at + afterMs, entry: copy({ request, label, authorised, from, ts }, index, copiesAfterMs.length) },
      ...(options.failed === undefined
        ? []
        : [
            {
              at: at + afterMs,
              entry: { type: 'udp-cr-failed' as const, request, to: udpDevice, problem: options.failed },
            },
          ]),
    ])
  }

/** Some of the copies of a request, which follow it later. */
export const udpCopies =
  (request: number, label: string, times: readonly number[]): Happening =>
  () =>
    times.map((at, index) => ({
      at,
      entry: copy({ request, label, authorised: true, from: stunServer, ts: '1750000000' }, index, times.length),
    }))

const copy = (
  of: Pick<EntryOf<'udp-cr-sent'>, 'request' | 'label' | 'authorised' | 'from'> & { ts: string },
  index: number,
  copies: number,
): NewEntry => ({
  type: 'udp-cr-sent',
  ...of,
  ...{ copy: index + 1, copies, to: udpDevice, id: 'a1', un: 'cpe', cn: 'c1', raw: { text: '', length: 0 } },
})

/** A datagram of the device that is no STUN message. */
export const udpReply =
  (at: number, text = 'HTTP/1.1 204 No Content\r\n\r\n', more: Partial<EntryOf<'datagram-received'>> = {}): Happening =>
  () => [
    {
      at,
      entry: {
        type: 'datagram-received',
        ...{ from: udpDevice, to: stunServer, raw: { text, length: Buffer.byteLength(text) } },
        ...{ ofDeviceUnderTest: true, problem: 'it is no STUN message' },
        ...more,
      },
    },
  ]

/** The ordinary UDP request after a window, and the session that it brings unless `silent`. */
export const udpControl = (at: number, { silent = false } = {}): Happening[] => [
  mark(controlMark, at),
  udpRequest('positive control', { at: at + 50 }),
  ...(silent ? [] : [session({ at: at + 500 })]),
  mark(`${controlMark}-done`, at + 1000),
]
