import { envelopeText } from '../../../harness/acs/stub-envelopes.ts'

/** The parameters that TR-181 forces into every Inform, and what a router of today adds. */
const parameters: readonly [name: string, type: string, value: string][] = [
  ['Device.RootDataModelVersion', 'xsd:string', '2.15'],
  ['Device.DeviceInfo.HardwareVersion', 'xsd:string', '1.0'],
  ['Device.DeviceInfo.SoftwareVersion', 'xsd:string', '1.2.3'],
  ['Device.DeviceInfo.ProvisioningCode', 'xsd:string', ''],
  ['Device.ManagementServer.ParameterKey', 'xsd:string', 'connreq-01020304'],
  ['Device.ManagementServer.ConnectionRequestURL', 'xsd:string', 'http://127.0.0.1:30005/ab12cd34'],
  ['Device.ManagementServer.AliasBasedAddressing', 'xsd:boolean', 'false'],
  ['Device.IP.Interface.1.IPv4Address.1.IPAddress', 'xsd:string', '127.0.0.1'],
]

/** An Inform as routers send it, of that device. */
export function ordinaryInform(serialNumber: string): string {
  const values = parameters.map(
    ([name, type, value]) =>
      `<ParameterValueStruct><Name>${name}</Name><Value xsi:type="${type}">${value}</Value></ParameterValueStruct>`,
  )
  return envelopeText(
    '<cwmp:Inform><DeviceId><Manufacturer>ACME</Manufacturer><OUI>00D09E</OUI><ProductClass>RG-500</ProductClass>' +
      `<SerialNumber>${serialNumber}</SerialNumber></DeviceId>` +
      '<Event soapenc:arrayType="cwmp:EventStruct[1]"><EventStruct><EventCode>2 PERIODIC</EventCode>' +
      '<CommandKey></CommandKey></EventStruct></Event>' +
      '<MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2026-11-01T10:00:00Z</CurrentTime><RetryCount>0</RetryCount>' +
      `<ParameterList soapenc:arrayType="cwmp:ParameterValueStruct[${parameters.length}]">${values.join('')}` +
      '</ParameterList></cwmp:Inform>',
    { id: '1' },
  )
}
