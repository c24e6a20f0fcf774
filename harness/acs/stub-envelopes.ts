/** Envelopes as a device might write them, for tests. */
export interface InformText {
  cwmp?: string
  soapPrefix?: string
  cwmpPrefix?: string
  id?: string
  oui?: string
  serialNumber?: string
  events?: string[]
  retryCount?: number
}

/** A sound Inform, with whatever prefixes. */
export function informText(options: InformText = {}): string {
  const { id = 'i-1', oui = '00D09E', serialNumber = 'S1', events = ['2 PERIODIC'], retryCount = 0 } = options
  const eventStructs = events.map(
    code => `<EventStruct><EventCode>${code}</EventCode><CommandKey></CommandKey></EventStruct>`,
  )
  const c = options.cwmpPrefix ?? 'cwmp'
  return envelopeText(
    `<${c}:Inform><DeviceId><Manufacturer>ACME</Manufacturer><OUI>${oui}</OUI><ProductClass>RG</ProductClass>` +
      `<SerialNumber>${serialNumber}</SerialNumber></DeviceId>` +
      `<Event soapenc:arrayType="${c}:EventStruct[${events.length}]">${eventStructs.join('')}</Event>` +
      '<MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2024-03-01T10:00:00+01:00</CurrentTime>' +
      `<RetryCount>${retryCount}</RetryCount>` +
      `<ParameterList soapenc:arrayType="${c}:ParameterValueStruct[1]"><ParameterValueStruct>` +
      '<Name>Device.ManagementServer.ConnectionRequestURL</Name>' +
      '<Value xsi:type="xsd:string">http://192.0.2.1:7547/x</Value></ParameterValueStruct></ParameterList>' +
      `</${c}:Inform>`,
    { ...options, id },
  )
}

/** An envelope around a body. */
export function envelopeText(body: string, options: InformText = {}): string {
  const { cwmp = 'urn:dslforum-org:cwmp-1-0', soapPrefix: s = 'soap', cwmpPrefix: c = 'cwmp', id } = options
  const header = id === undefined ? '' : `<${s}:Header><${c}:ID ${s}:mustUnderstand="1">${id}</${c}:ID></${s}:Header>`
  return (
    `<${s}:Envelope xmlns:${s}="http://schemas.xmlsoap.org/soap/envelope/" xmlns:${c}="${cwmp}" ` +
    'xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" ' +
    `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${header}<${s}:Body>${body}</${s}:Body></${s}:Envelope>`
  )
}

/** The ID header of an envelope of the ACS. */
export const idIn = (envelope: string): string => />([^<]*)<\/cwmp:ID>/.exec(envelope)?.[1] ?? ''
