import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { bareJid, fullJid, parseJid, prepareDomain, prepareLocal, prepareResource } from './jid.ts'

test.each([
  ['cpe@xmpp.test/box', { local: 'cpe', domain: 'xmpp.test', resource: 'box' }],
  ['CPE@XMPP.Test/Box', { local: 'cpe', domain: 'xmpp.test', resource: 'Box' }],
  ['xmpp.test', { local: '', domain: 'xmpp.test', resource: '' }],
  ['xmpp.test.', { local: '', domain: 'xmpp.test', resource: '' }],
  ['xmpp.test/a@b/c', { local: '', domain: 'xmpp.test', resource: 'a@b/c' }],
  ['a@[::1]/x', { local: 'a', domain: '[::1]', resource: 'x' }],
  ['a@::1', { local: 'a', domain: '[::1]', resource: '' }],
  ['ＣＰＥ@192.0.2.1', { local: 'cpe', domain: '192.0.2.1', resource: '' }],
  ['Ü@x', { local: 'ü', domain: 'x', resource: '' }],
  ['a\\20b@x', { local: 'a\\20b', domain: 'x', resource: '' }],
])('%s', (text, jid) => {
  expect(parseJid(text)).toEqual(jid)
})

test.each([
  '',
  '@x',
  'a@',
  'a@x/',
  '/r',
  'a b@x',
  'a"@x',
  'a&b@x',
  "a'@x",
  'a:b@x',
  'a<b@x',
  'a@x y',
  'a@x@y',
  'a@x/\u0007',
  '..',
  'a@x..',
])('%j is no JID', text => {
  expect(parseJid(text)).toBeUndefined()
})

test('no part is longer than 1023 bytes', () => {
  const longest = 'a'.repeat(1023)
  expect(parseJid(`${longest}@${longest}/${longest}`)).toBeDefined()
  expect(parseJid(`${longest}a@x`)).toBeUndefined()
  expect(parseJid(`x@${longest}a`)).toBeUndefined()
  expect(parseJid(`x@x/${longest}a`)).toBeUndefined()
  expect(parseJid(`x@x/${'ü'.repeat(512)}`)).toBeUndefined()
})

test.each([prepareLocal, prepareDomain, prepareResource])('what %o has prepared stays as it is', prepare => {
  const text = fc
    .array(fc.integer({ min: 0, max: 0x10ffff }), { minLength: 1, maxLength: 20 })
    .map(points => String.fromCodePoint(...points))
  const once = fc.property(text, part => {
    const prepared = prepare(part)
    return prepared === undefined || prepare(prepared) === prepared
  })
  expect(fc.check(once, { numRuns: 1000 })).toMatchObject({ failed: false })
})

test('what is read is written as the same address', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), text => {
      const jid = parseJid(text)
      if (jid === undefined) return
      expect(parseJid(fullJid(jid))).toEqual(jid)
      expect(parseJid(bareJid(jid))).toEqual({ ...jid, resource: '' })
    }),
    { numRuns: 1000 },
  )
})

test('the time to refuse a long address does not grow with its length', () => {
  const clock = createRealClock()
  const long = `a${'\u0301\u0316'.repeat(65_000)}`
  const from = clock.now()
  for (const text of [`${long}@xmpp.test`, `a@${long}`, `a@xmpp.test/${long}`]) expect(parseJid(text)).toBeUndefined()
  expect(clock.now() - from).toBeLessThan(1000)
})

test('a part that is long only as it was written is shortened before it is measured', () => {
  expect(prepareLocal('Ａ'.repeat(1023))).toBe('a'.repeat(1023))
  expect(prepareLocal('Ａ'.repeat(1024))).toBeUndefined()
})
