import { expect, test } from 'vitest'
import type { Conversation } from '../../harness/scenario.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { readAsDue, readingOf, readValues } from './connection-settings.ts'

const path = 'Device.XMPP.Connection.1.'

/** A device with JabberID alone, that tells these values in turn. */
function reader(...values: string[]) {
  const entries: Entry[] = []
  const slept: number[] = []
  let sessions = 0
  const call = async () => ({ parameters: [{ name: `${path}JabberID`, value: values[sessions++] }] })
  const conversation = {
    bench: {
      facts: { root: 'Device.', parameters: {} },
      xmpp: { connection: { path, parameters: { [`${path}JabberID`]: {} } } },
      clock: { sleep: async (ms: number) => void slept.push(ms) },
      inSession: (_: string, work: (session: unknown) => unknown) => work({ call }),
    },
    mark: (name: string, data: Record<string, unknown>) =>
      void entries.push({ seq: entries.length + 1, at: 0, type: 'mark', name, data }),
    soFar: () => timelineOf(entries),
  } as unknown as Conversation
  return { conversation, slept, read: (when: string) => readingOf(timelineOf(entries), when), sessions: () => sessions }
}

const due = { JabberID: (value: string) => value === 'new', TLSEstablished: () => false }

test('a value that is right at once is read once', async () => {
  const device = reader('new')
  await readAsDue(device.conversation, 'up', due)
  expect([device.sessions(), device.slept]).toEqual([1, []])
})

test('a value that is not right yet is read again after 5 s, and the later reading counts', async () => {
  const device = reader('old', 'new')
  await readAsDue(device.conversation, 'up', due)
  expect([device.sessions(), device.slept]).toEqual([2, [5000]])
  expect(device.read('up')?.values).toEqual({ JabberID: 'new' })
})

test('parameters that the device lacks are not asked for, and the reading is there all the same', async () => {
  const device = reader()
  await readValues(device.conversation, 'up', ['TLSEstablished'])
  expect(device.sessions()).toBe(0)
  expect(device.read('up')?.values).toEqual({})
})
