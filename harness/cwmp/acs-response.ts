import { type Node, buildEnvelope, leaf, soapArray } from './build-envelope.ts'

interface Header {
  cwmp: string
  /** The ID of the device's request. */
  id?: string | undefined
  holdRequests?: boolean | undefined
}

/** The InformResponse: MaxEnvelopes is always 1 (TR-069 A.3.3.1). */
export const buildInformResponse = (header: Header): string =>
  buildEnvelope({ ...header, body: { name: 'cwmp:InformResponse', content: [leaf('MaxEnvelopes', 1)] } })

const emptyResponses = [
  'TransferComplete',
  'AutonomousTransferComplete',
  'RequestDownload',
  'DUStateChangeComplete',
  'AutonomousDUStateChangeComplete',
]

/** The methods a device may call on the ACS (TR-069 A.3.1, A.3.3, A.4.2). */
export const acsMethods: readonly string[] = ['GetRPCMethods', 'Inform', ...emptyResponses, 'Kicked']

/**
 * The response to a device's own request, other than Inform; `undefined` for a method the ACS does not have.
 * @param nextUrl where a Kicked device is sent
 */
export function buildAcsResponse(method: string, header: Header, nextUrl: string): string | undefined {
  const content = contentOf(method, nextUrl)
  return content && buildEnvelope({ ...header, body: { name: `cwmp:${method}Response`, content } })
}

function contentOf(method: string, nextUrl: string): Node[] | undefined {
  if (emptyResponses.includes(method)) return []
  if (method === 'Kicked') return [leaf('NextURL', nextUrl)]
  if (method !== 'GetRPCMethods') return undefined
  return [
    soapArray(
      'MethodList',
      'xsd:string',
      acsMethods.map(name => leaf('string', name)),
    ),
  ]
}
