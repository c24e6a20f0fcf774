import type { Element } from '@xmldom/xmldom'
import { type Node, buildEnvelope, leaf } from './build-envelope.ts'
import { childNamed, elementsIn, localNameOf, tokenOf } from './dom.ts'

/** The fault codes of an ACS (TR-069 A.5.2), with their texts. */
export const acsFaults = {
  8000: 'Method not supported',
  8001: 'Request denied',
  8002: 'Internal error',
  8003: 'Invalid arguments',
  8004: 'Resources exceeded',
  8005: 'Retry request',
  8006: 'ACS version incompatible with CPE',
} as const

export type AcsFaultCode = keyof typeof acsFaults

/** One parameter that a SetParameterValues failed for. */
export interface ParameterFault {
  parameter: string
  code: string
  text: string
}

/** The device answered an RPC with a fault. */
export class CwmpFault extends Error {
  readonly code = 'CONNREQ_CWMP_FAULT'
  override readonly name = 'CwmpFault'
  readonly faultCode: string
  readonly faultText: string
  readonly parameterFaults: readonly ParameterFault[]

  constructor(method: string, fault: Fault) {
    const parameters = fault.parameterFaults.map(each => `${each.parameter}: ${each.code} ${each.text}`.trim())
    const details = parameters.length === 0 ? '' : ` (${parameters.join('; ')})`
    super(`The device answered ${method} with the fault ${fault.code} ${fault.text}${details}.`)
    this.faultCode = fault.code
    this.faultText = fault.text
    this.parameterFaults = fault.parameterFaults
  }
}

export interface Fault {
  /** As sent; empty when there was none. */
  code: string
  text: string
  parameterFaults: ParameterFault[]
}

/** Reads the CWMP fault in a SOAP fault; falls back to the SOAP fault itself where there is none. */
export function readFault(message: Element): Fault {
  const detail = elementsIn(message).find(child => localNameOf(child).toLowerCase() === 'detail')
  const cwmpFault = childNamed(detail, 'Fault')
  if (cwmpFault === undefined)
    return {
      code: tokenOf(message, 'faultcode') ?? '',
      text: tokenOf(message, 'faultstring') ?? '',
      parameterFaults: [],
    }
  return {
    code: tokenOf(cwmpFault, 'FaultCode') ?? '',
    text: tokenOf(cwmpFault, 'FaultString') ?? '',
    parameterFaults: elementsIn(cwmpFault)
      .filter(child => localNameOf(child) === 'SetParameterValuesFault')
      .map(each => ({
        parameter: tokenOf(each, 'ParameterName') ?? '',
        code: tokenOf(each, 'FaultCode') ?? '',
        text: tokenOf(each, 'FaultString') ?? '',
      })),
  }
}

/** A SOAP fault of the ACS. 8003 is the client's mistake, all others are the server's (TR-069 A.5.2). */
export function buildFault(parts: { cwmp: string; id?: string | undefined; code: AcsFaultCode }): string {
  const fault: Node = {
    name: 'cwmp:Fault',
    content: [leaf('FaultCode', parts.code), leaf('FaultString', acsFaults[parts.code])],
  }
  const body: Node = {
    name: 'soap:Fault',
    content: [
      leaf('faultcode', parts.code === 8003 ? 'soap:Client' : 'soap:Server'),
      leaf('faultstring', 'CWMP fault'),
      { name: 'detail', content: [fault] },
    ],
  }
  return buildEnvelope({ cwmp: parts.cwmp, id: parts.id, body })
}
