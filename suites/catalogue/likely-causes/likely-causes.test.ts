import { describe, expect, test } from 'vitest'
import { catalogue } from '../catalogue.ts'
import { likelyCauses } from './likely-causes.ts'

const judged = catalogue.filter(row => row.untested === undefined)
const causes = judged.map(row => ({ id: row.id, cause: row.likelyCause ?? '' }))

describe('likely causes', () => {
  test('every judged requirement has one, and no other does', () => {
    expect([...likelyCauses.keys()].toSorted()).toEqual(judged.map(row => row.id).toSorted())
    expect(catalogue.filter(row => row.likelyCause !== undefined)).toEqual(judged)
  })

  test('each stands in the row it belongs to', () => {
    for (const { id, cause } of causes) expect(cause, id).toBe(likelyCauses.get(id))
  })

  test.each(causes)('$id: one or two sentences of 30 to 280 characters', ({ cause }) => {
    expect(cause).toMatch(/^[A-Z].*[^.]\.$/)
    expect(cause.length).toBeGreaterThanOrEqual(30)
    expect(cause.length).toBeLessThanOrEqual(280)
    expect(cause.match(/\.(?= [A-Z]|$)/g)?.length).toBeLessThanOrEqual(2)
    expect(cause).not.toMatch(/\s{2}|'/)
  })

  test.each(causes)('$id: a guess that says it is one, and where to look', ({ cause }) => {
    expect(cause).toMatch(/\b(often|usually)\b/i)
    expect(cause).toMatch(/\b(look|compare|check|try)\b/i)
    expect(cause).not.toMatch(/does not (implement|support)/i)
  })

  test('no two say the same', () => {
    const words = causes.map(({ cause }) => cause.toLowerCase().replaceAll(/[^a-z0-9]+/g, ' '))
    expect(new Set(words).size).toBe(causes.length)
  })

  test('none repeats the requirement it explains', () => {
    for (const row of judged) expect(row.likelyCause, row.id).not.toContain(row.sentence)
  })
})
