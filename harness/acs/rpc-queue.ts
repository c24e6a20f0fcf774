import type { Element } from '@xmldom/xmldom'
import { CwmpFault, type Fault, readFault } from '../cwmp/fault.ts'
import { buildRequest, summaryOf } from '../cwmp/rpc-request.ts'
import { readResponse } from '../cwmp/rpc-response.ts'
import type { RpcMethod, Rpcs } from '../cwmp/rpcs.ts'
import type { SyntaxProblem } from '../timeline/entry.ts'
import { defer } from './deferred.ts'

/** What became of an RPC, for the timeline. */
export interface RpcOutcome {
  id: string
  method: string
  fault?: { code: string; text: string }
  result?: unknown
  problems: SyntaxProblem[]
}

/** An RPC that waits to be sent, or for its answer. */
export interface PendingRpc {
  readonly id: string
  readonly method: string
  readonly summary: string
  readonly arguments: unknown
  envelope(header: { cwmp: string; holdRequests: boolean | undefined }): string
  /** Settles the caller's promise by the device's answer. */
  settle(answer: { id?: string; method: string; message: Element; problems: SyntaxProblem[] }): RpcOutcome
  reject(error: Error): void
}

/** An RPC and the promise of its result. */
export function createRpc<M extends RpcMethod>(
  id: string,
  method: M,
  args: Rpcs[M]['arguments'],
): { rpc: PendingRpc; result: Promise<Rpcs[M]['result']> } {
  const outcome = defer<Rpcs[M]['result']>()
  const rpc: PendingRpc = {
    id,
    method,
    summary: summaryOf(method, args),
    arguments: args,
    envelope: header => buildRequest(method, args, { ...header, id }),
    settle(answer) {
      const problems = [...answer.problems, ...idProblems(id, answer.id)]
      if (answer.method === 'Fault') {
        const fault: Fault = readFault(answer.message)
        outcome.reject(new CwmpFault(method, fault))
        return { id, method, fault: { code: fault.code, text: fault.text }, problems }
      }
      const response = readResponse(method, answer.message)
      outcome.resolve(response.result)
      return { id, method, result: response.result, problems: [...problems, ...response.problems] }
    },
    reject: error => outcome.reject(error),
  }
  return { rpc, result: outcome.promise }
}

function idProblems(sent: string, received: string | undefined): SyntaxProblem[] {
  if (received === sent) return []
  const text = received === undefined ? 'has no ID header' : `has the ID "${received}"`
  return [{ code: 'other-id', text: `The answer to the request with the ID "${sent}" ${text}.` }]
}
