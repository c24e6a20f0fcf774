import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { type Ingredients, mutated } from '../../harness/fuzzing/mutation.ts'
import { envelopeText, informText } from '../../harness/acs/stub-envelopes.ts'
import { readEnvelope } from '../../harness/cwmp/envelope.ts'
import { readFault } from '../../harness/cwmp/fault.ts'
import { readInform } from '../../harness/cwmp/inform.ts'
import { MalformedEnvelope } from '../../harness/cwmp/malformed-envelope.ts'
import { readResponse } from '../../harness/cwmp/rpc-response.ts'
import type { RpcMethod } from '../../harness/cwmp/rpcs.ts'

/** What is read of an envelope, and what is said against it, together has at most so many characters for each byte. */
const mostPerByte = 100
/** Sentences with their names, however short the envelope. */
const always = 20_000

const list = (name: string, type: string, items: string[]) =>
  `<${name} soapenc:arrayType="cwmp:${type}[${items.length}]">${items.join('')}</${name}>`
const struct = (type: string, fields: Record<string, string>) =>
  `<${type}>${Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</${type}>`
const response = (method: RpcMethod, content = '') =>
  envelopeText(`<cwmp:${method}Response>${content}</cwmp:${method}Response>`, { id: 'a-1' })

const fault = `<soap:Fault><faultcode>Client</faultcode><faultstring>CWMP fault</faultstring><detail><cwmp:Fault><FaultCode>9003</FaultCode><FaultString>Invalid arguments</FaultString>${struct(
  'SetParameterValuesFault',
  { ParameterName: 'Device.X', FaultCode: '9007', FaultString: 'Invalid value' },
)}</cwmp:Fault></detail></soap:Fault>`

const responses: Record<RpcMethod, string> = {
  GetRPCMethods: list('MethodList', 'string', ['<string>Inform</string>', '<string>Reboot</string>']),
  GetParameterNames: list('ParameterList', 'ParameterInfoStruct', [
    struct('ParameterInfoStruct', { Name: 'Device.', Writable: '0' }),
  ]),
  GetParameterValues: list('ParameterList', 'ParameterValueStruct', [
    '<ParameterValueStruct><Name>Device.X</Name><Value xsi:type="xsd:string">&lt;&#233;&gt;</Value></ParameterValueStruct>',
  ]),
  SetParameterValues: '<Status>1</Status>',
  GetParameterAttributes: list('ParameterList', 'ParameterAttributeStruct', [
    struct('ParameterAttributeStruct', {
      Name: 'Device.X',
      Notification: '2',
      AccessList: '<string>Subscriber</string>',
    }),
  ]),
  SetParameterAttributes: '',
  AddObject: '<InstanceNumber>1</InstanceNumber><Status>0</Status>',
  DeleteObject: '<Status>0</Status>',
  Download:
    '<Status>0</Status><StartTime>0001-01-01T00:00:00Z</StartTime><CompleteTime>0001-01-01T00:00:00Z</CompleteTime>',
  Reboot: '',
  FactoryReset: '',
  ScheduleInform: '',
}
const methods = Object.keys(responses) as RpcMethod[]

const ingredients: Ingredients = {
  samples: [
    Buffer.from(informText()),
    Buffer.from(`\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->${informText({ soapPrefix: 'SOAP-ENV' })}`),
    Buffer.from(
      informText({ cwmp: 'urn:dslforum-org:cwmp-1-2', cwmpPrefix: 'c', events: ['0 BOOTSTRAP', 'M Reboot'] }),
    ),
    Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${informText({ serialNumber: '\u00e9' })}`, 'latin1'),
    Buffer.from(envelopeText(fault, { id: 'f' })),
    Buffer.from(envelopeText('<cwmp:TransferComplete><CommandKey/></cwmp:TransferComplete>')),
    ...methods.map(method => Buffer.from(response(method, responses[method]))),
  ],
  tokens: [
    '<',
    '>',
    '/>',
    '</',
    '&',
    ';',
    '"',
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    '<!ENTITY x SYSTEM "file:///etc/passwd">',
    '&b;',
    '&#0;',
    '&#x110000;',
    '&#xd800;',
    ']]>',
    '<![CDATA[',
    '<!--',
    '-->',
    '<?x',
    '?>',
    '<a>',
    '<a b="',
    ' xmlns=""',
    ' xmlns:soap="urn:x"',
    ' xmlns:xml="urn:x"',
    ' xsi:nil="1"',
    ' href="#1"',
    ' id="1"',
    ' soapenc:arrayType="cwmp:EventStruct[-1]"',
    ' soapenc:arrayType="xsd:string[99999999999999999999]"',
    ' soapenc:arrayType="[[[[,]"',
    '<__proto__/>',
    '<constructor>1</constructor>',
    '<EventStruct/>',
    '<ParameterValueStruct><Name/><Value/></ParameterValueStruct>',
    '<DeviceId/>',
    'NaN',
    '-1',
    'Infinity',
    '9'.repeat(400),
    "encoding='UTF-16'",
    "encoding='x-user-defined'",
    '\u2028',
    '\uffff',
    '\r\n',
    '\0',
  ],
}

/** What devices send as SOAP. Nothing but `MalformedEnvelope` may come of it. */
export const soap: FuzzTarget = {
  name: 'soap',
  inputs: 'envelopes',
  count: 15_000,
  async open() {
    return {
      make: random => mutated(random, ingredients),
      feed: readAll,
      async [Symbol.asyncDispose]() {},
    }
  },
}

const longestSentence = 1000

/** What is read of it, or the sentence that says why nothing is. */
function envelopeOf(input: Buffer): ReturnType<typeof readEnvelope> | string {
  try {
    return readEnvelope(input)
  } catch (error) {
    if (error instanceof MalformedEnvelope) return error.message
    throw error
  }
}

function readAll(input: Buffer): void {
  const envelope = envelopeOf(input)
  if (typeof envelope === 'string') {
    if (envelope.length > longestSentence) throw new Error(`The sentence has ${envelope.length} characters.`)
    return
  }
  // Whatever it calls itself, somebody may wait for something else.
  const { message, ...rest } = envelope
  const read = [rest, readInform(message), readFault(message), ...methods.map(method => readResponse(method, message))]
  for (const each of read) {
    const { length } = JSON.stringify(each)
    if (length > always + mostPerByte * input.length)
      throw new Error(`${input.length} bytes of envelope became ${length} characters.`)
  }
}
