import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { ordinaryLimits } from './stream-limits.ts'
import { type StreamItem, StreamReader } from './stream-reader.ts'
import { childElements, textOf } from './xml/xml-element.ts'

const header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='xmpp.test'>"

function read(chunks: (string | Uint8Array)[], { elementBytes = 1000, depth = 8, attributes = 4 } = {}): StreamItem[] {
  const reader = new StreamReader({ ...ordinaryLimits, depth, attributes }, elementBytes)
  const items: StreamItem[] = []
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk))
    for (let item = reader.next(); item !== undefined; item = reader.next()) items.push(item)
  }
  return items
}

const conditionOf = (...chunks: (string | Uint8Array)[]) => {
  const last = read(chunks).at(-1)
  return last?.kind === 'problem' ? last.problem.condition : last?.kind
}

const conversation = Buffer.from(
  `<?xml version='1.0'?>${header}\n<iq id='ä' type='get'><query xmlns='urn:x'>🙂 &amp; &#x41;<![CDATA[<not>]]></query></iq> <presence/>
   <message><body>a > b</body></message><x:a xmlns:x='urn:y' x:b="1 &quot;"/></stream:stream >`,
)

test('the items of a stream, with their text as it came', () => {
  const items = read([conversation])
  expect(items.map(item => item.kind)).toEqual(['header', 'element', 'element', 'element', 'element', 'end'])
  expect(items[0]).toMatchObject({ raw: `<?xml version='1.0'?>${header}` })
  expect(items[1]).toMatchObject({
    raw: "<iq id='ä' type='get'><query xmlns='urn:x'>🙂 &amp; &#x41;<![CDATA[<not>]]></query></iq>",
    element: { name: 'iq', namespace: 'jabber:client', attributes: { id: 'ä', type: 'get' } },
  })
  const [query] = items[1]?.kind === 'element' ? childElements(items[1].element) : []
  expect(query && textOf(query)).toBe('🙂 & A<not>')
  expect(items[4]).toMatchObject({ element: { name: 'a', prefix: 'x', namespace: 'urn:y', prefixes: { x: 'urn:y' } } })
})

test('however the bytes are cut, the items are the same', () => {
  const whole = read([conversation])
  const merge = (items: StreamItem[]) => items.filter(item => item.kind !== 'whitespace')
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: conversation.length - 1 }), { maxLength: 40 }), cuts => {
      const edges = [0, ...[...new Set(cuts)].sort((a, b) => a - b), conversation.length]
      const chunks = edges.slice(1).map((edge, index) => conversation.subarray(edges[index], edge))
      expect(JSON.stringify(merge(read(chunks)))).toBe(JSON.stringify(whole))
    }),
  )
  const bytes = [...conversation].map(byte => Uint8Array.of(byte))
  expect(JSON.stringify(merge(read(bytes)))).toBe(JSON.stringify(whole))
})

test('white space that comes by itself is a keep-alive; around elements it is nothing', () => {
  const kinds = read([header, ' ', '\n\n', '<presence/>\n', ' <presence/>']).map(item => item.kind)
  expect(kinds).toEqual(['header', 'whitespace', 'whitespace', 'element', 'whitespace', 'element'])
})

test('a restart reads on with what has come already', () => {
  const reader = new StreamReader(ordinaryLimits, 1000)
  reader.push(Buffer.from(`${header}<auth/>\n${header}<iq/>`))
  expect(reader.next()).toMatchObject({ kind: 'header' })
  expect(reader.next()).toMatchObject({ kind: 'element', raw: '<auth/>' })
  reader.restart()
  expect(reader.hasUnread).toBe(true)
  expect(reader.next()).toMatchObject({ kind: 'header', raw: header })
  expect(reader.next()).toMatchObject({ kind: 'element', raw: '<iq/>' })
  expect(reader.hasUnread).toBe(false)
})

