import type { Body, EntryOf, HeaderList } from '../../timeline/entry.ts'
import { bodyOf } from '../../timeline/body.ts'
import { createAlarm } from './alarm.ts'
import { parseChallenges } from './challenge.ts'
import type { Connection, Failure } from './connection.ts'
import type { Answer, NoAnswer, Outcome } from './outcome.ts'
import { headerValue } from './response-head.ts'
import { createResponseReader, type ReadResponse } from './response-reader.ts'
import type { Wire } from './wire.ts'

/** One request, ready to be written. */
export interface OutgoingRequest {
  request: number
  label: string
  authorised: boolean
  method: string
  target: string
  headers: HeaderList
  bytes: Buffer
  credentials: EntryOf<'http-cr-sent'>['credentials']
  answerTimeoutMs: number
}

/** A request that has been written, and what will come of it. */
export interface Exchange {
  /** Puts the request on the timeline. To be called in the turn in which the exchange was begun. */
  record(): void
  /** Settles once. Rejects when the run is aborted. The connection is left as it is. */
  outcome: Promise<Outcome>
}

const keptOfUnreadable = 64 * 1024

/** Writes the request at once and reads one answer. Several exchanges can so be begun in one turn. */
export function beginExchange(
  wire: Wire,
  connection: Connection,
  outgoing: OutgoingRequest,
  socket: 'fresh' | 'kept',
): Exchange {
  wire.signal?.throwIfAborted()
  const { clock } = wire
  const { request } = outgoing
  connection.write(outgoing.bytes)
  const sentAt = clock.now()
  const reader = createResponseReader({ method: outgoing.method })
  let received = Buffer.alloc(0)
  let firstByteAt = 0
  let lastByteAt = 0

  const outcome = new Promise<Outcome>((resolve, reject) => {
    const settle = (finish: () => void) => {
      connection.listen(undefined)
      answerAlarm.cancel()
      bodyAlarm.cancel()
      wire.signal?.removeEventListener('abort', onAbort)
      finish()
    }
    const onAbort = () => settle(() => reject(wire.signal?.reason))
    const onClockFailure = (error: unknown) => settle(() => reject(error))

    const answered = (response: ReadResponse, closedByDevice: boolean) =>
      settle(() => resolve(answerOf(response, closedByDevice)))
    const unanswered = (failure: Failure) =>
      settle(() =>
        resolve(recordNoAnswer(wire, request, connection.number, { ...failure, sentAt, received: bodyOf(received) })),
      )

    /** Goes by how far the reader has come. @returns whether the exchange is over */
    const conclude = (closedByDevice: boolean): boolean => {
      const { progress } = reader
      if (progress.state === 'complete') answered(progress.response, closedByDevice)
      else if (progress.state === 'malformed')
        unanswered({ reason: 'malformed', detail: `The answer cannot be read: ${progress.detail}.` })
      else return false
      return true
    }

    /** No more comes: an answer if what came is one, else `failure`. */
    const giveUp = (how: 'close' | 'timeout', failure: Failure) => {
      if (received.length === 0) return unanswered(failure)
      reader.end(how)
      conclude(how === 'close')
    }
    const onTimeout = () =>
      giveUp('timeout', {
        reason: 'timeout',
        detail: `No answer within ${(clock.now() - sentAt) / 1000} s.`,
      })
    const answerAlarm = createAlarm(clock, onTimeout, onClockFailure)
    const bodyAlarm = createAlarm(clock, onTimeout, onClockFailure)

    connection.listen({
      bytes(chunk) {
        if (received.length === 0) firstByteAt = clock.now()
        lastByteAt = clock.now()
        if (received.length < keptOfUnreadable) received = Buffer.concat([received, chunk])
        reader.push(chunk)
        if (!conclude(false) && reader.progress.state === 'body') bodyAlarm.set(wire.closeDelimitedTimeoutMs)
      },
      ended: () => giveUp('close', { reason: 'closed', detail: 'The device closed the connection without an answer.' }),
      failed: failure => giveUp('close', failure),
    })
    wire.signal?.addEventListener('abort', onAbort)
    answerAlarm.set(outgoing.answerTimeoutMs)
  })

  function answerOf(response: ReadResponse, closedByDevice: boolean): Answer {
    const { httpVersion, status, reason, headers, body, bodyEnd } = response
    const problems = [...response.problems, ...parseChallenges(headers).problems]
    const { number, connectMs } = connection
    const facts = {
      request,
      httpVersion,
      status,
      reason,
      headers,
      bodyEnd,
      problems,
      sentAt,
      firstByteAt,
      lastByteAt,
      connectMs,
    }
    const entry = wire.timeline.add({ type: 'http-cr-answered', connection: number, body: bodyOf(body), ...facts })
    return {
      kind: 'answer',
      seq: entry.seq,
      ...facts,
      header: name => headerValue(headers, name),
      body,
      closedByDevice,
    }
  }

  return {
    outcome,
    record: () => recordRequest(wire, connection, outgoing, socket),
  }
}

function recordRequest(wire: Wire, connection: Connection, outgoing: OutgoingRequest, socket: 'fresh' | 'kept') {
  const { request, label, authorised, method, target, headers, credentials, bytes } = outgoing
  const { number, from, to } = connection
  const facts = {
    request,
    connection: number,
    label,
    method,
    target,
    headers,
    credentials,
    socket,
    from,
    to,
    authorised,
  }
  wire.timeline.add({ type: 'http-cr-sent', ...facts, raw: bodyOf(bytes) })
}

/** Puts on the timeline that a request was not answered. */
export function recordNoAnswer(
  wire: Wire,
  request: number,
  connection: number,
  failure: Failure & { sentAt?: number; received?: Body },
): NoAnswer {
  const { reason, detail, sentAt, received } = failure
  const { seq } = wire.timeline.add({
    type: 'http-cr-unanswered',
    request,
    connection,
    reason,
    detail,
    ...(sentAt === undefined ? {} : { sentAt }),
    ...(received === undefined || received.length === 0 ? {} : { received }),
  })
  return { kind: 'no-answer', seq, request, reason, detail }
}
