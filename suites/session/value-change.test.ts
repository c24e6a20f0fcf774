import { describe, expect, test } from 'vitest'
import type { ParameterValue } from '../../harness/timeline/entry.ts'
import { type Happening, judged, mark, session, type WrittenSession } from '../written-timeline.ts'
import { valueChanged } from './value-change.ts'

const parameter = (name: string, value: string): ParameterValue => ({ name, value, type: 'string' })
const forced = [parameter('Device.DeviceInfo.SoftwareVersion', '1.0'), parameter('Device.Url', 'http://a')]
const changed = [...forced, parameter('Device.X.Link', 'up')]
const usual = (more: Partial<WrittenSession> & { at: number }) => session({ parameters: forced, ...more })
const change = (more: Partial<WrittenSession> & { at: number }) =>
  session({ events: ['4 VALUE CHANGE'], parameters: changed, ...more })

const before = [usual({ at: 100 }), mark('changing', 3000)]
const failed = change({ at: 4000, ended: 'failed-by-acs' })
const over = (at = 20_000) => [mark('window-over', at), usual({ at: at + 1000 })]
const verdict = (...happenings: Happening[]) => judged(valueChanged, ...happenings)['repeated']

test('the event with its parameter in the retry passes, also with a newer value', () => {
  expect(verdict(...before, failed, change({ at: 11_000 }), ...over())).toBe('pass')
  const newer = [...forced, parameter('Device.X.Link', 'down')]
  expect(verdict(...before, failed, change({ at: 11_000, parameters: newer }), ...over())).toBe('pass')
})

test('it may come with another event, and in a later session', () => {
  const events = ['4 VALUE CHANGE', '6 CONNECTION REQUEST']
  expect(
    verdict(...before, failed, usual({ at: 11_000 }), mark('window-over', 20_000), change({ at: 21_000, events })),
  ).toBe('pass')
})

describe('fails when', () => {
  test('no session tells it any more', () => {
    expect(verdict(...before, failed, usual({ at: 11_000, events: [] }), ...over(80_000))).toBe('fail')
  })

  test('the event comes without the parameter', () => {
    expect(verdict(...before, failed, change({ at: 11_000, parameters: forced }), ...over(80_000))).toBe('fail')
  })

  test('a session that fails as well is the only one to tell it', () => {
    expect(verdict(...before, failed, change({ at: 11_000, ended: 'failed-by-acs' }), ...over(80_000))).toBe('fail')
  })
})

describe('undecided when', () => {
  test('no session came after the window', () => {
    expect(verdict(...before, failed, mark('window-over', 80_000))).toBe('inconclusive')
  })

  test('no change was told at all', () => {
    expect(verdict(...before, usual({ at: 9000 }), ...over())).toBe('inconclusive')
  })

  test('the Inform lists nothing new', () => {
    const empty = change({ at: 4000, ended: 'failed-by-acs', parameters: forced })
    expect(verdict(...before, empty, change({ at: 11_000 }), ...over())).toBe('inconclusive')
  })
})

test('a parameter of every Inform counts when its value is another', () => {
  const other = [parameter('Device.DeviceInfo.SoftwareVersion', '1.0'), parameter('Device.Url', 'http://b')]
  const told = change({ at: 4000, ended: 'failed-by-acs', parameters: other })
  expect(verdict(...before, told, change({ at: 11_000, parameters: other }), ...over())).toBe('pass')
  const without = change({ at: 11_000, parameters: other.slice(0, 1) })
  expect(verdict(...before, told, without, ...over(80_000))).toBe('fail')
})
