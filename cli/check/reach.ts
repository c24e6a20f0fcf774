import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect, isIP, isIPv6 } from 'node:net'
import { type Clock, noLongerAwaited } from '../../harness/clock/clock.ts'
import { plainAddress } from '../../harness/stun-server/ip-address.ts'
import type { Entry, EntryType } from '../../harness/timeline/entry.ts'
import type { TimelineRecorder } from '../../harness/timeline/recorder.ts'
import { isOfMachine, machineAddresses } from './machine.ts'

/** Where devices are told that a server is. */
export interface AdvertisedPlace {
  host: string
  port: number
  protocol: 'tcp' | 'udp'
}

/** What became of knocking at an advertised place from this very machine. */
export type Reached =
  /** Our own server heard it. */
  | { how: 'ours' }
  /** Somebody took the connection, but not our server. */
  | { how: 'somebody-else' }
  | { how: 'unresolved'; code: string }
  /** Refused, or nobody answered. */
  | { how: 'not'; code: string }
  /** It could not be tried. */
  | { how: 'unknown' }

const connectMs = 2000
const noticeMs = 500
const arrivals = {
  tcp: ['connection-accepted', 'xmpp-connection-accepted'],
  udp: ['datagram-received', 'stun-received'],
} as const satisfies Record<string, EntryType[]>

/** The mark of a knock of our own, with its `port`: what comes from there is no device. */
const knockMark = 'knock-from-here'

/** Knocks at the place and looks on the timeline of the open servers whether ours heard it. */
export async function reach(
  place: AdvertisedPlace,
  open: { clock: Clock; timeline: TimelineRecorder } | undefined,
): Promise<Reached & { addresses: readonly string[] }> {
  const resolved = await addressesOf(place.host)
  if ('code' in resolved) return { how: 'unresolved', code: resolved.code, addresses: [] }
  const { addresses } = resolved
  if (open === undefined) return { how: 'unknown', addresses }
  const { clock, timeline } = open
  const after = timeline.lastSeq
  const knocking = { ...place, host: addresses[0] ?? place.host }
  const knocked = await (place.protocol === 'udp' ? sendTo(knocking) : connectTo(knocking, clock))
  if ('code' in knocked) return { how: 'not', code: knocked.code, addresses }
  timeline.add({ type: 'mark', name: knockMark, data: { port: knocked.port } })
  const isHeard = await Promise.any(
    arrivals[place.protocol].map(type =>
      // Who passes it on may give it another port.
      timeline.waitFor(type, ({ from }) => from.port === knocked.port || !isLocal(from.address), {
        ...{ after, timeoutMs: noticeMs, what: 'what was sent from this machine' },
      }),
    ),
  ).then(
    () => true,
    () => false,
  )
  if (isHeard) return { how: 'ours', addresses }
  return place.protocol === 'udp'
    ? { how: 'not', code: 'nothing arrived', addresses }
    : { how: 'somebody-else', addresses }
}

const isLocal = (address: string) => isOfMachine(plainAddress(address), machineAddresses())

/** The entries without the connections that were knocks of our own. */
export function withoutKnocks(entries: readonly Entry[]): Entry[] {
  const ports = new Set(
    entries.flatMap(entry => (entry.type === 'mark' && entry.name === knockMark ? [entry.data?.['port']] : [])),
  )
  return entries.filter(entry => entry.type !== 'connection-accepted' || !ports.has(entry.from.port))
}

async function addressesOf(host: string): Promise<{ addresses: readonly string[] } | { code: string }> {
  if (isIP(host) !== 0) return { addresses: [host] }
  try {
    return { addresses: (await lookup(host, { all: true })).map(({ address }) => address) }
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'no answer' }
  }
}

/** From which port, or why not. */
type Knocked = { port: number } | { code: string }

async function connectTo({ host, port }: AdvertisedPlace, clock: Clock): Promise<Knocked> {
  const socket = connect({ host, port, noDelay: true })
  const stop = new AbortController()
  try {
    return await Promise.race([
      new Promise<Knocked>(resolve => {
        socket.once('connect', () => resolve({ port: socket.localPort ?? 0 }))
        socket.once('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message }))
      }),
      clock.sleep(connectMs, stop.signal).then(() => ({ code: 'ETIMEDOUT' })),
    ])
  } finally {
    stop.abort(noLongerAwaited)
    socket.destroy()
  }
}

function sendTo({ host, port }: AdvertisedPlace): Promise<Knocked> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  return new Promise(resolve => {
    const fail = (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message })
    socket.once('error', fail)
    socket.send('connreq check', port, host, error => {
      const from = error ? undefined : socket.address().port
      socket.close()
      if (error) fail(error)
      else resolve({ port: from ?? 0 })
    })
  })
}
