import { randomBytes } from 'node:crypto'
import type { Clock, Milliseconds } from '../../clock/clock.ts'
import { bodyOf } from '../../timeline/body.ts'
import type { Endpoint, EntryOf } from '../../timeline/entry.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import { type UdpDefects, type UdpMessage, udpMessage } from './message.ts'
import { udpSignature } from './signature.ts'
import type { Timestamps } from './timestamps.ts'

export type { UdpDefects } from './message.ts'

/** When the copies of a request are sent, counted from the first. G.2.2.3 asks for several identical ones. */
export const copiesAfterMs: readonly Milliseconds[] = [0, 200, 600]

/** What sends datagrams: the STUN server's own socket, or another one where a scenario wants that. */
export interface DatagramSender {
  readonly endpoint: Endpoint
  send(datagram: Buffer, to: Endpoint): Promise<void>
}

export interface UdpRequestOptions {
  label: string
  to: Endpoint
  /** UDPConnectionRequestAddress as far as it is known, else `to` as host:port. */
  authority: string
  credentials: { username: string; password: string }
  authorised: boolean
  defects?: UdpDefects
  /** When its copies are sent, in milliseconds from the first one; three by default. */
  copiesAfterMs?: readonly Milliseconds[]
  /** Another sender than the STUN server's socket. */
  sender?: DatagramSender
  /** Aborted when no further copies shall be sent. */
  signal: AbortSignal
}

/** A request that was sent. */
export interface SentUdpRequest {
  request: number
  /** The entry of its first copy. */
  first: EntryOf<'udp-cr-sent'>
  /** The entry of its last copy. */
  last: EntryOf<'udp-cr-sent'>
  message: UdpMessage
  options: UdpRequestOptions
}

/** The sender of UDP Connection Requests. G.2.2.3 */
export interface UdpRequester {
  readonly timestamps: Timestamps
  /** The hexadecimal digits of signatures: both are right, but a device may take one kind only. */
  digits: 'capital' | 'small'
  /** Sends one request in several identical copies; resolves when the last one is on its way. There is never a reply. */
  send(options: UdpRequestOptions): Promise<SentUdpRequest>
  /** Sends further copies of a request, byte for byte. */
  repeat(sent: SentUdpRequest, copiesAfterMs: readonly Milliseconds[]): Promise<SentUdpRequest>
}

export interface UdpRequesterOptions {
  clock: Clock
  timeline: Pick<TimelineRecorder, 'add'>
  sender: DatagramSender
  timestamps: Timestamps
}

/** Puts a requester over the STUN server's socket. */
export function createUdpRequester({ clock, timeline, sender, timestamps }: UdpRequesterOptions): UdpRequester {
  let requests = 0
  let digits: UdpRequester['digits'] = 'capital'

  const write = async (
    request: number,
    message: UdpMessage,
    options: UdpRequestOptions,
    times: readonly Milliseconds[],
  ): Promise<SentUdpRequest> => {
    const begun = clock.now()
    const from = options.sender ?? sender
    const entries: EntryOf<'udp-cr-sent'>[] = []
    for (const [index, afterMs] of times.entries()) {
      const wait = begun + afterMs - clock.now()
      if (wait > 0) await clock.sleep(wait, options.signal)
      entries.push(
        timeline.add({
          type: 'udp-cr-sent',
          request,
          label: options.label,
          copy: index + 1,
          copies: times.length,
          authorised: options.authorised,
          from: from.endpoint,
          to: options.to,
          ...message.values,
          raw: bodyOf(message.datagram),
        }),
      )
      await from.send(message.datagram, options.to).catch((error: Error) => {
        timeline.add({ type: 'udp-cr-failed', request, to: options.to, problem: error.message })
      })
    }
    const [first] = entries
    const last = entries.at(-1)
    if (first === undefined || last === undefined) throw new Error('A request of no copies is none.')
    return { request, first, last, message, options }
  }

  const sign = (...of: Parameters<typeof udpSignature>) =>
    digits === 'small' ? udpSignature(...of).toLowerCase() : udpSignature(...of)

  return {
    timestamps,
    get digits() {
      return digits
    },
    set digits(wanted) {
      digits = wanted
    },
    send(options) {
      const { authority, credentials, defects, label } = options
      const values = {
        ts: String(timestamps.next()),
        id: randomBytes(6).toString('hex'),
        un: credentials.username,
        cn: randomBytes(8).toString('hex'),
      }
      const message = udpMessage({ authority, password: credentials.password, values }, { sign, ...defects })
      if (Number(message.values.ts) > timestamps.last && options.authorised) timestamps.used(Number(message.values.ts))
      requests++
      return write(requests, message, { ...options, label }, options.copiesAfterMs ?? copiesAfterMs)
    },
    repeat: (sent, times) => write(sent.request, sent.message, sent.options, times),
  }
}
