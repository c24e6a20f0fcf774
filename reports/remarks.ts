import { describe } from '../harness/timeline/describe.ts'
import type { Entry } from '../harness/timeline/entry.ts'
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
  return [...remarks.values()]
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
    case 'http-refused':
    case 'harness-error':
      return [`${describe(entry)}.`]
    case 'control':
      return entry.problem === undefined ? [] : [`${describe(entry)}.`]
    default:
      return texts
  }
}
