import type { Milliseconds } from '../clock/clock.ts'
import { attributeTypes } from '../stun-server/attribute-types.ts'
import { endpointKey, sameEndpoint } from '../stun-server/endpoint.ts'
import { rawOf, recordOf } from '../stun-server/message-record.ts'
import { messageTypes } from '../stun-server/message-types.ts'
import { attributeOf, readStunMessage, whyNotStun } from '../stun-server/read-message.ts'
import { ordinaryStunLimits } from '../stun-server/stun-limits.ts'
import { withoutPadding } from '../stun-server/username.ts'
import { bodyOf } from '../timeline/body.ts'
import type { Endpoint, EntryOf } from '../timeline/entry.ts'
import { capturedLabel } from './device-requests.ts'
import type { AddDraft, Draft } from './draft.ts'
import type { Packet } from './packet.ts'

/** Finds STUN messages and UDP Connection Requests among the datagrams of a capture. Annex G */
export interface CapturedDatagrams {
  datagram(packet: Packet, bytes: Buffer, length: number, at: Milliseconds): void
  /** A datagram that came back as undeliverable. */
  returned(packet: Packet, at: Milliseconds): void
  /**
   * Writes down what concerns the device.
   *
   * `authorised` of a request rests on what the device did, because nothing answers it: true for the last request before
   * a session with "6 CONNECTION REQUEST" that began within 30 s, false for any other.
   * @param calledAt when the device began such sessions, in order
   */
  note(isDevice: (address: string) => boolean, calledAt: readonly Milliseconds[], add: AddDraft): void
  /** Datagrams that were left out because there were so many. */
  readonly leftOut: number
}

/** A datagram that may concern the device. */
type Kept =
  | { kind: 'stun'; from: Endpoint; to: Endpoint; bytes: Buffer; at: Milliseconds; order: number }
  | { kind: 'request'; from: Endpoint; to: Endpoint; bytes: Buffer; at: Milliseconds; order: number }
  | { kind: 'returned'; to: Endpoint; at: Milliseconds; order: number }

/** So long another datagram with the same bytes is a copy of the same request. */
const copiesWithinMs: Milliseconds = 30_000
/** A session that begins later was not asked for by the request. */
const acceptedWithinMs: Milliseconds = 30_000
const limits = { ...ordinaryStunLimits, datagramBytes: ordinaryStunLimits.datagramBytes }
/** A request for a session by UDP is a GET with a query that is signed. G.2.2.3 */
const requestLike = /^[A-Za-z]{2,10} https?:\/\/[^ \r\n]{0,2000}[?&](?:ts|id|un|cn|sig)=/i

/** @param most datagrams that are kept */
export function createCapturedDatagrams(nextOrder: () => number, most: number): CapturedDatagrams {
  const kept: Kept[] = []
  let leftOut = 0
  let returnedKept = 0

  const keep = (datagram: Kept) => {
    if (kept.length < most) kept.push(datagram)
    else leftOut++
  }

  return {
    datagram({ from, to }, bytes, length, at) {
      // What was clipped by the capture cannot be read.
      if (bytes.length < length || bytes.length === 0) return
      const place = { from, to, at, order: nextOrder() }
      if (whyNotStun(bytes, limits) === undefined && isStun(bytes))
        keep({ kind: 'stun', ...place, bytes: Buffer.from(bytes) })
      else if (requestLike.test(bytes.toString('latin1', 0, 2100)))
        keep({ kind: 'request', ...place, bytes: Buffer.from(bytes) })
    },
    returned({ to }, at) {
      if (++returnedKept < 10_000) keep({ kind: 'returned', to, at, order: nextOrder() })
    },
    note(isDevice, calledAt, add) {
      const stun = createStunNotes(add, isDevice)
      const requests = requestsIn(
        kept.filter((each): each is KeptRequest => each.kind === 'request' && isDevice(each.to.address)),
      )
      authorise([...requests], calledAt)
      const lastTo = new Map<string, SentRequest>()
      for (const each of kept) {
        if (each.kind === 'stun') stun(each)
        else if (each.kind === 'request') {
          const entry = requests.get(each)
          if (entry === undefined) continue
          add(entry, each.at, each.order)
          lastTo.set(endpointKey(each.to), entry)
        } else noteReturned(each, lastTo.get(endpointKey(each.to)), add)
      }
    },
    get leftOut() {
      return leftOut
    },
  }
}

type KeptRequest = Extract<Kept, { kind: 'request' }>
type KeptStun = Extract<Kept, { kind: 'stun' }>
type SentRequest = Omit<EntryOf<'udp-cr-sent'>, 'seq' | 'at'>

const knownTypes = new Set<number>(Object.values(messageTypes))

/** Other protocols begin with such bytes, too: the type is one of RFC 3489, and the length fits. */
const isStun = (bytes: Buffer) =>
  bytes.length >= 20 &&
  knownTypes.has(bytes.readUInt16BE(0)) &&
  Math.abs(bytes.readUInt16BE(2) + 20 - bytes.length) <= 64

