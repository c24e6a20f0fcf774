import { expect, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { dropStreamsBeforeBoot } from './streams-before-boot.ts'
import type { EntryOf, NewEntry } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import type { BoundStream, XmppServer } from './xmpp-server/xmpp-server.ts'

const bound = (connection: number, username = 'cpe'): NewEntry => ({
  type: 'xmpp-bound',
  ...{ connection, stream: `s${connection}`, username, jid: `${username}@xmpp.test/${connection}`, tls: true },
})
const opened = (events: string[], ofDeviceUnderTest = true): NewEntry => ({
  type: 'session-opened',
  ...{ session: 1, connection: 1, exchange: 1, attemptAt: 0, attemptBasis: 'connection', cwmp: '', problems: [] },
  inform: { deviceId: {}, events: events.map(eventCode => ({ eventCode, commandKey: '' })), parameters: [] },
  ofDeviceUnderTest,
})
const booted = (ofDeviceUnderTest = true) => opened(['1 BOOT', '4 VALUE CHANGE'], ofDeviceUnderTest)
const ended = (how: EntryOf<'session-ended'>['how'] = 'completed'): NewEntry => ({
  type: 'session-ended',
  ...{ session: 1, how },
})

/** Plays what happens. @returns the connections that were dropped, with the entries noted for it */
function droppedAfter(...happened: NewEntry[]) {
  const timeline = new TimelineRecorder({ clock: createVirtualClock(), redactor: keepSecrets })
  const streams: BoundStream[] = []
  const dropped: number[] = []
  const server = {
    streams: () => streams,
    drop(connection: number) {
      dropped.push(connection)
      streams.splice(
        streams.findIndex(stream => stream.connection === connection),
        1,
      )
      return true
    },
  } as unknown as XmppServer
  const stop = dropStreamsBeforeBoot({ timeline, server, username: 'cpe' })
  for (const entry of happened) {
    if (entry.type === 'xmpp-bound') streams.push(entry)
    timeline.add(entry)
  }
  stop()
  timeline.add(booted())
  return dropped
}

test('a boot ends the streams that were bound before the last session, and not the one that came with it', () => {
  expect(droppedAfter(bound(1), bound(2), ended(), bound(3), booted())).toEqual([1, 2])
})

test('a reboot by control counts as such a time too', () => {
  const reboot: NewEntry = { type: 'control', action: 'reboot', how: 'command' }
  expect(droppedAfter(ended(), bound(1), reboot, bound(2), booted())).toEqual([1])
})

test('a boot that is told again tells of no other boot', () => {
  expect(droppedAfter(ended(), booted(), bound(1), ended('broken-off-by-device'), booted())).toEqual([])
})

test.each([
  ['no boot', opened(['6 CONNECTION REQUEST'])],
  ['the boot of another device', booted(false)],
])('%s ends none', (_what, entry) => {
  expect(droppedAfter(bound(1), ended(), entry)).toEqual([])
})

test('streams of other accounts go on', () => {
  expect(droppedAfter(bound(1, 'other'), ended(), booted())).toEqual([])
})
