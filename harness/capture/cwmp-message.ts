import type { Element } from '@xmldom/xmldom'
import { childNamed, elementsIn, localNameOf, textOf, tokenOf } from '../cwmp/dom.ts'
import { type Envelope, readEnvelope } from '../cwmp/envelope.ts'
import { MalformedEnvelope } from '../cwmp/malformed-envelope.ts'
import { readParameterValue } from '../cwmp/parameter-value.ts'
import { readSoapArray } from '../cwmp/soap-array.ts'

/** What the body of an HTTP message of CWMP is. */
export type CwmpMessage =
  | { kind: 'empty' }
  | { kind: 'envelope'; envelope: Envelope }
  | { kind: 'unreadable'; problem: string }

/** Reads a body; never throws. */
export function readMessage(body: Buffer): CwmpMessage {
  if (body.length < 16 && body.toString('latin1').trim() === '') return { kind: 'empty' }
  try {
    return { kind: 'envelope', envelope: readEnvelope(body) }
  } catch (error) {
    if (!(error instanceof MalformedEnvelope)) throw error
    return { kind: 'unreadable', problem: error.message }
  }
}

/** Messages that are remembered. */
const remembered = 8

/**
 * Reads messages. One that comes again in the same bytes, as an Inform does after a challenge, gives the same message
 * and is not read anew.
 */
export function createMessageReader(): (body: Buffer) => CwmpMessage {
  const known: { body: Buffer; message: CwmpMessage }[] = []
  return body => {
    if (body.length === 0) return { kind: 'empty' }
    const found = known.find(each => each.body.equals(body))
    if (found !== undefined) return found.message
    const message = readMessage(body)
    known.unshift({ body, message })
    if (known.length > remembered) known.pop()
    return message
  }
}

/** Whether an envelope of the ACS tells the device to hold its requests. TR-069 3.7.1.4 */
export function asksToHold({ message }: Envelope): boolean {
  const envelope = message.parentNode?.parentNode as Element | null | undefined
  const header = envelope ? childNamed(envelope, 'Header') : undefined
  const value = tokenOf(header, 'HoldRequests')
  return value === '1' || value === 'true'
}

/** What an RPC of the ACS is about, in the form in which our own ACS writes it down. */
export function argumentsOf({ message }: Envelope): { summary: string; arguments: Record<string, unknown> } {
  const found: Record<string, unknown> = {}
  const names = listOf(message, 'ParameterNames', 'string').map(item => textOf(item)?.trim() ?? '')
  if (names.length > 0) found['names'] = names
  const list = message.localName === 'SetParameterAttributes' ? 'SetParameterAttributesStruct' : 'ParameterValueStruct'
  const parameters = listOf(message, 'ParameterList', list).map(readArgument)
  if (parameters.length > 0) found['parameters'] = parameters
  for (const [element, name] of plainArguments) {
    const value = tokenOf(message, element)
    if (value !== undefined) found[name] = typedValue(name, value)
  }
  const method = localNameOf(message)
  const subjects = [...names, ...parameters.map(({ name }) => name)]
  const about = subjects.length > 0 ? subjects : [found['parameterPath'], found['objectName'], found['url']]
  const texts = about.filter((text): text is string => typeof text === 'string')
  const more = texts.length > 3 ? ` and ${texts.length - 3} more` : ''
  const shown = texts.length === 0 ? method : `${method} ${texts.slice(0, 3).join(', ')}${more}`
  return { summary: shown, arguments: found }
}

const plainArguments: readonly [element: string, name: string][] = [
  ['ParameterPath', 'parameterPath'],
  ['NextLevel', 'nextLevel'],
  ['ObjectName', 'objectName'],
  ['ParameterKey', 'parameterKey'],
  ['CommandKey', 'commandKey'],
  ['URL', 'url'],
  ['FileType', 'fileType'],
  ['DelaySeconds', 'delaySeconds'],
]

function typedValue(name: string, value: string): string | number | boolean {
  if (name === 'nextLevel') return value === '1' || value === 'true'
  return name === 'delaySeconds' && /^\d{1,9}$/.test(value) ? Number(value) : value
}

const listOf = (message: Element, list: string, item: string): Element[] =>
  readSoapArray(childNamed(message, list), item).items

/** A value, or what is to be done about notification. */
function readArgument(item: Element): { name: string } & Record<string, unknown> {
  if (elementsIn(item).some(child => localNameOf(child) === 'Value')) return { ...readParameterValue(item) }
  const notification = tokenOf(item, 'Notification')
  return {
    name: tokenOf(item, 'Name') ?? '',
    ...(notification === undefined ? {} : { notification: Number(notification) }),
  }
}