/** Writes the messages of the device and the answers to it down as the STUN server would have. */
function createStunNotes(add: AddDraft, isDevice: (address: string) => boolean): (datagram: KeptStun) => void {
  const asked = new Map<string, { first: Draft; from: Endpoint; at: Milliseconds }>()
  const keyOf = (transaction: string, { address, port }: Endpoint) => `${transaction} ${address} ${port}`

  return ({ from, to, bytes, at, order }) => {
    const message = readStunMessage(bytes, limits)
    const { record, problems } = recordOf(message, limits)
    const raw = rawOf(bytes, message)
    const isRequest = message.code === messageTypes.bindingRequest || message.code === messageTypes.sharedSecretRequest
    if (isRequest && isDevice(from.address)) {
      const named = attributeOf(message, attributeTypes.username)
      const signed = attributeOf(message, attributeTypes.messageIntegrity) !== undefined
      const known = asked.get(keyOf(record.transaction, from))
      const isCopy = known !== undefined && at - known.at <= limits.retransmissionMs
      const draft = add(
        {
          type: 'stun-received',
          ...{ from, to, message: record, raw, problems, ofDeviceUnderTest: true },
          ...(named === undefined ? {} : { username: withoutPadding(named.value) }),
          ...(signed ? { integrity: [] } : {}),
        },
        at,
        order,
      )
      if (draft === undefined) return
      if (isCopy) draft.refersTo = { field: 'retransmissionOf', draft: known.first }
      else asked.set(keyOf(record.transaction, from), { first: draft, from, at })
    } else if (!isRequest && isDevice(to.address)) {
      const known = asked.get(keyOf(record.transaction, to))
      if (known === undefined) return
      const mapped = record.attributes.find(
        ({ code, address }) => code === attributeTypes.mappedAddress && address,
      )?.address
      // Inside a NAT the mapped address is another one than the source, and true nevertheless.
      const truthful = mapped !== undefined && sameEndpoint(mapped, known.from) ? { truthful: true } : {}
      const draft = add(
        {
          type: 'stun-sent',
          to,
          answers: 0,
          message: record,
          raw,
          ...(mapped === undefined ? {} : { mapped }),
          ...truthful,
        },
        at,
        order,
      )
      if (draft !== undefined) draft.refersTo = { field: 'answers', draft: known.first }
    }
  }
}

/** A request with its copies. */
interface Group {
  request: number
  last: Milliseconds
  entries: SentRequest[]
}

/** Numbers the requests and their copies. */
function requestsIn(datagrams: readonly KeptRequest[]): Map<KeptRequest, SentRequest> {
  const found = new Map<KeptRequest, SentRequest>()
  const copies = new Map<string, Group>()
  const groups = new Set<Group>()
  let count = 0
  for (const datagram of datagrams) {
    const { from, to, bytes, at } = datagram
    const key = `${to.address} ${to.port} ${bytes.toString('latin1')}`
    const known = copies.get(key)
    const group: Group =
      known !== undefined && at - known.last <= copiesWithinMs ? known : { request: ++count, last: at, entries: [] }
    group.last = at
    copies.set(key, group)
    const entry: SentRequest = {
      type: 'udp-cr-sent',
      ...{ request: group.request, label: capturedLabel, copy: group.entries.length + 1, copies: 1, authorised: false },
      ...{ from, to, ...queryOf(bytes), raw: bodyOf(bytes) },
    }
    group.entries.push(entry)
    found.set(datagram, entry)
    groups.add(group)
  }
  for (const { entries } of groups) for (const entry of entries) entry.copies = entries.length
  return found
}

/** See `CapturedDatagrams.note`. */
function authorise(requests: readonly [KeptRequest, SentRequest][], calledAt: readonly Milliseconds[]): void {
  const accepted = new Set<number>()
  let next = 0
  for (const at of calledAt) {
    while (next < requests.length && (requests[next]?.[0].at ?? 0) <= at) next++
    const [datagram, sent] = requests[next - 1] ?? []
    if (datagram !== undefined && sent !== undefined && at - datagram.at <= acceptedWithinMs) accepted.add(sent.request)
  }
  for (const [, sent] of requests) sent.authorised = accepted.has(sent.request)
}

/** The values of the query as they were sent; of the signature none is kept. */
function queryOf(bytes: Buffer): Partial<Record<'ts' | 'id' | 'un' | 'cn', string>> {
  const uri = /^\S+ (\S+)/.exec(bytes.toString('utf8', 0, 4096))?.[1] ?? ''
  const query = new URLSearchParams(uri.slice(uri.indexOf('?') + 1))
  const value = (name: 'ts' | 'id' | 'un' | 'cn') => {
    const given = query.get(name)
    return given === null ? {} : { [name]: given }
  }
  return { ...value('ts'), ...value('id'), ...value('un'), ...value('cn') }
}

function noteReturned(
  { to, at, order }: Extract<Kept, { kind: 'returned' }>,
  sent: SentRequest | undefined,
  add: AddDraft,
): void {
  if (sent === undefined) return
  const problem = 'It came back as undeliverable (ICMP).'
  add({ type: 'udp-cr-failed', request: sent.request, to, problem }, at, order)
}
