import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ordinaryLimits } from '../stream-limits.ts'
import { createElementParser } from './element-parser.ts'
import { namespaces } from './namespaces.ts'
import { writeXml } from './write-xml.ts'
import { type XmlElement, xmlElement } from './xml-element.ts'

function parse(text: string, scope: Record<string, string> = { '': 'jabber:client' }): XmlElement {
  const read = createElementParser(scope, { ...ordinaryLimits, depth: 1000 })(text)
  if (read === undefined || !('children' in read)) throw new Error(`Not an element: ${text} ${JSON.stringify(read)}`)
  return read
}

const xmlText = fc
  .string({ unit: 'grapheme' })
  .map(text => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?'))
const name = fc.stringMatching(/^[a-z_][a-z0-9._-]{0,8}$/).filter(text => !text.startsWith('xml'))
const namespace = fc.constantFrom('jabber:client', 'urn:a', 'urn:b&"<', '')
const elementOf = (child: fc.Arbitrary<XmlElement> | undefined) =>
  fc
    .record({
      name,
      namespace,
      attributes: fc.dictionary(name, xmlText, { maxKeys: 3 }),
      text: xmlText,
      children: child === undefined ? fc.constant<XmlElement[]>([]) : fc.array(child, { maxLength: 3 }),
    })
    .map(({ children, text, ...rest }) =>
      xmlElement(rest.name, rest.namespace, rest.attributes, text === '' ? children : [text, ...children]),
    )
const tree = elementOf(elementOf(elementOf(undefined)))

test('what is written is read as the same', () => {
  fc.assert(
    fc.property(tree, element => {
      expect(JSON.parse(JSON.stringify(parse(writeXml(element, namespaces.client))))).toEqual(
        JSON.parse(JSON.stringify(element)),
      )
    }),
  )
})

test('nothing between elements, and no declaration that the stream header has made', () => {
  const element = xmlElement('iq', namespaces.client, { id: '1' }, [
    xmlElement('query', 'urn:x', {}, [xmlElement('item', 'urn:x')]),
  ])
  expect(writeXml(element, namespaces.client)).toBe('<iq id="1"><query xmlns="urn:x"><item/></query></iq>')
})

test('a stanza changes its content namespace, and what it holds keeps its own', () => {
  const scope = { '': 'jabber:client', c: 'jabber:client', n: 'urn:n', stream: namespaces.streams }
  const stanza = "<c:iq n:a='1' xml:lang='en'><n:x><c:y/><z xmlns='urn:z'/></n:x><error/></c:iq>"
  expect(writeXml(parse(stanza, scope), namespaces.component)).toBe(
    '<iq xmlns:n="urn:n" n:a="1" xml:lang="en"><n:x><y/><z xmlns="urn:z"/></n:x><error/></iq>',
  )
  const fromComponent = parse("<iq><a xmlns=''/></iq>", { '': 'jabber:component:accept' })
  expect(writeXml(fromComponent, namespaces.client)).toBe('<iq><a xmlns=""/></iq>')
})

test('names that objects have anyway', () => {
  const element = parse(
    "<iq xmlns:__proto__='urn:p' __proto__:constructor='1' __proto__='2'><__proto__:toString/></iq>",
  )
  expect(writeXml(element, namespaces.client)).toBe(
    '<iq xmlns:__proto__="urn:p" __proto__:constructor="1" __proto__="2"><__proto__:toString/></iq>',
  )
})
