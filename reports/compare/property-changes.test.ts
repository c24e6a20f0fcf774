import { expect, test } from 'vitest'
import type { RunRecord } from '../run-record.ts'
import { propertyChanges } from './property-changes.ts'
import { sameButForTimes } from './same-but-for-times.ts'
import { sampleRun } from './sample-runs.ts'

function withProperty(id: string, name: string, ...values: (string | undefined)[]): RunRecord {
  const run = sampleRun()
  const of = run.scenarios.find(scenario => scenario.id === id)!
  const others = run.scenarios.filter(scenario => scenario.id !== id)
  const played = values.map(value => ({ ...of, properties: value === undefined ? {} : { [name]: value } }))
  return { ...run, scenarios: [...others, ...played] }
}

test('a property that is no longer seen is told where its scenario was played in both runs', () => {
  const told = withProperty('http-in-session', 'in a session', 'refuses with 503')
  expect(propertyChanges(told, withProperty('http-in-session', 'in a session', undefined))).toEqual([
    { name: 'in a session', before: 'refuses with 503' },
  ])
  expect(propertyChanges(told, sampleRun({}, ['http-in-session']))).toEqual([])
})

test('the order in which repetitions saw two values is no difference', () => {
  const oneWay = withProperty('http-in-session', 'in a session', 'refuses', 'defers')
  const otherWay = withProperty('http-in-session', 'in a session', 'defers', 'refuses', 'refuses')
  expect(propertyChanges(oneWay, otherWay)).toEqual([])
})

test.each([
  ['200 ms', '201 ms', true],
  ['0 ms', '4 ms', true],
  ['0 ms', '12 ms', false],
  ['1.2 s', '1.4 s', false],
  ['999 ms', '1 s', true],
  ['12 min 03 s', '12 min 58 s', true],
  ['2.4 s, 4 s, 15 s', '2.5 s, 4.1 s, 15 s', true],
  ['2.4 s, 4 s, 15 s', '2.4 s, 4 s', false],
  ['refuses with 503', 'refuses with 486', false],
  ['after 30 s: 204', 'after 30 s: 200', false],
])('%j and %j are the same but for times: %s', (before, after, same) => {
  expect(sameButForTimes(before, after)).toBe(same)
})

test('a hostile text costs no more time than it is long', () => {
  const digits = '1'.repeat(200_000)
  expect(sameButForTimes(`${digits} ms`, `${digits}1 ms`)).toBe(false)
  expect(sameButForTimes('1 s '.repeat(50_000), '1.01 s '.repeat(50_000))).toBe(true)
})
