import { type Bench, overXmpp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { reference } from '../../harness/device/xmpp-provisioning.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import type { BoundStream } from '../../harness/xmpp-server/xmpp-server.ts'
import { aSessionOnXmppRequest, aWayInBesidesXmpp, anEmbeddedXmppServer, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { hasParameter, readAsDue, readValues, setParameters, settleConnection } from './connection-settings.ts'
import { judgeJabberIds } from './jabberid-judge.ts'
import { announces, jabberIdMetrics, notificationLimit } from './jabberid-metrics.ts'
import { judgeNotifications } from './jabberid-notifications.ts'
import { accountMark } from './own-connections.ts'
import { isSameJid, orNothing, switchOff } from './streams.ts'

const jids = ['JabberID', 'ConnReqJabberID']
const sameJid = (jid: string) => Object.fromEntries(jids.map(name => [name, (value: string) => isSameJid(value, jid)]))

/** CR-XMPP-09, 10, 11, 12: the JID that the server binds, and who is told of it. */
export const jabberId = scenario({
  id: 'xmpp-jabberid',
  title: 'The JID of the device',
  purpose:
    'The server binds another JID than the device proposed: the device shows it, tells the ACS of it, and says nothing when it comes back under the same one.',
  applies: needs(aSessionOnXmppRequest, anEmbeddedXmppServer, aWayInBesidesXmpp),
  windows: facts => [rests(facts, 9), { for: 'a notification of the same JID', ms: chosen.watch(facts).ms }],
  metrics: jabberIdMetrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    mark(accountMark, { username: overXmpp(bench).lab.account.username })
    try {
      await settleConnection(conversation)
      await step('Make it reconnect quickly, and look at its notification settings', () => prepare(conversation))
      const first = streamOf(bench)
      await readAsDue(conversation, 'up', sameJid(first.jid))
      await step('Take the server away', () => loseStream(conversation, first))
      await step('Bind another JID', () => bindAnother(conversation, first))
      await step('Bind the same JID again', () => bindSame(conversation))
      await step('Switch the connection off, then on without a reference to it', () => leaveUnused(conversation))
    } finally {
      if (!bench.signal.aborted) await setBack(conversation)
    }
  },

  judge(timeline, verdict) {
    judgeJabberIds(timeline, verdict)
    judgeNotifications(timeline, verdict)
  },
})

function streamOf(bench: Bench): BoundStream {
  const stream = overXmpp(bench).stream()
  if (stream === undefined) throw new ConditionsNotMet('The device has no XMPP stream.')
  return stream
}

/** The shortest waits between attempts to reconnect; only those that the device has. */
const quick: Record<string, string> = { ServerRetryInitialInterval: '1', ServerRetryIntervalMultiplier: '1000' }

const quickOnes = (bench: Bench) =>
  Object.keys(quick).filter(name => {
    const { path, parameters } = overXmpp(bench).connection
    return hasParameter(bench, name) && parameters[path + name]?.writable === true
  })

async function prepare(conversation: Conversation) {
  const { bench, mark } = conversation
  const names = quickOnes(bench)
  if (names.length > 0)
    await setParameters(
      conversation,
      'set the shortest waits between attempts to reconnect',
      Object.fromEntries(names.map(name => [name, quick[name] ?? ''])),
    )
  const parameter = managementServer(bench.facts, 'ConnReqJabberID')
  const notification = await bench.inSession('read the notification attribute of ConnReqJabberID', session =>
    session.call('GetParameterAttributes', { names: [parameter] }).then(
      ({ parameters }) => parameters[0]?.notification,
      (error: unknown) => {
        if (error instanceof CwmpFault) return undefined
        throw error
      },
    ),
  )
  const throttle = bench.facts.parameters[managementServer(bench.facts, 'DefaultActiveNotificationThrottle')]?.value
  mark('notification', { attribute: notification, throttle: Number(throttle ?? 0) })
  await settleConnection(conversation)
}

async function loseStream(conversation: Conversation, stream: BoundStream) {
  const { bench, mark } = conversation
  const { server } = overXmpp(bench)
  mark('first-jid', { jid: stream.jid })
  server.policy = { ...server.policy, connections: 'reset' }
  server.drop(stream.connection, 'close-stream')
  await readValues(conversation, 'lost', jids)
}

/** Another local part and another resource than the device proposes. */
async function bindAnother(conversation: Conversation, { jid: firstJid }: BoundStream) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  const { server } = xmpp
  mark('server-back')
  const since = bench.timeline.lastSeq
  server.policy = {
    ...server.policy,
    connections: 'serve',
    bind: ({ username, resource }) => ({ username: `${username}-2`, resource: `${resource ?? 'connreq'}-2` }),
  }
  const bound = await xmpp.boundAfter(since, bench.facts.timing.xmppConnectMs)
  if (!bound) throw new ConditionsNotMet('The device did not come back when its server did; see CR-XMPP-02.')
  mark('rebound', { jid: bound.jid, before: firstJid })
  const told = await orNothing(
    bench,
    bench.timeline.waitFor('session-opened', announces, {
      after: bound.seq,
      timeoutMs: notificationLimit.ms,
      what: 'a session with 4 VALUE CHANGE for ConnReqJabberID',
      signal: bench.signal,
    }),
  )
  if (told) await bench.sessionEnd(told.session)
  mark('rebound-awaited')
  await readAsDue(conversation, 'rebound', sameJid(bound.jid))
}

