import { expect, test } from 'vitest'
import { createDigestServer } from './digest.ts'

const digest = () => createDigestServer({ username: 'x', password: 'y', algorithm: 'MD5' })
/** The longest head that is read, in characters. */
const longest = 64 * 1024

test.each([
  ['a word without end', 'a'.repeat(longest)],
  ['words without values', 'ab '.repeat(longest / 3)],
  ['quotes without end', 'a="'.repeat(longest / 3)],
  ['an escape after the other', `a="${'\\"'.repeat(longest / 2)}`],
  ['white space after a word', `a${' '.repeat(longest)}`],
  ['white space without end', 'a '.repeat(longest / 2)],
])('credentials of %s take no longer than their length', (_name, credentials) => {
  const begun = process.hrtime.bigint()
  expect(digest().check(credentials, 'POST').authentication).toMatchObject({ ok: false })
  expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeLessThan(500)
})

test.each([
  ['quoted and not', 'cnonce="a", nc=00000001', { cnonce: 'a', nonceCount: '00000001' }],
  ['spaced', 'cnonce  =  "a"  ,nc =1', { cnonce: 'a', nonceCount: '1' }],
  ['without commas', 'cnonce="a"nc=1 algorithm=MD5', { cnonce: 'a', nonceCount: '1', algorithm: 'MD5' }],
  ['escaped', 'cnonce="a\\"\\\\b"', { cnonce: 'a"\\b' }],
  ['without closing quote', 'nc=1, cnonce="a', { cnonce: '', nonceCount: '1' }],
  ['in other letters', 'CNonce=a, NC=1', { cnonce: 'a', nonceCount: '1' }],
  ['with what is no parameter', '=, ; "x" y cnonce=a', { cnonce: 'a' }],
])('parameters %s are read', (_name, credentials, expected) => {
  expect(digest().check(credentials, 'POST').authentication).toMatchObject(expected)
})