test.each([
  ['an end tag too early', [header, '<iq></presence>'], 'not-well-formed'],
  ['an unknown prefix', [header, '<x:iq/>'], 'not-well-formed'],
  ['an attribute twice', [header, "<iq a='1' a='2'/>"], 'not-well-formed'],
  ['an unquoted attribute', [header, '<iq a=1/>'], 'not-well-formed'],
  ['the end of another element', [header, '</iq>'], 'not-well-formed'],
  ['a control character', [header, '<iq>\u0001</iq>'], 'not-well-formed'],
  ['a character reference that is none', [header, '<iq>&#0;</iq>'], 'not-well-formed'],
  ['something else than a stream', ['GET / HTTP/1.1\r\n'], 'not-well-formed'],
  ['an XML declaration later on', [header, "<?xml version='1.0'?><iq/>"], 'not-well-formed'],
  ['bytes that are no UTF-8', [header, Buffer.from('<iq>\xff</iq>', 'latin1')], 'not-well-formed'],
  ['an overlong character', [header, Uint8Array.of(0x3c, 0xc0, 0xaf)], 'not-well-formed'],
  ['a surrogate', [header, '<iq>', Uint8Array.of(0xed, 0xa0, 0x80), '</iq>'], 'not-well-formed'],
  ['UTF-16', [Buffer.from(`\ufeff${header}`, 'utf16le')], 'not-well-formed'],
  ['another encoding', [`<?xml version='1.0' encoding='ISO-8859-1'?>${header}`], 'unsupported-encoding'],
  ['text between elements', [header, 'hello'], 'invalid-xml'],
  ['a comment', [header, '<!-- hello -->'], 'restricted-xml'],
  ['a comment within an element', [header, '<iq><!-- hello --></iq>'], 'restricted-xml'],
  ['a processing instruction', [header, '<?php hello ?>'], 'restricted-xml'],
  ['a DTD before the stream', ["<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a 'b'>]>"], 'restricted-xml'],
  ['a DTD within the stream', [header, "<!DOCTYPE s [<!ENTITY a 'b'>]>"], 'restricted-xml'],
  ['a DTD within an element', [header, "<iq><!DOCTYPE s [<!ENTITY a 'b'>]></iq>"], 'restricted-xml'],
  ['an entity', [header, '<iq>&lol;</iq>'], 'restricted-xml'],
  ['a long element', [header, `<iq>${'x'.repeat(2000)}</iq>`], 'policy-violation'],
  [
    'a long element without an end',
    [header, '<iq>', ...Array.from({ length: 20 }, () => 'x'.repeat(100))],
    'policy-violation',
  ],
  ['a long name', [header, `<${'x'.repeat(2000)}`], 'policy-violation'],
  ['a long header', [`<stream:stream a='${'x'.repeat(2000)}`], 'policy-violation'],
  ['deep nesting', [header, '<a>'.repeat(9)], 'policy-violation'],
  ['many attributes', [header, "<a b='' c='' d='' e='' f=''/>"], 'policy-violation'],
])('%s', (_, chunks, condition) => {
  expect(conditionOf(...chunks)).toBe(condition)
})

test('what came before the fault is read, and nothing after it', () => {
  expect(read([`${header}<a/><b/><c></d><e/>`, '<f/>']).map(item => item.kind)).toEqual([
    'header',
    'element',
    'element',
    'problem',
  ])
  const broken = Buffer.concat([Buffer.from(`${header}<a/><b/>`), Uint8Array.of(0xff), Buffer.from('<c/>')])
  expect(read([broken]).map(item => item.kind)).toEqual(['header', 'element', 'element', 'problem'])
})

test('exactly as long, deep and rich as allowed', () => {
  const long = `<iq>${'x'.repeat(1000 - '<iq></iq>'.length)}</iq>`
  const deep = `${'<a>'.repeat(8)}${'</a>'.repeat(8)}`
  const rich = "<a b='' c='' d='' e=''/>"
  expect(read([header, long, deep, rich]).map(item => item.kind)).toEqual(['header', 'element', 'element', 'element'])
})

describe('the time to read grows with the length only', () => {
  const clock = createRealClock()
  const shortest = ordinaryLimits.unauthenticatedBytes
  const longest = ordinaryLimits.stanzaBytes

  function timed(chunks: string[], elementBytes: number) {
    const from = clock.now()
    return { last: read(chunks, { elementBytes }).at(-1), ms: clock.now() - from }
  }

  const spaces = ' '.repeat(60_000)
  const many = '>'.repeat(longest - '<iq></iq>'.length)
  test.each([
    ['an end tag with white space in it', [header, `</${spaces}x>`], shortest, 'problem'],
    ['an end tag with white space in it, of an authenticated client', [header, `</${spaces}x>`], longest, 'problem'],
    ['white space at the end of the end tag', [header, `</stream:stream${spaces}>`], longest, 'end'],
    ['an end tag in pieces', [header, '</', ...Array.from(spaces), 'x>'], longest, 'problem'],
    ['an end tag without an end', [header, '</', ...Array.from(spaces)], shortest, 'problem'],
    ['an element of many ">"', [header, `<iq>${many}</iq>`], longest, 'element'],
    ['a header of many ">"', [`<stream:stream a='${many.slice(0, longest - 200)}'>`], longest, 'problem'],
    ['an element in pieces', [header, '<iq>', ...Array.from('x'.repeat(60_000)), '</iq>'], longest, 'element'],
  ])('%s', (_, chunks, elementBytes, kind) => {
    const { last, ms } = timed(chunks, elementBytes)
    expect(last?.kind).toBe(kind)
    expect(ms).toBeLessThan(1000)
  })
})
