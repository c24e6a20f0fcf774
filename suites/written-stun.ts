import type { Scenario, ScenarioOutcome } from '../harness/scenario.ts'
import type { Endpoint, Entry, NewEntry } from '../harness/timeline/entry.ts'
import { stunCodes } from '../harness/timeline/stun-requests.ts'
import type { IntegrityVariant, StunAttribute, StunMessageRecord } from '../harness/timeline/udp-entry.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import { readMark, setMark } from './udp/stun-settings.ts'
import { type Happening, mark, type Moment, outcomeOf, playing, verdictsOf } from './written-timeline.ts'

/** The primary port of the device in written timelines, and another one of it. */
export const primaryPort: Endpoint = { address: '192.0.2.2', port: 7547 }
export const secondaryPort: Endpoint = { address: '192.0.2.2', port: 7548 }
const server: Endpoint = { address: '192.0.2.1', port: 3478 }

/** "dslforum.org/TR-111 " in hexadecimal digits. */
const bindingHex = '64736c666f72756d2e6f72672f54522d31313120'

export interface WrittenBindingRequest {
  at: number
  from?: Endpoint
  /** When its copies came, counted from the first. */
  copiesAfterMs?: readonly number[]
  /** The value of CONNECTION-REQUEST-BINDING in hexadecimal digits; `false` without it. */
  binding?: string | false
  /** The value of BINDING-CHANGE in hexadecimal digits; `true` for the empty one. */
  change?: string | true
  username?: { text: string; hex?: string; length?: number }
  /** What its MESSAGE-INTEGRITY matched; absent without one. */
  integrity?: IntegrityVariant[]
  /** An attribute that comes after all others. */
  last?: StunAttribute
  responseAddress?: Endpoint
  /** The mapped address that it was told, by default the true one; an error code; or nothing. */
  answered?: Endpoint | 401 | 'not at all'
  /** From the last copy to the answer. */
  answeredAfterMs?: number
  ofDeviceUnderTest?: boolean
  magicCookie?: boolean
}

/** A Binding Request of the device in its copies, and its answer. */
export const bindingRequest =
  (options: WrittenBindingRequest): Happening =>
  next => {
    const { at, from = primaryPort, copiesAfterMs = [0], answered = from, answeredAfterMs = 2 } = options
    const transaction = String(next('request')).padStart(32, '0')
    const message: StunMessageRecord = {
      ...{ code: stunCodes.bindingRequest, name: 'Binding Request', transaction },
      magicCookie: options.magicCookie ?? false,
      attributes: attributesOf(options),
    }
    const copies = copiesAfterMs.map((afterMs): Moment => {
      const entry: NewEntry = {
        ...{ type: 'stun-received', from, to: server, message, raw: { length: 0 }, problems: [] },
        ofDeviceUnderTest: options.ofDeviceUnderTest ?? true,
        ...(options.username === undefined ? {} : { username: options.username.text }),
        ...(options.integrity === undefined ? {} : { integrity: options.integrity }),
      }
      return { at: at + afterMs, entry }
    })
    if (answered === 'not at all') return copies
    const answer = answerTo(transaction, from, answered)
    return [...copies, { at: at + (copiesAfterMs.at(-1) ?? 0) + answeredAfterMs, entry: answer }]
  }

/** `answers` is filled in by `linked`, from the transaction id. */
function answerTo(transaction: string, to: Endpoint, answered: Endpoint | 401): NewEntry {
  const common = { type: 'stun-sent', to, answers: 0, raw: { length: 0 } } as const
  if (answered === 401) {
    const error = attribute(0x0009, 'ERROR-CODE', '', { error: 401 })
    const attributes = [error]
    const message: StunMessageRecord = {
      ...{ code: 0x0111, name: 'Binding Error Response', transaction, magicCookie: false, attributes },
    }
    return { ...common, message }
  }
  const attributes = [attribute(stunCodes.mappedAddress, 'MAPPED-ADDRESS', '', { address: answered })]
  const message: StunMessageRecord = {
    ...{ code: 0x0101, name: 'Binding Response', transaction, magicCookie: false, attributes },
  }
  const truthful = answered.address === to.address && answered.port === to.port
  return { ...common, message, mapped: answered, truthful }
}

function attributesOf(options: WrittenBindingRequest): StunAttribute[] {
  const { binding = bindingHex, change, username, integrity, last, responseAddress } = options
  const nameHex = username?.hex ?? Buffer.from(username?.text ?? '').toString('hex')
  return [
    ...(binding === false
      ? []
      : [attribute(stunCodes.connectionRequestBinding, 'CONNECTION-REQUEST-BINDING', binding)]),
    ...(change === undefined
      ? []
      : [attribute(stunCodes.bindingChange, 'BINDING-CHANGE', change === true ? '' : change)]),
    ...(responseAddress === undefined
      ? []
      : [attribute(stunCodes.responseAddress, 'RESPONSE-ADDRESS', '', { address: responseAddress })]),
    ...(username === undefined
      ? []
      : [
          attribute(stunCodes.username, 'USERNAME', nameHex, {
            text: username.text,
            length: username.length ?? nameHex.length / 2,
          }),
        ]),
    ...(integrity === undefined
      ? []
      : [attribute(stunCodes.messageIntegrity, 'MESSAGE-INTEGRITY', '', { length: 20 })]),
    ...(last === undefined ? [] : [last]),
  ]
}

/** An attribute with this value. */
export const attribute = (
  code: number,
  name: string,
  hex: string,
  more: Partial<StunAttribute> = {},
): StunAttribute => ({ code, name, length: hex.length / 2, hex, ...more })

/** Requests at these times, each answered truthfully. */
export const bindingRequestsAt = (times: readonly number[], more: Partial<WrittenBindingRequest> = {}): Happening[] =>
  times.map(at => bindingRequest({ at, ...more }))

/** What was read of the STUN parameters. */
export const stunReading = (when: string, at: number, values: Record<string, string>): Happening =>
  mark(readMark, at, { when, values })

/** What came of setting STUN parameters. */
export const stunSetting = (
  what: string,
  at: number,
  outcome: { status?: number; fault?: string } = { status: 0 },
): Happening => mark(setMark, at, { what, values: {}, ...outcome })

/** Answers refer to their requests, and further copies to the first one, as on a real timeline. */
export function linked(entries: readonly Entry[]): Entry[] {
  const first = new Map<string, number>()
  const newest = new Map<string, number>()
  return entries.map(entry => {
    if (entry.type === 'stun-sent') return { ...entry, answers: newest.get(entry.message.transaction) ?? 0 }
    if (entry.type !== 'stun-received') return entry
    const { transaction } = entry.message
    newest.set(transaction, entry.seq)
    const retransmissionOf = first.get(transaction)
    if (retransmissionOf !== undefined) return { ...entry, retransmissionOf }
    first.set(transaction, entry.seq)
    return entry
  })
}

/** What the judge says of a scenario with STUN messages that was played to its end. */
export const outcomeOfStun = (scenario: Scenario, ...happenings: Happening[]): ScenarioOutcome =>
  outcomeOf(scenario, linked(playing(scenario, happenings)))

/** The verdict on each metric of such a scenario. */
export const judgedStun = (scenario: Scenario, ...happenings: Happening[]): Record<string, Verdict> =>
  verdictsOf(outcomeOfStun(scenario, ...happenings))
