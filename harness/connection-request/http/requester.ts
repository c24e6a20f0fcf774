import { type Arming, type ArmOptions, arm } from './arming.ts'
import { type Knock, knock, type KnockRequest } from './knock.ts'
import { createDeviceMemory, type DeviceMemory } from './device-memory.ts'
import type { Outcome } from './outcome.ts'
import { outgoingRequest, planRequest, type RequestOptions } from './request-options.ts'
import { sendAlone } from './single-request.ts'
import { createWire, type Timeouts, type Wire } from './wire.ts'

export { fireAll } from './arming.ts'
export type { Credentials } from './authorization.ts'
export type { Knock, KnockOptions } from './knock.ts'

/** The sender of HTTP Connection Requests to one device. Each verb leaves no connection open but `arm`. */
export interface HttpRequester {
  /** One request as it is given, on a connection of its own. Nothing is authenticated, repeated or followed. */
  send(options: RequestOptions): Promise<Outcome>
  /** Fetches a challenge and answers it: a Connection Request as the standard has it. */
  knock(options: KnockRequest): Promise<Knock>
  /** Prepares authenticated requests that only need to be written. Fire (`fireAll`) or release each of them. */
  arm(options: ArmOptions): Promise<Arming>
  /** `never` for a device that refuses right answers with the qop it offers, so that the rest can be judged. */
  qop: DeviceMemory['qop']
}

export type HttpRequesterOptions = Pick<Wire, 'clock' | 'timeline' | 'signal'> & Partial<Timeouts>

/**
 * A requester for one device. Everything it sends and receives goes on the timeline (`http-cr-*`); aborting the
 * signal closes all its connections and rejects what waits.
 */
export function createHttpRequester(options: HttpRequesterOptions): HttpRequester {
  const wire = createWire(options)
  const memory = createDeviceMemory()
  return {
    async send(request) {
      const plan = planRequest(request)
      return sendAlone(wire, outgoingRequest(wire, request, plan), plan, request)
    },
    knock: request => knock(wire, memory, request),
    arm: request => arm(wire, memory, request),
    get qop() {
      return memory.qop
    },
    set qop(qop) {
      memory.qop = qop
    },
  }
}
