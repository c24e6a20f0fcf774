import { expect, test } from 'vitest'
import { readCookies } from './cookie.ts'

test('cookies of one or more headers, quoted, old-style or empty', () => {
  expect(readCookies(['a=1; b="x y"', '$Version=1; c=2=3,d'])).toEqual([
    ['a', '1'],
    ['b', 'x y'],
    ['c', '2=3'],
    ['d', ''],
  ])
  expect(readCookies([])).toEqual([])
})
