import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEnvelope } from './envelope.ts'
import { readInform } from './inform.ts'

const cwmp = 'urn:dslforum-org:cwmp-1-2'
const sound = {
  DeviceId:
    '<DeviceId><Manufacturer>ACME</Manufacturer><OUI>00D09E</OUI><ProductClass></ProductClass><SerialNumber>S</SerialNumber></DeviceId>',
  Event:
    '<Event e:arrayType="c:EventStruct[1]"><EventStruct><EventCode>1 BOOT</EventCode><CommandKey/></EventStruct></Event>',
  MaxEnvelopes: '<MaxEnvelopes>1</MaxEnvelopes>',
  CurrentTime: '<CurrentTime>2024-03-01T10:00:00+01:00</CurrentTime>',
  RetryCount: '<RetryCount>0</RetryCount>',
  ParameterList:
    '<ParameterList e:arrayType="c:ParameterValueStruct[1]"><ParameterValueStruct><Name>A.B</Name><Value i:type="x:string"> v </Value></ParameterValueStruct></ParameterList>',
}

function read(parts: Record<string, string> = {}) {
  const body = Object.values({ ...sound, ...parts }).join('')
  const text =
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:c="${cwmp}" ` +
    'xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ' +
    `xmlns:x="http://www.w3.org/2001/XMLSchema"><s:Body><c:Inform>${body}</c:Inform></s:Body></s:Envelope>`
  const { inform, problems } = readInform(readEnvelope(Buffer.from(text)).message)
  return { inform, codes: problems.map(problem => problem.code) }
}

describe('an Inform', () => {
  test('is read without any judgement', () => {
    expect(read()).toEqual({
      inform: {
        deviceId: { manufacturer: 'ACME', oui: '00D09E', productClass: '', serialNumber: 'S' },
        events: [{ eventCode: '1 BOOT', commandKey: '' }],
        maxEnvelopes: '1',
        currentTime: '2024-03-01T10:00:00+01:00',
        retryCount: '0',
        parameters: [{ name: 'A.B', value: ' v ', type: 'string' }],
      },
      codes: [],
    })
  })

  test.each(Object.keys(sound))('lacks %s', name => {
    expect(read({ [name]: '' }).codes).toEqual(['element-missing'])
  })

  const event = (code: string) => `<EventStruct><EventCode>${code}</EventCode><CommandKey/></EventStruct>`
  test.each([
    ['a lower-case OUI', { DeviceId: sound.DeviceId.replace('00D09E', '00d09e') }, ['oui']],
    ['a long serial number', { DeviceId: sound.DeviceId.replace('>S<', `>${'S'.repeat(65)}<`) }, ['serial-number']],
    ['no ProductClass', { DeviceId: sound.DeviceId.replace('<ProductClass></ProductClass>', '') }, ['element-missing']],
    ['no events at all', { Event: '<Event e:arrayType="c:EventStruct[0]"/>' }, []],
    ['a wrong count of events', { Event: sound.Event.replace('[1]', '[2]') }, ['array-count']],
    ['a wrong item type', { Event: sound.Event.replace('c:EventStruct', 'c:Event') }, ['array-type-name']],
    ['no arrayType', { Event: `<Event>${event('1 BOOT')}</Event>` }, ['array-type-missing']],
    ['a broken arrayType', { Event: sound.Event.replace('[1]', '') }, ['array-type-syntax']],
    ['items of another name', { Event: '<Event e:arrayType="c:EventStruct[1]"><Item/></Event>' }, ['array-item-name']],
    ['no CommandKey', { Event: sound.Event.replace('<CommandKey/>', '') }, ['command-key-missing']],
    [
      'no EventCode',
      { Event: sound.Event.replace(/<EventCode>.*<\/EventCode>/, '') },
      ['element-missing', 'event-code'],
    ],
    [
      'a single event twice',
      { Event: `<Event e:arrayType="c:EventStruct[2]">${event('1 BOOT')}${event('1 BOOT')}</Event>` },
      ['single-event-repeated'],
    ],
    ['MaxEnvelopes that is no number', { MaxEnvelopes: '<MaxEnvelopes>one</MaxEnvelopes>' }, ['max-envelopes']],
    ['a time that is none', { CurrentTime: '<CurrentTime>yesterday</CurrentTime>' }, ['current-time']],
    [
      'a time without offset, which the schema allows',
      { CurrentTime: '<CurrentTime>2024-03-01T10:00:00</CurrentTime>' },
      [],
    ],
    ['a negative RetryCount', { RetryCount: '<RetryCount>-1</RetryCount>' }, ['retry-count']],
    [
      'a parameter without value',
      { ParameterList: sound.ParameterList.replace(/<Value.*<\/Value>/, '') },
      ['element-missing'],
    ],
    ['a stranger', { RetryCount: '<RetryCount>0</RetryCount><Extra/>' }, ['element-unknown']],
    ['a qualified child', { RetryCount: '<c:RetryCount>0</c:RetryCount>' }, ['element-qualified']],
    [
      'another order',
      { RetryCount: '', MaxEnvelopes: '<RetryCount>0</RetryCount><MaxEnvelopes>1</MaxEnvelopes>' },
      ['element-order'],
    ],
    ['an element twice', { RetryCount: '<RetryCount>0</RetryCount><RetryCount>0</RetryCount>' }, ['element-repeated']],
  ])('with %s', (_, parts, codes) => {
    expect(read(parts).codes).toEqual(codes)
  })

  test('is read however it is torn apart', () => {
    const pieces = Object.values(sound).flatMap(text => [
      text,
      text.replace(/<(\w+)[^>]*>/, '<$1>'),
      '<EventStruct/>',
      'x',
    ])
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), parts => {
        const { inform } = read({
          ...Object.fromEntries(Object.keys(sound).map(name => [name, ''])),
          all: parts.join(''),
        })
        expect(inform.events.every(each => typeof each.eventCode === 'string')).toBe(true)
      }),
    )
  })
})
