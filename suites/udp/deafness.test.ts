import { expect, test } from 'vitest'
import type { Conversation } from '../../harness/scenario.ts'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import { type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { written } from '../written-timeline.ts'
import { deafeningLabels, nameDeafening } from './deafness.ts'
import type { WrongRequest } from './wrong-requests.ts'

interface Device {
  /** Labels after which it hears nothing any more. */
  deafenedBy?: readonly string[]
  /** What makes it hear again. */
  healedBy?: 'switching' | 'reboot' | 'nothing'
  /** Another way in, and a reboot, as the profile may have it. */
  otherWay?: boolean
  mayReboot?: boolean
}

/** Names what deafens a device that is deaf already. */
async function named(device: Device): Promise<{ sent: string[]; timeline: Timeline }> {
  const { deafenedBy = [], healedBy = 'reboot', otherWay = true, mayReboot = true } = device
  let deaf = true
  const sent: string[] = []
  const entries: NewEntry[] = []
  const session = { session: 1, seq: 1 }
  const suspects = ['harmless', 'first', 'second', 'third'].map(label => ({
    ...{ label, breaks: 'CR-UDP-53' },
    ...(label === 'harmless' ? {} : { dangerous: true }),
    send: async () => {
      sent.push(label)
      deaf ||= deafenedBy.includes(label)
    },
  })) as unknown as WrongRequest[]
  const heal = (by: Device['healedBy']) => {
    if (healedBy === by) deaf = false
  }
  const bench = {
    facts: {
      ...{ root: 'Device.', credentialsWork: otherWay, xmpp: {}, timing: { bootMs: 1, stunBindingMs: 1 } },
      control: mayReboot ? { reboot: 'in-process' } : {},
    },
    signal: new AbortController().signal,
    timeline: { lastSeq: 0, waitFor: async () => session },
    udp: {
      ask: async () => ({ first: { seq: 1 } }),
      knock: async () => ({ session: deaf ? undefined : session }),
      primaryAfter: async () => ({}),
    },
    rest: async () => undefined,
    reboot: async () => heal('reboot'),
    sessionEnd: async () => undefined,
    connectionRequestSessionAfter: async () => (deaf ? undefined : session),
    async inSession(_name: string, script: (session: unknown) => Promise<unknown>) {
      heal('switching')
      return script({ call: async () => ({ status: 0 }) })
    },
  }
  const conversation = {
    bench,
    step: (_text: string, work: () => unknown) => work(),
    mark: (name: string, data?: Record<string, unknown>) =>
      entries.push({ type: 'mark', name, ...(data === undefined ? {} : { data }) }),
  }
  await nameDeafening(conversation as unknown as Conversation, suspects)
  const timeline = timelineOf(written(...entries.map((entry, at) => () => [{ at, entry }])))
  return { sent, timeline }
}

const namesOf = async (device: Device) => [...deafeningLabels((await named(device)).timeline).keys()]

test('each dangerous one that deafens is named, whatever makes the device hear again', async () => {
  for (const healedBy of ['switching', 'reboot'] as const)
    expect(await namesOf({ deafenedBy: ['second', 'third'], healedBy })).toEqual(['second', 'third'])
})

test('harmless ones are sent only where no dangerous one deafens', async () => {
  expect((await named({ deafenedBy: ['second'] })).sent).toEqual(['first', 'second', 'third'])
  expect(await namesOf({ deafenedBy: ['harmless'] })).toEqual(['harmless'])
})

test('none is named that deafens only beside others', async () => {
  const { sent, timeline } = await named({})
  expect(sent).toEqual(['first', 'second', 'third', 'harmless'])
  expect(deafeningLabels(timeline).size).toBe(0)
})

test.each([
  { healedBy: 'nothing' as const },
  { healedBy: 'reboot' as const, mayReboot: false },
  { healedBy: 'switching' as const, otherWay: false },
])('nothing is sent to a device that cannot be made to hear again: %j', async device => {
  const { sent, timeline } = await named({ deafenedBy: ['first'], ...device })
  expect(sent).toEqual([])
  expect(deafeningLabels(timeline).size).toBe(0)
})
