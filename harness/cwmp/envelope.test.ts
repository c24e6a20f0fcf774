import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildEnvelope } from './build-envelope.ts'
import { readEnvelope } from './envelope.ts'
import { MalformedEnvelope } from './malformed-envelope.ts'
import { cwmpNamespaces, namespaces } from './namespaces.ts'

const read = (text: string) => readEnvelope(Buffer.from(text))
const codes = (text: string) => read(text).problems.map(problem => problem.code)
const soap = `xmlns:s="${namespaces.soapEnvelope}"`

describe('an envelope', () => {
  test.each(cwmpNamespaces)('in %s, built and read', cwmp => {
    const text = buildEnvelope({ cwmp, id: 'a&b', holdRequests: false, body: { name: 'cwmp:Reboot' } })
    expect(text).toMatch(/^<soap:Envelope /)
    expect(text).not.toMatch(/>\s+</)
    expect(text).toContain('<cwmp:HoldRequests soap:mustUnderstand="1">0</cwmp:HoldRequests>')
    expect(read(text)).toMatchObject({ cwmp, id: 'a&b', method: 'Reboot' })
  })

  test('the CWMP namespace of a fault is in its detail', () => {
    const detail = '<detail><c:Fault xmlns:c="urn:dslforum-org:cwmp-1-2"><FaultCode>9000</FaultCode></c:Fault></detail>'
    const text = `<s:Envelope ${soap}><s:Body><s:Fault><faultcode>s:Client</faultcode>${detail}</s:Fault></s:Body></s:Envelope>`
    expect(read(text)).toMatchObject({ cwmp: 'urn:dslforum-org:cwmp-1-2', method: 'Fault', problems: [] })
  })

  test('default namespaces are as good as prefixes', () => {
    const text = `<Envelope xmlns="${namespaces.soapEnvelope}"><Body><Inform xmlns="${cwmpNamespaces[0]}"/></Body></Envelope>`
    expect(read(text)).toMatchObject({ cwmp: cwmpNamespaces[0], method: 'Inform', problems: [] })
  })

  test('what a device must not send is a problem, not an error', () => {
    const cwmp = `xmlns:c="${cwmpNamespaces[0]}"`
    const header = '<s:Header><c:ID>1</c:ID><c:HoldRequests s:mustUnderstand="1">1</c:HoldRequests></s:Header>'
    expect(codes(`<s:Envelope ${soap} ${cwmp}>${header}<s:Body><c:Inform/><c:Inform/></s:Body></s:Envelope>`)).toEqual([
      'hold-requests-from-device',
      'id-without-must-understand',
      'several-messages',
    ])
    expect(codes(`<s:Envelope ${soap}><s:Body><Inform/></s:Body></s:Envelope>`)).toEqual(['unknown-cwmp-namespace'])
  })

  test.each([
    ['another root', '<a/>', /not a SOAP 1.1 envelope but a/],
    ['SOAP 1.2', '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"/>', /not a SOAP 1.1 envelope/],
    ['no body', `<s:Envelope ${soap}/>`, /no Body/],
    ['an empty body', `<s:Envelope ${soap}><s:Body/></s:Envelope>`, /Body of the envelope is empty/],
  ])('%s is refused', (_, text, message) => {
    expect(() => read(text)).toThrow(message)
  })

  test('printable text comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), id => {
        const text = buildEnvelope({ cwmp: 'urn:dslforum-org:cwmp-1-0', id, body: { name: 'cwmp:Reboot' } })
        expect(idOrRefused(text)).toBe(id)
      }),
    )
  })

  test('any text in an envelope comes back, or the envelope is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), id => {
        const text = buildEnvelope({ cwmp: 'urn:dslforum-org:cwmp-1-0', id, body: { name: 'cwmp:Reboot' } })
        expect([id, 'refused']).toContain(idOrRefused(text))
      }),
    )
  })
})

function idOrRefused(text: string): string | undefined {
  try {
    return read(text).id
  } catch (error) {
    return error instanceof MalformedEnvelope ? 'refused' : String(error)
  }
}
