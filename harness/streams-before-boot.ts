import type { Entry } from './timeline/entry.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'
import type { XmppServer } from './xmpp-server/xmpp-server.ts'

/** The mark of streams that a boot has made meaningless, with their `connections`. */
const streamsBeforeBoot = 'streams-before-boot-dropped'

/**
 * Drops streams of an account that the device cannot know any more, because it has booted since they were bound: no
 * answer will come by them, and the server would go on sending requests there.
 * @returns how to stop
 */
export function dropStreamsBeforeBoot({
  timeline,
  server,
  username,
}: {
  timeline: TimelineRecorder
  server: XmppServer
  username: string
}): () => void {
  return timeline.onEntry(entry => {
    if (entry.type !== 'session-opened' || !entry.ofDeviceUnderTest) return
    if (!entry.inform.events.some(({ eventCode }) => eventCode === '1 BOOT')) return
    const { entries } = timeline
    const before = entries.findLastIndex(isBeforeBoot)
    const stale = server
      .streams()
      .filter(stream => stream.username === username)
      .map(({ connection }) => connection)
      .filter(connection => entries.findLastIndex(each => isBinding(each, connection)) < before)
    if (stale.length === 0) return
    timeline.add({ type: 'mark', name: streamsBeforeBoot, data: { connections: stale } })
    for (const connection of stale) server.drop(connection, 'close-connection')
  })
}

/**
 * The boot came after that: "1 BOOT" is told until a session is completed, so a completed one was before the boot. A
 * stream bound later may be of the time after it.
 */
const isBeforeBoot = (entry: Entry) =>
  (entry.type === 'session-ended' && entry.how === 'completed') ||
  (entry.type === 'control' && entry.how !== 'person' && restarting.has(entry.action))

const restarting: ReadonlySet<string> = new Set(['reboot', 'power', 'factoryReset'])

const isBinding = (entry: Entry, connection: number) => entry.type === 'xmpp-bound' && entry.connection === connection
