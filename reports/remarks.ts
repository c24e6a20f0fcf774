import { authenticationWaived } from '../harness/meet-device.ts'
import { describe } from '../harness/timeline/describe.ts'
import type { Entry, EntryOf, EntryType, ParameterValue } from '../harness/timeline/entry.ts'
import { gapsIn, gapText } from '../harness/timeline/gaps.ts'
import { captureSentences } from './interface-capture.ts'
import type { RunRecord } from './run-record.ts'

type Remarks = RunRecord['remarks']

/** What nobody expected, grouped by its text, each with the entries that show it. */
export function remarksOf(entries: readonly Entry[]): Remarks {
  const remarks = new Map<string, Remarks[number]>()
  const remark = (text: string, seq: number) => {
    const known = remarks.get(text)
    if (known) {
      known.count += 1
      known.evidence.push(seq)
    } else remarks.set(text, { text, count: 1, evidence: [seq] })
  }
  const last = entries.findLast(({ type }) => type === 'scenario-ended')?.seq ?? 0
  let inScenario = false
  let scenariosBegan = false
  for (const entry of entries) {
    if (entry.type === 'scenario-begun') inScenario = scenariosBegan = true
    if (entry.type === 'scenario-ended') inScenario = false
    for (const text of unexpectedIn(entry)) remark(text, entry.seq)
    // Sessions before the first scenario belong to the probe, those after the last to restoring.
    if (entry.type === 'session-opened' && scenariosBegan && !inScenario && entry.seq < last)
      remark('A session was opened outside any scenario.', entry.seq)
  }
  for (const gap of gapsIn(entries)) remark(`${gapText(gap)}: it is damaged.`, gap.from)
  const left = leftChanged(entries)
  if (left) remark(left.text, left.seq)
  return [...remarks.values()]
}

/** A sentence for the mark of a device that is let in without authentication; nothing for any other. */
export function waivedAuthentication({ name, data }: EntryOf<'mark'>): string | undefined {
  if (name !== authenticationWaived) return undefined
  const problem = typeof data?.['problem'] === 'string' ? ` (${data['problem']})` : ''
  return (
    `The device does not authenticate itself as acs.authentication says${problem}; it is let in without. ` +
    'Check username and password in acs.authentication.'
  )
}

function unexpectedIn(entry: Entry): string[] {
  const texts = 'problems' in entry ? entry.problems.map(({ text }) => `Syntax: ${text}`) : []
  switch (entry.type) {
    case 'device-rpc':
      return entry.known ? texts : [`The device called an unknown RPC: ${entry.method}.`]
    case 'session-opened':
      if (!entry.ofDeviceUnderTest) texts.push('Another device than the one under test called the ACS.')
      if (entry.insideSession !== undefined) texts.push('An Inform came while a session was still open.')
      return texts
    case 'restored':
      return entry.notRestored.map(({ name, reason }) => `Not restored: ${name} (${reason}).`)
    case 'mark':
      return [...[waivedAuthentication(entry) ?? []].flat(), ...captureSentences(entry)]
    case 'http-refused':
    case 'harness-error':
    case 'suspended':
    case 'clock-set':
      return [`${describe(entry)}.`]
    case 'capture-remark':
      return [entry.text]
    case 'control':
      return entry.problem === undefined ? [] : [`${describe(entry)}.`]
    default:
      return texts
  }
}

/** What a run changed in the device and did not set back, for people, with the entry that changed it. */
interface LeftChanged {
  text: string
  seq: number
}

/** Nothing where all was set back or nothing changed. */
export function leftChanged(entries: readonly Entry[]): LeftChanged | undefined {
  const provisioned = lastOf(entries, 'provisioned')
  const given = entries.flatMap(entry => (entry.type === 'provisioned' ? entry.parameters : []))
  const restored = lastOf(entries, 'restored')
  // A simulated device in the run's own process ends with the run.
  if (!provisioned || lastOf(entries, 'run-started')?.simulated) return undefined
  if (restored && !restored.notRestored.some(({ name }) => name === 'everything')) return undefined
  const before = valuesBefore(entries)
  const names = [...new Set(given.map(({ name }) => nameWithValue(name, before.get(name))))]
  return { text: `The device was left changed: ${names.join(', ')}.`, seq: provisioned.seq }
}

const lastOf = <T extends EntryType>(entries: readonly Entry[], type: T) =>
  entries.findLast((entry): entry is EntryOf<T> => entry.type === type)

function valuesBefore(entries: readonly Entry[]): Map<string, string> {
  const probe = lastOf(entries, 'probed')?.probe as { parameters?: Record<string, Partial<ParameterValue>> } | undefined
  const known = Object.entries(probe?.parameters ?? {})
  return new Map(known.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value] as const])))
}

/** A device does not tell its passwords: what it gives in their place is none. */
function nameWithValue(name: string, before: string | undefined): string {
  if (name.endsWith('Password')) return `${lastPart(name)} (set your own again)`
  return before === undefined ? lastPart(name) : `${lastPart(name)} (before: "${before}")`
}

/** The name of a parameter without the objects around it. */
export const lastPart = (name: string) => name.slice(name.lastIndexOf('.') + 1)
