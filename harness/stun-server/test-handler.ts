import { onTestFinished } from 'vitest'
import type { Endpoint, EntryOf, EntryType } from '../timeline/entry.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { readAddress } from './address-attribute.ts'
import { attributeTypes, connectionRequestBindingValue } from './attribute-types.ts'
import { type DatagramHandler, createDatagramHandler } from './datagram-handler.ts'
import { readErrorCode } from './error-code.ts'
import { messageTypes } from './message-types.ts'
import { type StunMessage, attributeOf, readStunMessage } from './read-message.ts'
import { type StunLimits, ordinaryStunLimits } from './stun-limits.ts'
import { type WrittenAttribute, writeStunMessage } from './write-message.ts'

export const device: Endpoint = { address: '192.0.2.10', port: 7547 }
/** Another port of the device. */
export const secondary: Endpoint = { address: '192.0.2.10', port: 40_000 }
export const stranger: Endpoint = { address: '198.51.100.20', port: 5000 }
export const username = 'cpe57689'

/** Transaction ids that differ in their last byte; without a cookie. */
export const transactionOf = (number: number) => Buffer.from([...Buffer.from('0123456789abcde'), number])

export const primary: WrittenAttribute = {
  code: attributeTypes.connectionRequestBinding,
  value: connectionRequestBindingValue,
}
export const named = (name: string): WrittenAttribute => ({ code: attributeTypes.username, value: Buffer.from(name) })

export const bindingRequest = (attributes: WrittenAttribute[] = [], transaction = transactionOf(0)) =>
  writeStunMessage(messageTypes.bindingRequest, transaction, attributes)

/** What an answer says, in short. */
export function said(datagram: Buffer | undefined) {
  if (datagram === undefined) return undefined
  const message = readStunMessage(datagram, ordinaryStunLimits)
  const mapped = attributeOf(message, attributeTypes.mappedAddress)
  const error = attributeOf(message, attributeTypes.errorCode)
  return {
    code: message.code,
    transaction: message.transaction.toString('latin1'),
    ...(mapped === undefined ? {} : { mapped: readAddress(mapped.value) }),
    ...(error === undefined ? {} : { error: readErrorCode(error.value)?.error }),
    problems: message.problems,
  }
}

/** The server without a socket: what it sends and writes down, at a time that the test sets. */
export interface TestHandler {
  handler: DatagramHandler
  time: { now: number }
  sent: { datagram: Buffer; to: Endpoint; fail: (error: Error) => void }[]
  /** Hands over a datagram and gives what was sent because of it. */
  ask: (datagram: Buffer, from?: Endpoint) => { to: Endpoint; answer: ReturnType<typeof said> } | undefined
  all: <T extends EntryType>(type: T) => EntryOf<T>[]
  message: (datagram: Buffer) => StunMessage
}

export function createTestHandler(limits: Partial<StunLimits> = {}): TestHandler {
  const time = { now: 0 }
  const clock = { now: () => time.now } as never
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const sent: TestHandler['sent'] = []
  const handler = createDatagramHandler({
    clock,
    timeline,
    endpoint: { address: '192.0.2.1', port: 3478 },
    limits,
    isOfDeviceUnderTest: request => request.from.address === device.address || request.username === username,
    transmit: (datagram, to, fail) => sent.push({ datagram, to, fail }),
  })
  onTestFinished(() => handler.close())
  return {
    handler,
    time,
    sent,
    ask(datagram, from = device) {
      const before = sent.length
      handler.handle(datagram, from)
      const last = sent.length > before ? sent.at(-1) : undefined
      return last && { to: last.to, answer: said(last.datagram) }
    },
    all: type => entriesOf(timeline, type),
    message: datagram => readStunMessage(datagram, ordinaryStunLimits),
  }
}
