import { type HttpRequest, httpRequests, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { entriesOfRequest, type UdpRequest, udpRequests } from '../../harness/timeline/udp-requests.ts'
import { answerOf, isBusy, isResult, type XmppRequest, xmppRequests } from '../../harness/timeline/xmpp-requests.ts'
import type { Transport } from './transport.ts'

/** A Connection Request as a capture shows it: nobody says with which intention it was sent. */
export interface Ask {
  transport: Transport
  /** The entry with which it was written. */
  seq: number
  sentAt: number
  /** When the last byte of its answer came; over UDP, where nothing is ever answered, when it was sent. */
  repliedAt: number | undefined
  /**
   * `accepted`: a success reply. `unknown`: none tells, as always over UDP. `refused`: for now, by 503 or
   * service-unavailable. `rejected`: in another way, or never sent.
   */
  outcome: 'accepted' | 'unknown' | 'refused' | 'rejected'
  /** Its outcome in words. */
  words: string
  evidence: number[]
  /** How far off a time that runs from the reply can be, in milliseconds. */
  uncertaintyMs: number
  /** The message itself, of the one transport that carried it. */
  http?: HttpRequest
  udp?: UdpRequest
  xmpp?: XmppRequest
}

/** One by HTTP. */
export interface HttpAsk extends Ask {
  http: HttpRequest
}

export const isHttp = (ask: Ask): ask is HttpAsk => ask.http !== undefined

/** It may bring a session. */
export const mayBring = ({ outcome }: Ask): boolean => outcome === 'accepted' || outcome === 'unknown'

/** Every Connection Request, in the order in which they were sent. */
export function asksIn(timeline: Timeline): Ask[] {
  const asks = [
    ...httpRequests(timeline).flatMap(request => askedByHttp(request) ?? []),
    ...udpRequests(timeline).map(askedByUdp),
    ...xmppRequests(timeline).flatMap(request => askedByXmpp(request) ?? []),
  ]
  return asks.sort((a, b) => a.seq - b.seq)
}

function askedByHttp(request: HttpRequest): Ask | undefined {
  const { sent, answer, seq } = request
  if (sent === undefined) return undefined
  return {
    transport: 'http',
    seq: sent.seq,
    sentAt: answer?.sentAt ?? sent.at,
    repliedAt: answer?.lastByteAt,
    outcome: httpOutcome(request),
    words: outcomeOf(request),
    evidence: seq === sent.seq ? [seq] : [sent.seq, seq],
    uncertaintyMs: answer?.connectMs ?? 0,
    http: request,
  }
}

function httpOutcome(request: HttpRequest): Ask['outcome'] {
  const status = request.answer?.status
  if (status === undefined) return 'unknown'
  if (status === 503) return 'refused'
  return isSuccess(request) || (status >= 200 && status < 300) ? 'accepted' : 'rejected'
}

function askedByUdp(request: UdpRequest): Ask {
  const { first, last, seq } = request
  return {
    transport: 'udp',
    seq,
    sentAt: first.at,
    repliedAt: first.at,
    outcome: 'unknown',
    words: 'a UDP Connection Request',
    evidence: entriesOfRequest(request),
    uncertaintyMs: last.at - first.at,
    udp: request,
  }
}

function askedByXmpp(request: XmppRequest): Ask | undefined {
  const { sent, answer, seq } = request
  if (answer?.answeredBy === 'server') return undefined
  return {
    transport: 'xmpp',
    seq: sent.seq,
    sentAt: sent.at,
    repliedAt: answer?.receivedAt,
    outcome:
      answer === undefined ? 'unknown' : isResult(request) ? 'accepted' : isBusy(request) ? 'refused' : 'rejected',
    words: answerOf(request),
    evidence: seq === sent.seq ? [seq] : [sent.seq, seq],
    uncertaintyMs: answer === undefined ? 0 : answer.receivedAt - answer.sentAt,
    xmpp: request,
  }
}
