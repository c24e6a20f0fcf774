import { expect, test } from 'vitest'
import type { Entry } from '../../harness/timeline/entry.ts'
import { createBoard } from './board.ts'
import { type DeviceState, followEntry, followVerdict, queued } from './device-state.ts'

const now = new Date(2026, 2, 2, 8, 14, 5)
const minute = 60_000

/** A device that plays the second of three scenarios; the first was kept. */
function playing(label: string): DeviceState {
  const state = queued(label)
  const planned = { type: 'planned', applies: true, windowsMs: minute } as const
  const entries = [
    { type: 'run-started', seq: 1, at: 0, wallTime: now.toISOString() },
    { type: 'session-opened', seq: 2, at: 1 },
    ...['one', 'two', 'three'].map((scenario, index) => ({ ...planned, scenario, seq: 3 + index, at: 2 })),
    { type: 'scenario-begun', scenario: 'one', seq: 6, at: 3 },
    { type: 'scenario-ended', scenario: 'one', seq: 7, at: 4 },
    { type: 'scenario-begun', scenario: 'two', seq: 8, at: 5 },
  ]
  state.phase = 'playing'
  for (const entry of entries) followEntry(state, entry as Entry)
  followVerdict(state, 'pass')
  return state
}

function open(states: readonly DeviceState[], { isTty, rows = 24 }: { isTty: boolean; rows?: number }) {
  const written: string[] = []
  const board = createBoard({
    ...{ write: (text: string) => void written.push(text), now: () => now, states },
    ...{ color: false, isTty, size: () => ({ columns: 60, rows }) },
  })
  return { board, written }
}

test('piped, each change is a line: device, scenario of how many, verdict so far, expected end', () => {
  const states = [playing('ACME'), queued('spare')]
  const { board, written } = open(states, { isTty: false })
  for (const state of states) board.changed(state)
  board.tick()
  board.end()
  expect(written.join('')).toBe('ACME   2/3 two  so far kept  not over before 08:16\nspare  its turn comes later\n')
})

test('on a terminal the lines stay at the bottom and are drawn again only when they changed', () => {
  const states = [playing('ACME'), queued('spare')]
  const { board, written } = open(states, { isTty: true })
  board.tick()
  board.tick()
  expect(written).toHaveLength(1)
  board.notice('Stopping.')
  expect(written.slice(1)).toEqual(['\x1b[2A\r\x1b[J', 'Stopping.\n', written[0]])
  const [first] = states
  if (first) followVerdict(first, 'fail')
  board.tick()
  expect(written.at(-1)).toContain('so far broken')
})

test('a line is never wider than the terminal, and commands it nothing', () => {
  const { board, written } = open([playing(`\x1b[31m${'long '.repeat(30)}`)], { isTty: true })
  board.tick()
  const [line = ''] = (written[0] ?? '').split('\n')
  expect(line.length).toBeLessThan(60)
  expect(line).not.toContain('\x1b')
})

test('where the terminal has too few rows, those that are still at something come first', () => {
  const over: DeviceState = { ...queued('over'), phase: 'over', result: 'KEPT' }
  const states = [over, { ...over, label: 'gone' }, playing('a'), playing('b'), queued('later')]
  const { board, written } = open(states, { isTty: true, rows: 5 })
  board.tick()
  const labels = (text = '') => text.split('\n').map(line => line.split(' ')[0])
  expect(labels(written[0])).toEqual(['a', 'b', 'and', ''])
  board.end()
  expect(labels(written.at(-1))).toEqual(['over', 'gone', 'a', 'b', 'later', ''])
})

test('what a person must know of a device is said with its name', () => {
  const [state] = [queued('ACME')]
  const { board, written } = open([state], { isTty: false })
  const listening = { type: 'acs-listening', seq: 2, at: 0, url: 'http://192.0.2.1:7547/acs' } as Entry
  followEntry(state, listening)
  board.entry(state, listening)
  expect(written.join('')).toContain('ACME  ACS: point the device at http://192.0.2.1:7547/acs\n')
})

test('whose turn it is, and with which device, is said again every minute until it is over', () => {
  const state = queued('ACME')
  let time = now
  const written: string[] = []
  const board = createBoard({
    ...{ write: text => void written.push(text), isTty: false, color: false, now: () => time, states: [state] },
    size: () => ({}),
  })
  const take = (entry: object) => {
    followEntry(state, entry as Entry)
    board.entry(state, entry as Entry)
  }
  take({ type: 'control', seq: 1, at: 0, action: 'power', how: 'ask', sentence: 'Pull the plug.', waitMs: 600_000 })
  const ticks = () => {
    time = new Date(time.getTime() + 30_000)
    board.tick()
  }
  ticks()
  ticks()
  take({ type: 'control', seq: 2, at: 0, action: 'power', how: 'person' })
  ticks()
  ticks()
  expect(written).toEqual([
    'ACME  Your turn: Pull the plug. At most 10 min 00 s.\n',
    'ACME  Still your turn: Pull the plug.\n',
    'ACME  Thank you: the device shows that it is done.\n',
  ])
})

test('at the start there is one line for a device: where it is to be pointed', () => {
  const state = queued('ACME')
  const { board, written } = open([state], { isTty: false })
  state.phase = 'starting'
  board.changed(state)
  for (const entry of [
    { type: 'acs-listening', seq: 2, at: 0, url: 'http://192.0.2.1:7547/acs' },
    {
      type: 'waiting-for-device',
      seq: 3,
      at: 0,
      what: 'the first Inform at http://192.0.2.1:7547/acs',
      timeoutMs: 900_000,
    },
  ] as Entry[]) {
    followEntry(state, entry)
    board.entry(state, entry)
  }
  expect(written).toEqual(['ACME  ACS: point the device at http://192.0.2.1:7547/acs\n'])
  board.changed(state)
  expect(written.at(-1)).toBe('ACME  waiting for its first Inform, at most 15 min 00 s\n')
})

test('while a command of the profile runs with a device, its line says which', () => {
  const state = queued('ACME')
  const { board, written } = open([state], { isTty: false })
  state.phase = 'playing'
  const begun = {
    type: 'control',
    seq: 2,
    at: 0,
    action: 'start',
    how: 'command-begun',
    command: './vm.sh up',
  } as const
  followEntry(state, begun)
  board.entry(state, begun)
  board.changed(state)
  expect(written).toEqual(['ACME  control.start: ./vm.sh up\n', 'ACME  control.start: ./vm.sh up\n'])
})
