import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedEnvelope } from './malformed-envelope.ts'
import { longestEnvelope, readXml } from './read-xml.ts'

const read = (text: string) => readXml(Buffer.from(text, 'utf8'))

describe('reading XML', () => {
  test('a byte order mark and an XML declaration are fine', () => {
    expect(read('\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<a>ä</a>').documentElement?.textContent).toBe('ä')
  })

  test('the declared encoding counts', () => {
    const latin1 = Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>', 'latin1')
    expect(readXml(latin1).documentElement?.textContent).toBe('ä')
  })

  test.each(['LE', 'BE'])('UTF-16%s with its mark is read, and a document type in it found', order => {
    const written = (text: string) => {
      const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
      return order === 'LE' ? bytes : bytes.swap16()
    }
    const declared = '<?xml version="1.0" encoding="UTF-16"?>'
    expect(readXml(written(`${declared}<a>ä</a>`)).documentElement?.textContent).toBe('ä')
    expect(() => readXml(written(`${declared}<!DOCTYPE a><a/>`))).toThrow(/document type declaration/)
    expect(() => readXml(written(`${declared}<a>`))).toThrow(/well-formed/)
  })

  test.each([
    ['a document type', '<!DOCTYPE a SYSTEM "x"><a/>'],
    ['one after comments', '<?xml version="1.0"?> <!-- x --><?p q?>\n<!DOCTYPE a><a/>'],
    ['entities', '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
  ])('%s is refused', (_, text) => {
    expect(() => read(text)).toThrow(/document type declaration/)
  })

  test('a document type in a comment or in CDATA is none', () => {
    expect(read('<!-- <!DOCTYPE x> --><a><![CDATA[<!DOCTYPE x>]]></a>').documentElement?.nodeName).toBe('a')
  })

  test.each([
    ['nothing', ''],
    ['open elements', '<a><b></a>'],
    ['a bare ampersand', '<a>&</a>'],
    ['an unknown entity', '<a>&b;</a>'],
    ['control characters', '<a>\u0001</a>'],
    [']]>', '<a>]]></a>'],
    ['an undeclared prefix', '<a:b/>'],
    ['a repeated attribute', '<a b="1" b="2"/>'],
    ['two roots', '<a/><b/>'],
    ['deep nesting', '<a>'.repeat(5000)],
  ])('%s is not well-formed', (_, text) => {
    expect(() => read(text)).toThrow(MalformedEnvelope)
  })

  test('wrong bytes and other encodings are refused', () => {
    expect(() => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow(/not in utf-8/)
    expect(() => read('<?xml version="1.0" encoding="klingon"?><a/>')).toThrow(/not in klingon/)
  })

  test('what is too long is not looked at', () => {
    expect(() => readXml(new Uint8Array(longestEnvelope + 1))).toThrow(/at most 4194304/)
  })

  test('any bytes are read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        expect(onlyMalformed(() => readXml(bytes))).toBe(true)
      }),
    )
  })

  test('any damage to a document is read or refused', () => {
    const sound = '<?xml version="1.0"?><!-- c --><a xmlns:x="u" x:y="1"><b>t &amp; u</b><![CDATA[z]]></a>'
    fc.assert(
      fc.property(fc.nat(sound.length), fc.nat(5), fc.string({ maxLength: 5, unit: 'binary' }), (at, cut, insert) => {
        const damaged = sound.slice(0, at) + insert + sound.slice(at + cut)
        expect(onlyMalformed(() => read(damaged))).toBe(true)
      }),
    )
  })
})

function onlyMalformed(work: () => unknown): boolean {
  try {
    work()
    return true
  } catch (error) {
    return error instanceof MalformedEnvelope && error.message.endsWith('.')
  }
}
