import { expect, test } from 'vitest'
import type { Entry, NewEntry } from '../../harness/timeline/entry.ts'
import { actionsIn } from './actions.ts'
import { procedureLines } from './procedure-text.ts'

const entriesOf = (entries: readonly NewEntry[]): Entry[] =>
  entries.map((entry, index) => ({ seq: index + 1, at: index, ...entry }))

const begun = (text: string): NewEntry => ({ type: 'step-begun', text })
const ended = (text: string): NewEntry => ({ type: 'step-ended', text })
const sent = (label: string, type: 'http-cr-sent' | 'udp-cr-sent' = 'http-cr-sent') => ({ type, label }) as NewEntry
const limit: NewEntry = { type: 'limit-used', name: 'a second session', ms: 60_000, source: 'ours', why: 'long enough' }
const watch: NewEntry = { type: 'watch-begun', for: 'a second session', ms: 60_000 }
const over: NewEntry = { type: 'watch-ended', for: 'a second session', ms: 60_000, how: 'over' }

test('steps, windows and requests stand where they were made', () => {
  const actions = actionsIn(
    entriesOf([
      begun('Ask twice'),
      sent('repeat'),
      sent('repeat'),
      sent('other'),
      sent('by UDP', 'udp-cr-sent'),
      limit,
      watch,
      over,
      ended('Ask twice'),
      sent('for a session: set a_value back'),
    ]),
  )
  expect(procedureLines(actions)).toEqual([
    '1. Ask twice.',
    '   - Requests by HTTP: repeat; other.',
    '   - Request by UDP: by UDP.',
    '   - Window of 1 min 00 s: a second session (our choice: long enough).',
    '2. Session asked for by HTTP: set a\\_value back.',
  ])
})

test('what a step says itself is not said again below it', () => {
  const actions = actionsIn(
    entriesOf([begun('One request: with a body'), sent('With a body'), ended('One request: with a body')]),
  )
  expect(procedureLines(actions)).toEqual(['1. One request: with a body.'])
})

test('a step within a step, and one that never ended', () => {
  const actions = actionsIn(entriesOf([begun('Outer'), begun('Inner'), ended('Inner'), begun('Cut off'), sent('last')]))
  expect(procedureLines(actions)).toEqual([
    '1. Outer.',
    '   - Inner.',
    '   - Cut off.',
    '     - Request by HTTP: last.',
  ])
})
