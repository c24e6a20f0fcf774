import type { Element } from '@xmldom/xmldom'
import type { EventStruct, InformContent, SyntaxProblem } from '../timeline/entry.ts'
import { childNamed, textOf, tokenOf } from './dom.ts'
import { eventListProblems, eventProblems } from './event-code.ts'
import { parameterValueProblems, readParameterValue } from './parameter-value.ts'
import { checkText, dateTime, sequenceProblems, unsignedInt } from './schema-rules.ts'
import { readSoapArray } from './soap-array.ts'

/** An Inform with what the official schema says against it. */
export interface ReadInform {
  inform: InformContent
  problems: SyntaxProblem[]
}

const informElements = ['DeviceId', 'Event', 'MaxEnvelopes', 'CurrentTime', 'RetryCount', 'ParameterList']
const deviceIdElements = ['Manufacturer', 'OUI', 'ProductClass', 'SerialNumber']

/** Reads an Inform (TR-069 A.3.3.1) without any judgement; never throws, however odd the content. */
export function readInform(message: Element): ReadInform {
  const deviceId = childNamed(message, 'DeviceId')
  const eventList = readSoapArray(childNamed(message, 'Event'), 'EventStruct')
  const parameterList = readSoapArray(childNamed(message, 'ParameterList'), 'ParameterValueStruct')
  const inform: InformContent = {
    deviceId: {
      manufacturer: textOf(childNamed(deviceId, 'Manufacturer')),
      oui: textOf(childNamed(deviceId, 'OUI')),
      productClass: textOf(childNamed(deviceId, 'ProductClass')),
      serialNumber: textOf(childNamed(deviceId, 'SerialNumber')),
    },
    events: eventList.items.map(readEvent),
    maxEnvelopes: tokenOf(message, 'MaxEnvelopes'),
    currentTime: tokenOf(message, 'CurrentTime'),
    retryCount: tokenOf(message, 'RetryCount'),
    parameters: parameterList.items.map(readParameterValue),
  }
  const problems = [
    ...sequenceProblems(message, informElements),
    ...(deviceId ? sequenceProblems(deviceId, deviceIdElements) : []),
    ...deviceIdProblems(inform.deviceId),
    ...eventList.problems,
    ...eventList.items.flatMap(item => sequenceProblems(item, ['EventCode', 'CommandKey'], { except: 'CommandKey' })),
    ...inform.events.flatMap(eventProblems),
    ...eventListProblems(inform.events),
    ...checkText('max-envelopes', 'MaxEnvelopes', inform.maxEnvelopes, unsignedInt),
    ...checkText('current-time', 'CurrentTime', inform.currentTime, dateTime),
    ...checkText('retry-count', 'RetryCount', inform.retryCount, unsignedInt),
    ...parameterList.problems,
    ...parameterList.items.flatMap(parameterValueProblems),
  ]
  return { inform, problems: withoutRepetition(problems) }
}

function readEvent(item: Element): EventStruct {
  const eventCode = textOf(childNamed(item, 'EventCode')) ?? ''
  const commandKey = textOf(childNamed(item, 'CommandKey'))
  return { eventCode, commandKey: commandKey ?? '', ...(commandKey === undefined ? { commandKeyMissing: true } : {}) }
}

function deviceIdProblems(deviceId: InformContent['deviceId']): SyntaxProblem[] {
  const atMost64 = { fits: (text: string) => text.length <= 64, must: 'at most 64 characters' }
  return [
    ...checkText('manufacturer', 'Manufacturer', deviceId.manufacturer, atMost64),
    ...checkText('oui', 'OUI', deviceId.oui, {
      fits: text => /^[0-9A-F]{6}$/.test(text),
      must: 'six upper-case hexadecimal digits',
    }),
    ...checkText('product-class', 'ProductClass', deviceId.productClass, atMost64),
    ...checkText('serial-number', 'SerialNumber', deviceId.serialNumber, atMost64),
  ]
}

/** What is wrong with every item of a list in the same way is one problem. */
const withoutRepetition = (problems: SyntaxProblem[]): SyntaxProblem[] => [
  ...new Map(problems.map(problem => [`${problem.code} ${problem.text}`, problem])).values(),
]
