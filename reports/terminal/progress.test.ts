import { expect, test } from 'vitest'
import type { Entry } from '../../harness/timeline/entry.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { sampleEvidence } from '../sample-run.ts'
import { createProgress } from './progress.ts'

const evidence = sampleEvidence()
const verdicts = new Map(evidence.outcomes.map(({ id, verdict }) => [id, verdict]))

/** Everything that is written while the entries are played, with a tick a second. */
function played(entries: readonly Entry[], isTty: boolean): string[] {
  const written: string[] = []
  let now = 0
  const progress = createProgress({
    write: text => written.push(text),
    isTty,
    color: false,
    now: () => now,
    verdictOf: scenario => verdicts.get(scenario),
  })
  for (const entry of entries) {
    for (; now + 1000 < entry.at; now += 1000) progress.tick()
    now = entry.at
    progress.entry(entry)
  }
  progress.end()
  return written
}

test('without a terminal: plain lines, one a scenario', async () => {
  const output = played(evidence.entries, false).join('')
  expect(output).not.toContain('\x1b')
  await expect(output).toMatchFileSnapshot('../golden/progress.txt')
})

test('on a terminal the running line says what is watched for and how long still', () => {
  const output = played(evidence.entries, true)
  expect(output).toContain('[2/6] http-duplicates  watching for a second session, 33 of 45 s left  at leas…')
})

test('at the end the running line is taken away', () => {
  const untilTheWatch = evidence.entries.slice(0, evidence.entries.findIndex(({ type }) => type === 'watch-begun') + 1)
  expect(played(untilTheWatch, true).at(-1)).toBe('\r\x1b[2K')
})

test('what remains is the sum of the windows not yet kept', () => {
  const entries: Entry[] = [
    { seq: 1, at: 0, type: 'planned', scenario: 'a', applies: true, windowsMs: 30_000 },
    { seq: 2, at: 0, type: 'planned', scenario: 'b', applies: true, windowsMs: 90_000 },
    { seq: 3, at: 1000, type: 'scenario-begun', scenario: 'a', title: 'A', repetition: 1 },
  ]
  expect(played(entries, true)).toContain('[1/2] a  at least 2 min 00 s to go')
})

test('it says whose turn it is', () => {
  const waiting: Entry = { seq: 1, at: 0, type: 'waiting-for-device', what: 'a first Inform', timeoutMs: 300_000 }
  const asking: Entry = { seq: 2, at: 0, type: 'control', action: 'switch the device off and on', how: 'ask' }
  expect(played([waiting, asking], false).join('')).toBe(
    "The device's turn: a first Inform, at most 5 min 00 s.\nYour turn: switch the device off and on\n",
  )
  expect(played([waiting], true)).toContain("the device's turn: a first Inform, 300 of 300 s left")
})

test('a person is called with a bell, reminded every minute, and told when it is seen', () => {
  const sentence = 'Take the power from the device, wait 5 s, give it back.'
  const asked: Entry[] = [
    { seq: 1, at: 0, type: 'control', action: 'power', how: 'ask', sentence, waitMs: 600_000 },
    { seq: 2, at: 65_000, type: 'mark', name: 'anything' },
    { seq: 3, at: 70_000, type: 'control', action: 'power', how: 'person' },
    { seq: 4, at: 200_000, type: 'mark', name: 'anything' },
  ]
  const lines = `Your turn: ${sentence} At most 10 min 00 s.\n`
  const reminder = `Still your turn, for 1 min 00 s: ${sentence}\n`
  const thanks = 'Thank you: the device shows that it is done.\n'
  expect(played(asked, false).join('')).toBe(lines + reminder + thanks)
  const onTerminal = played(asked, true)
  expect(onTerminal.filter(text => text.startsWith('\x07'))).toEqual([`\x07${lines}`, `\x07${reminder}`])
  expect(onTerminal).toContain(`YOUR TURN: ${sentence}  600 of 600 s left`.slice(0, 78) + '…')
})

test('a text of the device cannot steer the terminal', () => {
  const entries: Entry[] = [
    { seq: 1, at: 0, type: 'scenario-begun', scenario: 'a', title: 'A\x1b[2J', repetition: 1 },
    { seq: 2, at: 0, type: 'watch-begun', for: '\x1b]0;owned\x07', ms: 1000 },
    { seq: 3, at: 0, type: 'scenario-ended', scenario: 'a', how: 'device-dead', reason: '\u202e\x9b' },
  ]
  const shown = played(entries, true).join('').replaceAll('\r\x1b[2K', '').split('\n')
  expect(shown.map(visibleText)).toEqual(shown)
})

test('while a command of the profile runs it says which', () => {
  const begun = { type: 'control', action: 'start', how: 'command-begun', command: './vm.sh up\n\x1b[2J' } as const
  const entries: Entry[] = [
    { seq: 1, at: 0, ...begun },
    { seq: 2, at: 7000, type: 'control', action: 'start', how: 'command', exitCode: 0, output: '' },
  ]
  const said = 'control.start: ./vm.sh up\\n\\x1b[2J'
  expect(played(entries, false)).toEqual([`${said}\n`])
  const onTerminal = played(entries, true)
  expect(onTerminal).toContain(`${said}, for 3 s`)
  expect(onTerminal.at(-1)).toBe('\r\x1b[2K')
})
