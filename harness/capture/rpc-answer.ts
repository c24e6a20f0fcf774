import type { Envelope } from '../cwmp/envelope.ts'
import { readFault } from '../cwmp/fault.ts'
import { readResponse } from '../cwmp/rpc-response.ts'
import type { RpcMethod } from '../cwmp/rpcs.ts'
import type { EntryOf, SyntaxProblem } from '../timeline/entry.ts'
import { copied } from './copied.ts'

/** What a device answered to an RPC of the ACS, in the form in which our own ACS writes it down. */
export function readRpcAnswer(
  rpc: { id: string; method: string },
  envelope: Envelope,
): Pick<EntryOf<'rpc-answered'>, 'fault' | 'result' | 'problems'> {
  const problems = [...envelope.problems, ...idProblems(rpc.id, envelope.id)]
  if (envelope.method === 'Fault') {
    const { code, text } = readFault(envelope.message)
    return copied({ fault: { code, text }, problems })
  }
  if (!isKnown(rpc.method)) return copied({ problems })
  const response = readResponse(rpc.method, envelope.message)
  return copied({ result: response.result, problems: [...problems, ...response.problems] })
}

/** The methods whose responses are read. */
const knownMethods: readonly RpcMethod[] = [
  'GetRPCMethods',
  'GetParameterNames',
  'GetParameterValues',
  'SetParameterValues',
  'GetParameterAttributes',
  'SetParameterAttributes',
  'AddObject',
  'DeleteObject',
  'Download',
  'Reboot',
  'FactoryReset',
  'ScheduleInform',
]
const isKnown = (method: string): method is RpcMethod => (knownMethods as readonly string[]).includes(method)

function idProblems(sent: string, received: string | undefined): SyntaxProblem[] {
  if (received === sent) return []
  const text = received === undefined ? 'has no ID header' : `has the ID "${received}"`
  return [{ code: 'other-id', text: `The answer to the request with the ID "${sent}" ${text}.` }]
}
