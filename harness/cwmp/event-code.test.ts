import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventListProblems, eventProblems, isSingleEvent, kindOfEvent, singleEventCodes } from './event-code.ts'

const event = (eventCode: string, commandKey = '') => ({ eventCode, commandKey })
const codesOf = (problems: { code: string }[]) => problems.map(problem => problem.code)

test.each([
  ...singleEventCodes.map(code => [code, 'single'] as const),
  ['M Reboot', 'method'],
  ['M ScheduleInform', 'method'],
  ['M X_00D09E_Blink', 'method'],
  ['X 00D09E Something else', 'vendor'],
  ['X acme.example thing', 'vendor'],
  ['6 Connection Request', 'unknown'],
  ['6  CONNECTION REQUEST', 'unknown'],
  ['6 CONNECTION REQUEST ', 'unknown'],
  ['2 PERIODIC INFORM', 'unknown'],
  ['15 NEW', 'unknown'],
  ['M  Reboot', 'unknown'],
  ['M Blink', 'unknown'],
  ['X 00D09E', 'unknown'],
  ['', 'unknown'],
] as const)('"%s" is %s', (code, kind) => {
  expect(kindOfEvent(code)).toBe(kind)
  expect(isSingleEvent(code)).toBe(kind === 'single')
  expect(codesOf(eventProblems(event(code)))).toEqual(kind === 'unknown' ? ['event-code'] : [])
})

test('a misspelt event is told how it is spelt', () => {
  expect(eventProblems(event('6 connection request'))[0]?.text).toContain('"6 CONNECTION REQUEST" is.')
})

test('command keys', () => {
  expect(codesOf(eventProblems(event('M Reboot', 'k'.repeat(32))))).toEqual([])
  expect(codesOf(eventProblems(event('M Reboot', 'k'.repeat(33))))).toEqual(['command-key-length'])
  expect(codesOf(eventProblems(event('1 BOOT', 'k')))).toEqual(['command-key-of-single-event'])
  expect(codesOf(eventProblems({ ...event('1 BOOT'), commandKeyMissing: true }))).toEqual(['command-key-missing'])
})

test('single events stand there once, method events as often as they happened', () => {
  expect(codesOf(eventListProblems([event('1 BOOT'), event('1 BOOT')]))).toEqual(['single-event-repeated'])
  expect(eventListProblems([event('M Reboot', 'a'), event('M Reboot', 'b'), event('1 BOOT')])).toEqual([])
  const many = Array.from({ length: 65 }, (_, i) => event('M Reboot', String(i)))
  expect(codesOf(eventListProblems(many))).toEqual(['too-many-events'])
})

test('an event code of more than 64 characters is too long, whatever it says', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 65, maxLength: 99 }), text => {
      expect(codesOf(eventProblems(event(text)))).toContain('event-code-length')
    }),
  )
})
