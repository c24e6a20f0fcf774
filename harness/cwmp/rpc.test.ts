import { describe, expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'
import { type AcsFaultCode, acsFaults, buildFault, readFault } from './fault.ts'
import { buildRequest, summaryOf } from './rpc-request.ts'
import { readResponse } from './rpc-response.ts'
import type { RpcMethod, Rpcs } from './rpcs.ts'

const cwmp = 'urn:dslforum-org:cwmp-1-2'

function messageOf(body: string) {
  const text =
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="${cwmp}" ` +
    'xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ' +
    `xmlns:x="http://www.w3.org/2001/XMLSchema"><s:Body>${body}</s:Body></s:Envelope>`
  return readEnvelope(Buffer.from(text)).message
}

function bodyOf<M extends RpcMethod>(method: M, args: Rpcs[M]['arguments']): string {
  const text = buildRequest(method, args, { cwmp, id: '1' })
  return text.slice(text.indexOf('<soap:Body>') + 11, text.indexOf('</soap:Body>'))
}

describe('requests', () => {
  test('GetParameterNames', () => {
    expect(bodyOf('GetParameterNames', { parameterPath: 'Device.', nextLevel: true })).toBe(
      '<cwmp:GetParameterNames><ParameterPath>Device.</ParameterPath><NextLevel>1</NextLevel></cwmp:GetParameterNames>',
    )
  })

  test('SetParameterValues escapes values and gives them types', () => {
    const parameters = [
      { name: 'A', value: '<&>' },
      { name: 'B', value: '1', type: 'boolean' },
    ]
    expect(bodyOf('SetParameterValues', { parameters, parameterKey: 'k' })).toBe(
      '<cwmp:SetParameterValues><ParameterList soapenc:arrayType="cwmp:ParameterValueStruct[2]">' +
        '<ParameterValueStruct><Name>A</Name><Value xsi:type="xsd:string">&lt;&amp;&gt;</Value></ParameterValueStruct>' +
        '<ParameterValueStruct><Name>B</Name><Value xsi:type="xsd:boolean">1</Value></ParameterValueStruct>' +
        '</ParameterList><ParameterKey>k</ParameterKey></cwmp:SetParameterValues>',
    )
  })

  test('SetParameterAttributes changes only what is given', () => {
    const body = bodyOf('SetParameterAttributes', { parameters: [{ name: 'A', notification: 2 }] })
    expect(body).toContain(
      '<NotificationChange>1</NotificationChange><Notification>2</Notification>' +
        '<AccessListChange>0</AccessListChange><AccessList soapenc:arrayType="xsd:string[0]"/>',
    )
  })

  test('Download has all its arguments in order', () => {
    const body = bodyOf('Download', { url: 'http://x/y' })
    expect([...body.matchAll(/<(\w+)[>/]/g)].map(match => match[1])).toEqual([
      'CommandKey',
      'FileType',
      'URL',
      'Username',
      'Password',
      'FileSize',
      'TargetFileName',
      'DelaySeconds',
      'SuccessURL',
      'FailureURL',
    ])
  })

  test('a summary names the first few subjects', () => {
    expect(summaryOf('GetParameterValues', { names: ['a', 'b', 'c', 'd'] })).toBe(
      'GetParameterValues a, b, c and 1 more',
    )
    expect(summaryOf('FactoryReset', {})).toBe('FactoryReset')
  })
})

describe('responses', () => {
  test('GetParameterNames', () => {
    const list =
      '<ParameterList e:arrayType="c:ParameterInfoStruct[1]"><ParameterInfoStruct><Name>A.</Name><Writable>true</Writable></ParameterInfoStruct></ParameterList>'
    const message = messageOf(`<c:GetParameterNamesResponse>${list}</c:GetParameterNamesResponse>`)
    expect(readResponse('GetParameterNames', message)).toEqual({
      result: { parameters: [{ name: 'A.', writable: true }] },
      problems: [],
    })
  })

  test('GetParameterAttributes', () => {
    const list =
      '<ParameterList e:arrayType="c:ParameterAttributeStruct[1]"><ParameterAttributeStruct><Name>A</Name><Notification>2</Notification>' +
      '<AccessList e:arrayType="x:string[1]"><string>Subscriber</string></AccessList></ParameterAttributeStruct></ParameterList>'
    const message = messageOf(`<c:GetParameterAttributesResponse>${list}</c:GetParameterAttributesResponse>`)
    expect(readResponse('GetParameterAttributes', message)).toEqual({
      result: { parameters: [{ name: 'A', notification: 2, accessList: ['Subscriber'] }] },
      problems: [],
    })
  })

  test('AddObject', () => {
    const body = '<InstanceNumber>3</InstanceNumber><Status>1</Status>'
    const message = messageOf(`<c:AddObjectResponse>${body}</c:AddObjectResponse>`)
    expect(readResponse('AddObject', message)).toEqual({ result: { instanceNumber: 3, status: 1 }, problems: [] })
  })

  test('what is missing or wrong is a problem', () => {
    const status = readResponse(
      'SetParameterValues',
      messageOf('<c:SetParameterValuesResponse><Status>2</Status></c:SetParameterValuesResponse>'),
    )
    expect([status.result.status, status.problems.map(problem => problem.code)]).toEqual([undefined, ['status']])
    const other = readResponse('GetParameterValues', messageOf('<c:RebootResponse/>'))
    expect(other.result).toEqual({ parameters: [] })
    expect(other.problems.map(problem => problem.code)).toEqual(['other-response', 'element-missing'])
  })
})

describe('faults', () => {
  test.each(Object.keys(acsFaults).map(Number) as AcsFaultCode[])('%i of the ACS can be read again', code => {
    const { id, message } = readEnvelope(Buffer.from(buildFault({ cwmp, id: 'x', code })))
    expect(id).toBe('x')
    expect(readFault(message)).toEqual({ code: String(code), text: acsFaults[code], parameterFaults: [] })
  })

  test('a SOAP fault without a CWMP fault keeps its own words', () => {
    const message = messageOf('<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>')
    expect(readFault(message)).toEqual({ code: 's:Server', text: 'no', parameterFaults: [] })
  })
})
