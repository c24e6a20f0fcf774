import type { Endpoint } from '../timeline/entry.ts'
import { bodyOf } from '../timeline/body.ts'
import type { IntegrityVariant } from '../timeline/udp-entry.ts'
import { createAccounts } from './accounts.ts'
import { attributeTypes } from './attribute-types.ts'
import { type Decision, createBindingService } from './binding-service.ts'
import { sameEndpoint } from './endpoint.ts'
import { rawOf, recordOf } from './message-record.ts'
import { messageTypes } from './message-types.ts'
import { type StunMessage, attributeOf, readStunMessage, whyNotStun } from './read-message.ts'
import { createRecordingBudget } from './recording-budget.ts'
import { useTlsResponse } from './responses.ts'
import { createRetransmissions } from './retransmissions.ts'
import { type StunLimits, ordinaryStunLimits } from './stun-limits.ts'
import type { StunPolicy, StunRequest } from './stun-policy.ts'
import type { StunServer, StunServerOptions } from './stun-server.ts'
import { withoutPadding } from './username.ts'

export interface DatagramHandlerOptions extends Pick<StunServerOptions, 'clock' | 'timeline' | 'isOfDeviceUnderTest'> {
  /** Where datagrams arrive. */
  endpoint: Endpoint
  limits?: Partial<StunLimits>
  /** Sends; never throws. `failed` is called when the network does not take it. */
  transmit: (datagram: Buffer, to: Endpoint, failed: (error: Error) => void) => void
}

/** The server without its socket. */
export interface DatagramHandler extends Pick<StunServer, 'learn' | 'realEndpoint'> {
  policy: StunPolicy
  /** Never throws, whatever the bytes are and whatever the policy does. */
  handle(datagram: Buffer, from: Endpoint): void
  /** Writes down what was only counted so far. */
  close(): void
}

/** A message with what its source claims and what is known of it. */
interface Arrival {
  datagram: Buffer
  message: StunMessage
  from: Endpoint
  username?: string
  primary: boolean
  ofDeviceUnderTest: boolean
  /** The entry of the first copy. */
  retransmissionOf?: number
  integrity?: IntegrityVariant[]
}

