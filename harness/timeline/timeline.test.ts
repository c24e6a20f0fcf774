import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { between, entriesOf, markNamed, timelineOf } from './timeline.ts'

const marks = (...names: string[]) =>
  timelineOf(names.map((name, index): Entry => ({ seq: index + 1, at: 0, type: 'mark', name })))
const namesIn = ({ entries }: { entries: readonly Entry[] }) =>
  entries.map(entry => entry.type === 'mark' && entry.name)

test('entries of one type come in order', () => {
  const timeline = timelineOf([
    { seq: 1, at: 0, type: 'mark', name: 'a' },
    { seq: 2, at: 0, type: 'step-begun', text: 'x' },
    { seq: 3, at: 0, type: 'mark', name: 'b' },
  ])
  expect(entriesOf(timeline, 'mark').map(({ name }) => name)).toEqual(['a', 'b'])
  expect(entriesOf(timeline, 'step-ended')).toEqual([])
})

describe('between marks', () => {
  const timeline = marks('x', 'from', 'a', 'from', 'b', 'to', 'c', 'to')

  test('lies what follows the first and precedes the next other', () => {
    expect(namesIn(between(timeline, 'from', 'to'))).toEqual(['a', 'from', 'b'])
  })

  test('lies all the rest where the end is not there or not asked for', () => {
    expect(namesIn(between(timeline, 'c'))).toEqual(['to'])
    expect(namesIn(between(timeline, 'c', 'x'))).toEqual(['to'])
  })

  test('lies nothing where the beginning is not there', () => {
    expect(namesIn(between(timeline, 'missing', 'to'))).toEqual([])
  })

  test('lies nothing but what is between them, wherever they stand', () => {
    const names = fc.constantFrom('a', 'from', 'to')
    fc.assert(
      fc.property(fc.array(names), all => {
        const stretch = namesIn(between(marks(...all), 'from', 'to'))
        const start = all.indexOf('from')
        const rest = start < 0 ? [] : all.slice(start + 1)
        expect(stretch).not.toContain('to')
        expect(rest.slice(0, stretch.length)).toEqual(stretch)
        expect(['to', undefined]).toContain(rest[stretch.length])
      }),
    )
  })
})

test('the last mark of a name counts', () => {
  expect(markNamed(marks('a', 'b', 'a', 'b'), 'a')?.seq).toBe(3)
  expect(markNamed(marks('a'), 'b')).toBeUndefined()
})
