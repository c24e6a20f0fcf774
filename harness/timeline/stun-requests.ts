import type { EntryOf } from './entry.ts'
import { entriesOf, type Timeline } from './timeline.ts'
import type { StunAttribute } from './udp-entry.ts'

/** The types of Annex G and RFC 3489 that scenarios look for. */
export const stunCodes = {
  bindingRequest: 0x0001,
  mappedAddress: 0x0001,
  responseAddress: 0x0002,
  username: 0x0006,
  messageIntegrity: 0x0008,
  connectionRequestBinding: 0xc001,
  bindingChange: 0xc002,
} as const

/** A Binding Request of the device under test, with its copies and what it was answered. */
export interface BindingRequest {
  /** The first copy. */
  entry: EntryOf<'stun-received'>
  /** All copies by the same transaction id, the first included. */
  copies: EntryOf<'stun-received'>[]
  /** The first answer to any of them. */
  answer: EntryOf<'stun-sent'> | undefined
}

export const attributeOf = ({ message }: EntryOf<'stun-received'>, code: number): StunAttribute | undefined =>
  message.attributes.find(attribute => attribute.code === code)

export const hasAttribute = (entry: EntryOf<'stun-received'>, code: number) => attributeOf(entry, code) !== undefined

export const isBindingRequest = ({ message }: EntryOf<'stun-received'>) => message.code === stunCodes.bindingRequest

/** A Binding Request of the device that has CONNECTION-REQUEST-BINDING: it claims to come from the primary port. */
export const isPrimaryRequest = (entry: EntryOf<'stun-received'>): boolean =>
  entry.ofDeviceUnderTest && isBindingRequest(entry) && hasAttribute(entry, stunCodes.connectionRequestBinding)

/** The Binding Requests of the device in this stretch, the first copies in order. */
export function bindingRequests(timeline: Timeline): BindingRequest[] {
  const requests = new Map<string, BindingRequest>()
  for (const entry of entriesOf(timeline, 'stun-received')) {
    if (!entry.ofDeviceUnderTest || !isBindingRequest(entry)) continue
    const key = `${entry.message.transaction} ${entry.from.address} ${entry.from.port}`
    const known = requests.get(key)
    if (known === undefined) requests.set(key, { entry, copies: [entry], answer: undefined })
    else known.copies.push(entry)
  }
  const bySeq = new Map([...requests.values()].flatMap(request => request.copies.map(({ seq }) => [seq, request])))
  for (const sent of entriesOf(timeline, 'stun-sent')) {
    const request = bySeq.get(sent.answers)
    if (request !== undefined) request.answer ??= sent
  }
  return [...requests.values()]
}
