import type { Entry } from '../../harness/timeline/entry.ts'
import type { Body, Endpoint } from '../../harness/timeline/wire-data.ts'
import { keptBytes } from './body-bytes.ts'
import type { OwnAddress } from './own-address.ts'
import { type Traffic, traffic } from './traffic.ts'
import { longestDatagram, udpPacket } from './udp-packet.ts'

/** An answer comes at once or never: that of an older request is sent from the last place where one arrived. */
const rememberedRequests = 1000

/** Makes the datagrams of STUN messages and UDP Connection Requests; `undefined` for any other entry. */
export function createDatagrams(own: OwnAddress): (entry: Entry) => Traffic | undefined {
  const arrivedAt = new Map<number, Endpoint>()
  let last: Endpoint | undefined

  const arrived = (seq: number, to: Endpoint) => {
    last = to
    arrivedAt.set(seq, to)
    const [oldest] = arrivedAt.keys()
    if (arrivedAt.size > rememberedRequests && oldest !== undefined) arrivedAt.delete(oldest)
  }

  return entry => {
    switch (entry.type) {
      case 'stun-listening':
        last = entry.listen
        return undefined
      case 'stun-received':
        arrived(entry.seq, entry.to)
        return datagram(
          entry.from,
          own.real(entry.to, entry.from),
          entry.raw,
          entry.problems.map(({ text }) => text),
        )
      case 'datagram-received':
        return datagram(entry.from, own.real(entry.to, entry.from), entry.raw)
      case 'stun-sent': {
        const from = arrivedAt.get(entry.answers) ?? last
        return from === undefined ? undefined : datagram(own.real(from, entry.to), entry.to, entry.raw)
      }
      case 'udp-cr-sent':
        return datagram(own.real(entry.from, entry.to), entry.to, entry.raw)
      default:
        return undefined
    }
  }
}

function datagram(from: Endpoint, to: Endpoint, raw: Body, said: readonly string[] = []): Traffic {
  const { bytes, remarks } = keptBytes(raw)
  const cut = bytes.length > longestDatagram ? [`Cut: a packet holds ${longestDatagram} bytes of it.`] : []
  return traffic([udpPacket({ from, to }, bytes)], [...said, ...remarks, ...cut])
}
