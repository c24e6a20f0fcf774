import type { Clock } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import { readAddress } from './address-attribute.ts'
import { attributeTypes } from './attribute-types.ts'
import { type NatBindings, createNatBindings } from './pretended-nat.ts'
import { type StunMessage, attributeOf } from './read-message.ts'
import { type Places, realEndpointOf, routeOfResponse } from './response-route.ts'
import { bindingResponse, changeRequestRefused, unauthorisedResponse } from './responses.ts'
import type { StunLimits } from './stun-limits.ts'
import { type PretendedNat, type StunPolicy, type StunRequest, ordinaryStunPolicy } from './stun-policy.ts'
import { createToldAddresses } from './told-addresses.ts'

/** What becomes of a request. */
export type Decision =
  | { response: Buffer; to: Endpoint; mapped?: Endpoint; because?: string }
  /** Why there is no answer. */
  | { withheld: string }

/** Decides about Binding Requests as the policy says, and keeps what that needs. */
export interface BindingService {
  policy: StunPolicy
  /** A source sent something: that keeps its binding of the pretended NAT alive. */
  heard(from: Endpoint): void
  decide(request: Omit<StunRequest, 'nth'>, message: StunMessage): Decision
  realEndpoint(mapped: Endpoint): Endpoint | undefined
}

export function createBindingService(clock: Pick<Clock, 'now'>, limits: StunLimits): BindingService {
  const told = createToldAddresses(limits)
  let policy = ordinaryStunPolicy
  let pretended: { nat: PretendedNat; bindings: NatBindings } | undefined
  let ofDevice = 0
  let ofOthers = 0

  /** The bindings last as long as the policies have the same NAT. */
  const natBindings = (): NatBindings | undefined => {
    const { nat } = policy
    if (nat === undefined) pretended = undefined
    else if (pretended?.nat !== nat) pretended = { nat, bindings: createNatBindings(nat, clock, limits) }
    return pretended?.bindings
  }
  const places = (): Places => ({ told, nat: natBindings() })

  const serve = (request: StunRequest, message: StunMessage, seenAs: Endpoint): Decision => {
    const { transaction } = message
    if (asksForChange(message))
      return {
        response: changeRequestRefused(transaction),
        to: request.from,
        because: 'CHANGE-REQUEST asks for an answer from another address or port',
      }
    const mapped = policy.nat === undefined ? (policy.mapped?.(request) ?? seenAs) : seenAs
    told.tell(mapped, request)
    const route = routeOfResponse(request, responseAddressOf(message), places())
    if ('withheld' in route) return route
    const response = bindingResponse(transaction, mapped)
    return route.because === undefined
      ? { response, to: route.to, mapped }
      : { response, to: route.to, mapped, because: route.because }
  }

  return {
    get policy() {
      return policy
    },
    set policy(wanted) {
      policy = { ...wanted }
      ofDevice = 0
      ofOthers = 0
    },
    heard: from => natBindings()?.keepAlive(from),
    decide(seen, message) {
      const { from, ofDeviceUnderTest } = seen
      const request: StunRequest = Object.assign(seen, { nth: ofDeviceUnderTest ? ofDevice++ : ofOthers++ })
      // Only the device stands behind the NAT: others in the lab are told the truth.
      const seenAs = (ofDeviceUnderTest ? natBindings()?.outward(from) : undefined) ?? from
      const wanted = typeof policy.answer === 'function' ? policy.answer(request) : policy.answer
      if (wanted === 'silent') return { withheld: 'the scenario keeps the server silent' }
      if (wanted === 'serve' || (wanted === 'unauthorised' && request.authenticated))
        return serve(request, message, seenAs)
      return {
        response: unauthorisedResponse(message.transaction),
        to: from,
        because: wanted === 'refuse' ? 'the scenario refuses it' : whyUnauthorised(message),
      }
    },
    realEndpoint: mapped => realEndpointOf(mapped, places()),
  }
}

/** Its flags say so; without any it asks for nothing. RFC 3489 11.2.4 */
function asksForChange(message: StunMessage): boolean {
  const value = attributeOf(message, attributeTypes.changeRequest)?.value
  return value !== undefined && value.length >= 4 && (value.readUInt32BE(0) & 6) !== 0
}

function responseAddressOf(message: StunMessage): Endpoint | undefined {
  const value = attributeOf(message, attributeTypes.responseAddress)?.value
  return value === undefined ? undefined : readAddress(value)
}

const whyUnauthorised = (message: StunMessage) =>
  attributeOf(message, attributeTypes.messageIntegrity) === undefined
    ? 'the scenario asks for MESSAGE-INTEGRITY'
    : 'its MESSAGE-INTEGRITY matches nothing'