async function bindSame(conversation: Conversation) {
  const { bench, mark, watch } = conversation
  const xmpp = overXmpp(bench)
  const { jid, connection } = streamOf(bench)
  await bench.rest()
  mark('same', { jid })
  const since = bench.timeline.lastSeq
  xmpp.server.drop(connection, 'close-stream')
  const bound = await xmpp.boundAfter(since, bench.facts.timing.xmppConnectMs)
  if (!bound) throw new ConditionsNotMet('The device did not come back after its stream was dropped; see CR-XMPP-02.')
  await watch('a notification of the same JID', chosen.watch(bench.facts), timeline =>
    timeline.entries.some(entry => entry.seq > since && entry.type === 'session-opened' && announces(entry)),
  )
  mark('same-watched')
  await bench.xmppControl()
  mark('same-over')
}

async function leaveUnused(conversation: Conversation) {
  const { bench } = conversation
  await switchOff(conversation)
  await readAsDue(conversation, 'disabled', emptied)
  const since = bench.timeline.lastSeq
  const { fault } = await setParameters(conversation, 'clear the reference', { ConnReqXMPPConnection: '' })
  if (fault !== undefined) return
  await setParameters(conversation, 'switch the connection on without a reference', { Enable: '1' })
  // Without its stream an empty value would say nothing.
  await overXmpp(bench).boundAfter(since, bench.facts.timing.xmppConnectMs)
  await readAsDue(conversation, 'unreferenced', emptied)
}

const emptied = { ConnReqJabberID: (value: string) => value === '' }

/** The reference, the waits as they were before, the ordinary server and its stream. */
async function setBack(conversation: Conversation) {
  const { bench } = conversation
  const { lab, connection } = overXmpp(bench)
  const { path, parameters } = connection
  lab.resetPolicy()
  const waits = quickOnes(bench).map(name => ({
    name: path + name,
    value: parameters[path + name]?.value ?? '',
    type: parameters[path + name]?.type ?? 'unsignedInt',
  }))
  try {
    await bench.inSession('set the reference and the waits back', async session => {
      await reference(
        async settings => void (await session.call('SetParameterValues', { parameters: settings })),
        bench.facts.root,
        path,
      )
      if (waits.length > 0) await session.call('SetParameterValues', { parameters: waits })
    })
  } finally {
    // A stream that is left over has the other JID.
    if (overXmpp(bench).stream()) await switchOff(conversation, 'switch the connection off, for an ordinary JID')
    await settleConnection(conversation)
  }
}