export function createDatagramHandler(options: DatagramHandlerOptions): DatagramHandler {
  const { clock, timeline, endpoint, transmit } = options
  const limits = { ...ordinaryStunLimits, ...options.limits }
  const accounts = createAccounts()
  const service = createBindingService(clock, limits)
  const budget = createRecordingBudget(clock, timeline, limits)
  const retransmissions = createRetransmissions(clock, limits)

  const noteOther = (datagram: Buffer, from: Endpoint, problem: string) => {
    const ofDeviceUnderTest = options.isOfDeviceUnderTest({ from, primary: false })
    if (!budget.allows({ from, ofDeviceUnderTest })) return
    const kept = datagram.length > limits.datagramBytes ? datagram.subarray(0, limits.keptBytes) : datagram
    const cut = kept.length < datagram.length ? { cut: datagram.length - kept.length } : {}
    const raw = { ...bodyOf(kept), length: datagram.length, ...cut }
    timeline.add({ type: 'datagram-received', from, to: endpoint, raw, ofDeviceUnderTest, problem })
  }

  const arrivalOf = (datagram: Buffer, from: Endpoint): Arrival => {
    const message = readStunMessage(datagram, limits)
    const named = attributeOf(message, attributeTypes.username)
    const username = named === undefined ? undefined : withoutPadding(named.value)
    const primary = attributeOf(message, attributeTypes.connectionRequestBinding) !== undefined
    // Assigned one by one and not spread, because floods come this way, too.
    const claims: { from: Endpoint; primary: boolean; username?: string } = { from, primary }
    if (username !== undefined) claims.username = username
    const ofDeviceUnderTest = options.isOfDeviceUnderTest(claims)
    const arrival: Arrival = { datagram, message, from, primary, ofDeviceUnderTest }
    if (username !== undefined) arrival.username = username
    const integrity = accounts.integrityOf(datagram, message, username)
    if (integrity !== undefined) arrival.integrity = integrity
    return arrival
  }

  /** @returns the number of the entry, 0 where none was written */
  const noteArrival = (arrival: Arrival): number => {
    if (!budget.allows(arrival)) return 0
    const { from, ofDeviceUnderTest, username, retransmissionOf, integrity } = arrival
    const { record, problems } = recordOf(arrival.message, limits)
    return timeline.add({
      type: 'stun-received',
      from,
      to: endpoint,
      message: record,
      raw: rawOf(arrival.datagram, arrival.message),
      problems,
      ...(retransmissionOf === undefined ? {} : { retransmissionOf }),
      ofDeviceUnderTest,
      ...(username === undefined ? {} : { username }),
      ...(integrity === undefined ? {} : { integrity }),
    }).seq
  }

  const answer = (arrival: Arrival, seq: number, decision: Decision) => {
    const withheld = (because: string) => {
      if (seq > 0) timeline.add({ type: 'stun-withheld', answers: seq, because })
    }
    if ('withheld' in decision) return withheld(decision.withheld)
    const { to, mapped, because } = decision
    if (to.port === 0) return withheld('there is no port 0 to answer to')
    const [variant] = arrival.integrity ?? []
    const response =
      variant === undefined || mapped === undefined
        ? decision.response
        : accounts.sign(decision.response, arrival.message, arrival.username, variant)
    if (seq > 0) {
      const message = readStunMessage(response, limits)
      timeline.add({
        type: 'stun-sent',
        to,
        answers: seq,
        message: recordOf(message, limits).record,
        raw: rawOf(response, message),
        ...(mapped === undefined ? {} : { mapped, truthful: sameEndpoint(mapped, arrival.from) }),
        ...(because === undefined ? {} : { because }),
      })
    }
    transmit(response, to, error => withheld(`the network did not take it: ${error.message}`))
  }

  const decide = (arrival: Arrival, seq: number): Decision => {
    const { message, from, username, primary, ofDeviceUnderTest, integrity, retransmissionOf } = arrival
    if (message.code === messageTypes.sharedSecretRequest)
      return { response: useTlsResponse(message.transaction), to: from, because: 'shared secrets need TLS' }
    const request: Omit<StunRequest, 'nth'> = {
      seq,
      from,
      primary,
      ofDeviceUnderTest,
      bindingChange: attributeOf(message, attributeTypes.bindingChange) !== undefined,
      retransmission: retransmissionOf !== undefined,
      authenticated: integrity !== undefined && integrity.length > 0,
    }
    if (username !== undefined) request.username = username
    try {
      return service.decide(request, message)
    } catch (error) {
      return failedPolicy(error as Error, seq)
    }
  }

  const failedPolicy = ({ message, stack }: Error, seq: number): Decision => {
    if (seq > 0) timeline.add({ type: 'harness-error', message, ...(stack === undefined ? {} : { stack }) })
    return { withheld: 'what the scenario wants of the server failed' }
  }

  return {
    get policy() {
      return service.policy
    },
    set policy(wanted) {
      service.policy = wanted
    },
    learn: account => accounts.learn(account),
    realEndpoint: mapped => service.realEndpoint(mapped),
    handle(datagram, from) {
      budget.settle()
      service.heard(from)
      const other = whyNotStun(datagram, limits)
      if (other !== undefined) return noteOther(datagram, from, other)
      const arrival = arrivalOf(datagram, from)
      if (!isRequest(arrival.message)) {
        noteArrival(arrival)
        return
      }
      const retransmissionOf = retransmissions.firstOf(arrival)
      if (retransmissionOf !== undefined) arrival.retransmissionOf = retransmissionOf
      const seq = noteArrival(arrival)
      if (seq > 0 && retransmissionOf === undefined) retransmissions.remember(arrival, seq)
      answer(arrival, seq, decide(arrival, seq))
    },
    close: () => budget.close(),
  }
}

/** Nothing else is answered, so that two servers can never keep each other busy. */
const isRequest = ({ code }: StunMessage) =>
  code === messageTypes.bindingRequest || code === messageTypes.sharedSecretRequest
