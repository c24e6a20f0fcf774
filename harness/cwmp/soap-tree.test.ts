import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { envelopeIn, readEnvelope, readStrictly } from './envelope.ts'
import { readInform } from './inform.ts'
import { readSoapTree } from './soap-tree.ts'

const inform = `<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:c="urn:dslforum-org:cwmp-1-2">
<s:Header><c:ID s:mustUnderstand="1">17</c:ID></s:Header><s:Body><c:Inform>
<DeviceId><Manufacturer>Example &amp; Söhne</Manufacturer><OUI>0A0B0C</OUI><ProductClass><![CDATA[<CPE>]]></ProductClass><SerialNumber>1</SerialNumber></DeviceId>
<Event e:arrayType="c:EventStruct[1]"><EventStruct><EventCode>6 CONNECTION REQUEST</EventCode><CommandKey/></EventStruct></Event>
<MaxEnvelopes>1</MaxEnvelopes><CurrentTime>2026-11-22T15:34:16Z</CurrentTime><RetryCount>0</RetryCount>
<ParameterList e:arrayType="c:ParameterValueStruct[1]"><ParameterValueStruct><Name>Device.X</Name><Value xsi:type="xsd:string"> a&#x20;b </Value></ParameterValueStruct></ParameterList>
</c:Inform></s:Body></s:Envelope>`

/** What CWMP reads of a document by either way, or that it is refused. */
function readBy(read: (bytes: Buffer) => ReturnType<typeof readEnvelope>, bytes: Buffer): unknown {
  try {
    const { message, ...envelope } = read(bytes)
    return { ...envelope, read: readInform(message) }
  } catch {
    return 'refused'
  }
}

describe('the quick reading of SOAP', () => {
  test('gives what the whole document object model gives', () => {
    const root = readSoapTree(Buffer.from(inform))
    expect(root).toBeDefined()
    expect(readBy(() => envelopeIn(root ?? null), Buffer.from(inform))).toEqual(
      readBy(readStrictly, Buffer.from(inform)),
    )
  })

  test('is as strict: what is damaged is refused by both, or read alike', () => {
    const change = fc.tuple(
      fc.nat({ max: inform.length }),
      fc.nat({ max: 6 }),
      fc.constantFrom('', '<', '>', '&', '"', '/', 'é', '\0', ' ', 'x', '</'),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), changes => {
        let text = inform
        for (const [at, gone, put] of changes) text = text.slice(0, at) + put + text.slice(at + gone)
        const bytes = Buffer.from(text)
        expect(readBy(readEnvelope, bytes)).toEqual(readBy(readStrictly, bytes))
      }),
      { numRuns: 400 },
    )
  })

  test('leaves documents to the strict one that it does not know', () => {
    const latin1 = Buffer.from(inform.replace('UTF-8', 'ISO-8859-1'), 'latin1')
    expect(readSoapTree(latin1)).toBeUndefined()
    expect(readEnvelope(latin1).method).toBe('Inform')
    expect(readSoapTree(Buffer.from(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))).toBeUndefined()
    expect(readSoapTree(Buffer.from('<a>'.repeat(1000)))).toBeUndefined()
  })
})
