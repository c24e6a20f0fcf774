import { ConditionsNotMet } from '../../harness/conditions.ts'
import { overXmpp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { aWayInBesidesXmpp, anEmbeddedXmppServer, anXmppConnection, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { accountOfLab, accountOfProvisioning } from './account.ts'
import { enableConnection, readAsDue, setAt, setParameters, settleConnection } from './connection-settings.ts'
import { judgeConnect, switchingOn } from './connect-judge.ts'
import { connectMetrics } from './connect-metrics.ts'
import { accountMark, isOwnName } from './own-connections.ts'
import { booleanOf, endOf, isSameJid, orNothing, switchOff } from './streams.ts'

/** CR-XMPP-02, 03, 07, 08, 09, 13: how the device connects to its XMPP server, and what it tells of that. */
export const connect = scenario({
  id: 'xmpp-connect',
  title: 'Connecting to the XMPP server',
  purpose:
    'The XMPP connection is switched off and on: the device logs in with the account it was given, keeps its stream, and its parameters tell how it fares, also when the server refuses its password.',
  applies: needs(anXmppConnection, anEmbeddedXmppServer, aWayInBesidesXmpp),
  windows: facts =>
    facts.xmpp.state === 'connected'
      ? [rests(facts, 7), { for: 'the stream to end', ms: chosen.watch(facts).ms }]
      : [rests(facts, 2)],
  metrics: connectMetrics,

  async run(conversation) {
    const { bench, step } = conversation
    if (bench.xmpp === undefined)
      return step('Switch the connection that never came up off and on', () => tryAgain(conversation))
    try {
      await step('Switch the connection off and on', () => offAndOn(conversation))
      await step('Leave the stream alone for a while', () => watchStream(conversation))
      await step('Refuse the password of the device', () => refusePassword(conversation))
    } finally {
      if (!bench.signal.aborted) await settleConnection(conversation)
    }
  },

  judge: judgeConnect,
})

/** For a device that did not connect before the scenarios: the same attempt once more, to be judged. */
async function tryAgain(conversation: Conversation) {
  const { bench, mark } = conversation
  const { facts, timeline, signal } = bench
  const { connection } = facts.xmpp
  const account = accountOfProvisioning(bench)
  if (connection === undefined || account === undefined) throw new ConditionsNotMet(facts.xmpp.detail)
  const enable = (what: string, value: string) =>
    setAt(conversation, what, { Enable: value }, name => connection.path + name)
  mark(accountMark, { ...account, requester: bench.credentials.username })
  await enable('switch the XMPP connection off', '0')
  mark('enabled')
  const since = timeline.lastSeq
  await enable(switchingOn, '1')
  const wait = { after: since, timeoutMs: facts.timing.xmppConnectMs, what: 'the device to bind a stream', signal }
  await orNothing(
    bench,
    timeline.waitFor('xmpp-bound', ({ username }) => isOwnName(conversation.soFar(), username), wait),
  )
  mark('awaited')
}

async function offAndOn(conversation: Conversation) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  await switchOff(conversation)
  await readAsDue(conversation, 'disabled', {
    Status: value => value === 'Disabled',
    TLSEstablished: value => booleanOf(value) === false,
    JabberID: () => true,
  })
  mark(accountMark, { ...accountOfLab(bench, xmpp), requester: bench.credentials.username })
  const { server } = xmpp
  // Another resource than the device proposes, so that JabberID cannot be right by chance.
  server.policy = {
    ...server.policy,
    bind: ({ username, resource }) => ({ username, resource: `${resource ?? 'connreq'}-bound` }),
  }
  const bound = await enableConnection(conversation, 'enabled')
  mark('awaited')
  const stream = xmpp.stream()
  if (!bound || !stream) return
  await readAsDue(conversation, 'connected', {
    Status: value => value === 'Enabled',
    TLSEstablished: value => booleanOf(value) === stream.tls,
    JabberID: value => isSameJid(value, stream.jid),
  })
}

async function watchStream({ bench, mark, watch }: Conversation) {
  const xmpp = overXmpp(bench)
  const stream = xmpp.stream()
  if (stream === undefined) return
  const left = await watch(
    'the stream to end',
    chosen.watch(bench.facts),
    timeline => endOf(timeline, stream.connection) !== undefined,
  )
  if (left === 'seen') await xmpp.boundAfter(bench.timeline.lastSeq, bench.facts.timing.xmppConnectMs)
  mark('watched')
}

async function refusePassword(conversation: Conversation) {
  const { bench, mark, soFar } = conversation
  const { server } = overXmpp(bench)
  await switchOff(conversation)
  server.policy = { ...server.policy, failAuthentication: 'not-authorized' }
  mark('refusing')
  const since = bench.timeline.lastSeq
  await setParameters(conversation, 'switch the XMPP connection on, to be refused', { Enable: '1' })
  const refused = await orNothing(
    bench,
    bench.timeline.waitFor('xmpp-authenticated', ({ ok, username }) => !ok && isOwnName(soFar(), username), {
      after: since,
      timeoutMs: bench.facts.timing.xmppConnectMs,
      what: 'the device to authenticate and be refused',
      signal: bench.signal,
    }),
  )
  mark('refused', { seen: refused !== undefined })
  if (refused) await readAsDue(conversation, 'refused', { Status: value => value === 'Error_AuthenticationFailure' })
}
