import { expect, test } from 'vitest'
import type { Entry } from '../../harness/timeline/entry.ts'
import { sumOf, timeSpent } from './time-spent.ts'

/** 78 s: a rest of 2 s, 4 s for a session, a window of 60 s, 12 s for a reboot; only the session is planned for 1 s. */
const entries = [
  { at: 0, type: 'planned', scenario: 'reboots', applies: true, windowsMs: 63_000 },
  { at: 0, type: 'session-ended' },
  { at: 0, type: 'scenario-begun', scenario: 'reboots' },
  { at: 2000, type: 'http-cr-connecting' },
  { at: 2000, type: 'http-cr-answered' },
  { at: 5000, type: 'loop-delay' },
  { at: 6000, type: 'connection-accepted' },
  { at: 6000, type: 'session-ended' },
  { at: 66_000, type: 'watch-ended', how: 'over' },
  { at: 78_000, type: 'connection-accepted' },
  { at: 78_000, type: 'scenario-ended', scenario: 'reboots' },
] as Entry[]

test('each stretch belongs to whoever made the entry that ends it', () => {
  expect(timeSpent(entries, { idleMs: 2000 })).toEqual([
    { scenario: 'reboots', total: 78_000, planned: 63_000, device: 15_000, beyond: 0, rests: 2000 },
  ])
})

test('time of ours that the plan does not have is beyond it', () => {
  const ended = entries.map(entry => (entry.type === 'scenario-ended' ? { ...entry, at: 79_500 } : entry))
  expect(timeSpent(ended, { idleMs: 2000 })).toMatchObject([{ total: 79_500, device: 15_000, beyond: 1500 }])
})

test('a pause of ours that is no rest is not taken for one', () => {
  expect(timeSpent(entries, { idleMs: 1000 })).toMatchObject([{ rests: 0 }])
})

test('the device that stays away from the XMPP server is waited for, and rests after an answer by XMPP', () => {
  const xmpp = [
    { at: 0, type: 'planned', scenario: 'xmpp-reconnect', applies: true, windowsMs: 2000 },
    { at: 0, type: 'scenario-begun', scenario: 'xmpp-reconnect' },
    { at: 1000, type: 'xmpp-cr-answered' },
    { at: 3000, type: 'mark' },
    { at: 9000, type: 'xmpp-connection-accepted' },
    { at: 9000, type: 'scenario-ended', scenario: 'xmpp-reconnect' },
  ] as Entry[]
  expect(timeSpent(xmpp, { idleMs: 2000 })).toEqual([
    { scenario: 'xmpp-reconnect', total: 9000, planned: 2000, device: 7000, beyond: 0, rests: 2000 },
  ])
})

test('the next Binding Request is waited for, and rests after a request by UDP, which has no answer', () => {
  const udp = [
    { at: 0, type: 'planned', scenario: 'udp-binding', applies: true, windowsMs: 2000 },
    { at: 0, type: 'scenario-begun', scenario: 'udp-binding' },
    { at: 1000, type: 'udp-cr-sent' },
    { at: 3000, type: 'mark' },
    { at: 33_000, type: 'stun-received' },
    { at: 33_000, type: 'scenario-ended', scenario: 'udp-binding' },
  ] as Entry[]
  expect(timeSpent(udp, { idleMs: 2000 })).toEqual([
    { scenario: 'udp-binding', total: 33_000, planned: 2000, device: 30_000, beyond: 1000, rests: 2000 },
  ])
})

test('the parts of the sum are the sums of the parts', () => {
  const [row] = timeSpent(entries, { idleMs: 2000 })
  if (!row) throw new Error('The scenario is missing.')
  expect(sumOf([row, row])).toEqual({ total: 156_000, planned: 126_000, device: 30_000, beyond: 0, rests: 4000 })
})
