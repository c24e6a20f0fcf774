import type { Element } from '@xmldom/xmldom'
import type { SyntaxProblem } from '../timeline/entry.ts'
import { childNamed, localNameOf, textOf, tokenOf } from './dom.ts'
import { parameterValueProblems, readParameterValue } from './parameter-value.ts'
import type { RpcMethod, Rpcs, Status } from './rpcs.ts'
import { boolean, checkText, sequenceProblems, unsignedInt } from './schema-rules.ts'
import { readSoapArray } from './soap-array.ts'

/** A device's response to an RPC, with what the schema says against it. */
export interface ReadResponse<M extends RpcMethod> {
  result: Rpcs[M]['result']
  problems: SyntaxProblem[]
}

type ResponseReaders = { [M in RpcMethod]: (message: Element, problems: SyntaxProblem[]) => Rpcs[M]['result'] }

const readers: ResponseReaders = {
  GetRPCMethods: (message, problems) => ({
    methods: items(message, 'MethodList', 'string', problems).map(item => textOf(item)?.trim() ?? ''),
  }),
  GetParameterNames: (message, problems) => ({
    parameters: items(message, 'ParameterList', 'ParameterInfoStruct', problems).map(item => {
      problems.push(...sequenceProblems(item, ['Name', 'Writable']))
      return { name: tokenOf(item, 'Name') ?? '', writable: truth(item, 'Writable', problems) }
    }),
  }),
  GetParameterValues: (message, problems) => ({
    parameters: items(message, 'ParameterList', 'ParameterValueStruct', problems).map(item => {
      problems.push(...parameterValueProblems(item))
      return readParameterValue(item)
    }),
  }),
  SetParameterValues: (message, problems) => ({ status: status(message, ['Status'], problems) }),
  GetParameterAttributes: (message, problems) => ({
    parameters: items(message, 'ParameterList', 'ParameterAttributeStruct', problems).map(item => {
      problems.push(...sequenceProblems(item, ['Name', 'Notification', 'AccessList']))
      return {
        name: tokenOf(item, 'Name') ?? '',
        notification: number(item, 'Notification', problems),
        accessList: items(item, 'AccessList', 'string', problems).map(entry => textOf(entry)?.trim() ?? ''),
      }
    }),
  }),
  SetParameterAttributes: empty,
  AddObject: (message, problems) => ({
    instanceNumber: number(message, 'InstanceNumber', problems),
    status: status(message, ['InstanceNumber', 'Status'], problems),
  }),
  DeleteObject: (message, problems) => ({ status: status(message, ['Status'], problems) }),
  Download: (message, problems) => ({
    status: status(message, ['Status', 'StartTime', 'CompleteTime'], problems),
    startTime: tokenOf(message, 'StartTime') ?? '',
    completeTime: tokenOf(message, 'CompleteTime') ?? '',
  }),
  Reboot: empty,
  FactoryReset: empty,
  ScheduleInform: empty,
}

/**
 * Reads the response to `method`; never throws. What is missing becomes empty, `NaN` or `undefined`, and a
 * problem. A message that is the response to something else is a problem too.
 */
export function readResponse<M extends RpcMethod>(method: M, message: Element): ReadResponse<M> {
  const problems: SyntaxProblem[] = []
  const name = localNameOf(message)
  if (name !== `${method}Response`)
    problems.push({ code: 'other-response', text: `The device answered ${method} with ${name}.` })
  return { result: readers[method](message, problems), problems }
}

function items(parent: Element, listName: string, itemName: string, problems: SyntaxProblem[]): Element[] {
  const list = childNamed(parent, listName)
  if (list === undefined) problems.push({ code: 'element-missing', text: `${localNameOf(parent)} has no ${listName}.` })
  const array = readSoapArray(list, itemName)
  problems.push(...array.problems)
  return array.items
}

function status(message: Element, elements: string[], problems: SyntaxProblem[]): Status {
  problems.push(...sequenceProblems(message, elements))
  const text = tokenOf(message, 'Status')
  problems.push(...checkText('status', 'Status', text, { fits: value => /^[01]$/.test(value), must: '0 or 1' }))
  return text === '0' ? 0 : text === '1' ? 1 : undefined
}

function number(parent: Element, name: string, problems: SyntaxProblem[]): number {
  const text = tokenOf(parent, name)
  problems.push(...checkText('number', name, text, unsignedInt))
  return text === undefined || text === '' ? Number.NaN : Number(text)
}

function truth(parent: Element, name: string, problems: SyntaxProblem[]): boolean {
  const text = tokenOf(parent, name)
  problems.push(...checkText('boolean', name, text, boolean))
  return text === '1' || text === 'true'
}

function empty(message: Element, problems: SyntaxProblem[]): Record<string, never> {
  problems.push(...sequenceProblems(message, []))
  return {}
}
