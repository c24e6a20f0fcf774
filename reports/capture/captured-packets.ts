import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { createAcsTraffic } from './acs-traffic.ts'
import { createCircumstances } from './circumstances.ts'
import { createConnectionRequestTraffic } from './connection-request-traffic.ts'
import { createDatagrams } from './datagrams.ts'
import { commentOfEntry } from '../../harness/timeline/entry-comment.ts'
import { createOwnAddress } from './own-address.ts'
import type { CapturedPacket } from './pcapng.ts'
import { foreseen, type ForeseenEntry } from './request-connections.ts'
import { createTcpConnections } from './tcp-connections.ts'
import type { Traffic } from './traffic.ts'
import { createXmppTraffic } from './xmpp-traffic.ts'

/**
 * The packets that a capture of the run could have shown, made from its entries one after another: HTTP in both
 * directions, XMPP and what was inside TLS in clear, STUN and UDP Connection Requests. Times never go back.
 * @param start the wall time and the time on the run's clock from which all others are counted
 */
export function* capturedPackets(
  entries: Iterable<Entry>,
  start: Pick<EntryOf<'run-started'>, 'at' | 'wallTime'>,
): Generator<CapturedPacket> {
  const circumstances = createCircumstances()
  const trafficOf = createTraffic()
  const startNs = BigInt(Date.parse(start.wallTime) || 0) * 1_000_000n
  let now = start.at
  let entryComments: string[] = []
  /** The last packet, which takes the comments on what came after it. */
  let last: CapturedPacket | undefined
  for (const foreseenEntry of foreseen(entries)) {
    const { entry } = foreseenEntry
    const { packets, remarks, at } = trafficOf(foreseenEntry) ?? { packets: [], remarks: [] }
    circumstances.follow(entry, packets.length > 0 ? 'packets' : 'nothing')
    entryComments.push(commentOfEntry(entry))
    if (packets.length === 0) continue
    now = Math.max(now, at ?? entry.at)
    const timeNs = startNs + BigInt(Math.round((now - start.at) * 1e6))
    const comments = [...circumstances.commentsOn(entry), ...remarks, ...entryComments]
    entryComments = []
    for (const [index, bytes] of packets.entries()) {
      if (last !== undefined) yield last
      last = { timeNs, bytes, comments: index === 0 ? comments : [] }
    }
  }
  if (last !== undefined) yield { ...last, comments: [...last.comments, ...entryComments] }
}

function createTraffic(): (entry: ForeseenEntry) => Traffic | undefined {
  const own = createOwnAddress()
  const connections = createTcpConnections()
  const acs = createAcsTraffic(connections)
  const requests = createConnectionRequestTraffic(connections, own)
  const xmpp = createXmppTraffic(connections)
  const datagrams = createDatagrams(own)
  return foreseenEntry => {
    const { entry } = foreseenEntry
    own.learn(entry)
    return acs(entry) ?? requests(foreseenEntry) ?? xmpp(entry) ?? datagrams(entry)
  }
}
