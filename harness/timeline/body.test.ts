import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyOf, keptBytes } from './body.ts'

test('text is kept as text, a byte order mark included', () => {
  expect(bodyOf(Buffer.from('\ufeffgrün'))).toEqual({ text: '\ufeffgrün', length: 8 })
})

test('bytes that are no UTF-8 are kept as base64', () => {
  expect(bodyOf(Uint8Array.of(0xff, 0x41))).toEqual({ base64: '/0E=', length: 2 })
})

test('nothing is an empty text', () => {
  expect(bodyOf(new Uint8Array())).toEqual({ text: '', length: 0 })
})

test('of a long body the beginning is kept, and what is left out is counted', () => {
  expect(bodyOf(Buffer.alloc(keptBytes, 'x'))).toEqual({ text: 'x'.repeat(keptBytes), length: keptBytes })
  const { text, length, cut } = bodyOf(Buffer.alloc(keptBytes + 3, 'x'))
  expect([text?.length, length, cut]).toEqual([keptBytes, keptBytes + 3, 3])
})

test('whatever bytes there are, they can be had back', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string({ unit: 'binary' }).map(text => Buffer.from(text)),
      ),
      bytes => {
        const { text, base64, length, cut } = bodyOf(bytes)
        const back = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text)
        expect(Buffer.compare(back, bytes)).toBe(0)
        expect(length).toBe(bytes.length)
        expect(cut).toBeUndefined()
      },
    ),
  )
})
