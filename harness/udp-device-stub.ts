import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { callAcs } from './acs/device-stub.ts'
import { envelopeText, idIn } from './acs/stub-envelopes.ts'
import type { Clock } from './clock/clock.ts'

const managementServer = 'Device.ManagementServer.'
const readOnly = ['UDPConnectionRequestAddress', 'NATDetected']
const requestBinding = Buffer.from('c001001464736c666f72756d2e6f72672f54522d31313120', 'hex')

/** A device that can be asked to call by UDP only, for tests: its parameters of ManagementServer, and what it sends. */
export interface UdpDeviceStub {
  readonly parameters: Map<string, string>
  readonly port: number
  /** What arrived on its UDP port and is no STUN message. */
  readonly requests: string[]
  /** One session; after it a Binding Request goes out where STUN is switched on. */
  call(event: string): Promise<void>
}

/**
 * Opens such a device on the loopback. It calls for every request with a new `id`, whoever signed it.
 * @returns it, and how to close it
 */
export async function openUdpDeviceStub(
  clock: Clock,
  options: { acsUrl: string; parameters?: Record<string, string> },
): Promise<UdpDeviceStub & { close(): void }> {
  const socket = clock.watchDatagrams(createSocket('udp4'))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  const requests: string[] = []
  const parameters = new Map(
    Object.entries({
      ...{ STUNEnable: '0', STUNServerAddress: '', STUNServerPort: '3478', STUNUsername: '', STUNPassword: '' },
      ...{ STUNMaximumKeepAlivePeriod: '-1', STUNMinimumKeepAlivePeriod: '0', NATDetected: '0' },
      ...{ UDPConnectionRequestAddress: `127.0.0.1:${port}`, ...options.parameters },
    }),
  )

  const bind = () => {
    const header = Buffer.alloc(20, 7)
    header.writeUInt16BE(0x0001, 0)
    header.writeUInt16BE(requestBinding.length, 2)
    const server = [Number(parameters.get('STUNServerPort')), parameters.get('STUNServerAddress')] as const
    socket.send(Buffer.concat([header, requestBinding]), ...server)
  }

  const call = async (event: string) => {
    const connection = await callAcs(clock, Number(new URL(options.acsUrl).port))
    const { cookies } = await connection.post(informWith(event))
    let answer = await connection.post('', { Cookie: cookies })
    while (answer.body !== '') answer = await connection.post(responseTo(answer.body, parameters), { Cookie: cookies })
    connection.close()
    if (parameters.get('STUNEnable') === '1') bind()
  }

  socket.on('message', datagram => {
    if ((datagram[0] ?? 0) < 2) return
    const text = datagram.toString()
    const isCopy = requests.includes(text)
    requests.push(text)
    // The session may still be open when the bench closes.
    if (!isCopy) void clock.sleep(300).then(() => call('6 CONNECTION REQUEST').catch(() => undefined))
  })
  let open = true
  const close = () => {
    if (open) socket.close()
    open = false
  }
  return { parameters, port, requests, call, close }
}

/** An Inform that tells of no ConnectionRequestURL. */
const informWith = (event: string) =>
  envelopeText(
    '<cwmp:Inform><DeviceId><Manufacturer>ACME</Manufacturer><OUI>00D09E</OUI><ProductClass>RG</ProductClass>' +
      '<SerialNumber>S1</SerialNumber></DeviceId><Event soapenc:arrayType="cwmp:EventStruct[1]">' +
      `<EventStruct><EventCode>${event}</EventCode><CommandKey></CommandKey></EventStruct></Event>` +
      '<MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2024-03-01T10:00:00+01:00</CurrentTime><RetryCount>0</RetryCount>' +
      '<ParameterList soapenc:arrayType="cwmp:ParameterValueStruct[0]"></ParameterList></cwmp:Inform>',
    { id: 'i-1' },
  )

/** The answer to an RPC; a fault to those that it does not have. */
function responseTo(request: string, parameters: Map<string, string>): string {
  const [, method = ''] = /<soap[^>]*:Body>\s*<cwmp:(\w+)/i.exec(request) ?? []
  return envelopeText(responseBody(method, request, parameters), { id: idIn(request) })
}

function responseBody(method: string, request: string, parameters: Map<string, string>): string {
  const asked = [...request.matchAll(/>(Device\.[^<]*)</g)].map(([, name = '']) => name)
  const found = [...parameters].filter(([name]) =>
    asked.some(path => (path.endsWith('.') ? managementServer.startsWith(path) : path === managementServer + name)),
  )
  if (method === 'GetParameterNames')
    return listResponse(
      ...[method, 'ParameterInfoStruct'],
      found.map(
        ([name]) => `<Name>${managementServer}${name}</Name><Writable>${readOnly.includes(name) ? 0 : 1}</Writable>`,
      ),
    )
  if (method === 'GetParameterValues' && found.length > 0)
    return listResponse(
      ...[method, 'ParameterValueStruct'],
      found.map(
        ([name, value]) => `<Name>${managementServer}${name}</Name><Value xsi:type="xsd:string">${value}</Value>`,
      ),
    )
  if (method !== 'SetParameterValues')
    return (
      '<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault>' +
      '<FaultCode>9000</FaultCode><FaultString>Method not supported</FaultString></cwmp:Fault></detail></soap:Fault>'
    )
  for (const [, name = '', value = ''] of request.matchAll(/<Name>([^<]*)<\/Name>\s*<Value[^>]*?(?:\/>|>([^<]*)<)/g))
    parameters.set(name.replace(managementServer, ''), value)
  return `<cwmp:${method}Response><Status>0</Status></cwmp:${method}Response>`
}

const listResponse = (method: string, struct: string, items: string[]) =>
  `<cwmp:${method}Response><ParameterList soapenc:arrayType="cwmp:${struct}[${items.length}]">` +
  items.map(item => `<${struct}>${item}</${struct}>`).join('') +
  `</ParameterList></cwmp:${method}Response>`
