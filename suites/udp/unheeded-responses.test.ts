import { expect, test } from 'vitest'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { type Happening, plain, written } from '../written-timeline.ts'
import { stunServer, udpDevice } from '../written-udp.ts'
import { linked } from '../written-stun.ts'
import { heedsNoResponse } from './unheeded-responses.ts'

const message = (transaction: string, code: number, name: 'Binding Request' | 'Binding Response') => ({
  ...{ code, name, transaction, magicCookie: false, attributes: [] },
})

/** So many copies of a request, of which so many are answered. */
const asked = (transaction: string, { copies, answers }: { copies: number; answers: number }): Happening[] =>
  Array.from({ length: copies }, (_, index): Happening[] => {
    const at = 1000 * Number(transaction) + 100 * index
    const request: NewEntry = {
      type: 'stun-received',
      ...{ from: udpDevice, to: stunServer, raw: { length: 0 }, problems: [], ofDeviceUnderTest: true },
      message: message(transaction, 0x0001, 'Binding Request'),
    }
    const answer: NewEntry = {
      type: 'stun-sent',
      ...{ to: udpDevice, answers: 0, raw: { length: 0 } },
      message: message(transaction, 0x0101, 'Binding Response'),
    }
    return [plain(at, request), ...(index < answers ? [plain(at + 1, answer)] : [])]
  }).flat()

const verdict = (...happenings: Happening[][]) => heedsNoResponse(timelineOf(linked(written(...happenings.flat()))))

test('a device that goes on with all its requests after several answers hears none of them', () => {
  const unheeded = { copies: 9, answers: 9 }
  expect(verdict(asked('1', unheeded), asked('2', unheeded))).toBe(true)
  expect(verdict(asked('1', unheeded), asked('2', { copies: 1, answers: 1 }))).toBe(false)
})

test('one request, two answers, or none at all say nothing', () => {
  expect(verdict(asked('1', { copies: 9, answers: 9 }))).toBe(false)
  expect(verdict(asked('1', { copies: 9, answers: 2 }), asked('2', { copies: 9, answers: 2 }))).toBe(false)
  expect(verdict(asked('1', { copies: 9, answers: 0 }), asked('2', { copies: 9, answers: 0 }))).toBe(false)
})
