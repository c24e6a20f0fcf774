import { ConditionsNotMet } from '../../harness/conditions.ts'
import { overXmpp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { aWayInBesidesXmpp, anEmbeddedXmppServer, anXmppConnection, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { accountMark, accountOfLab, accountOfProvisioning } from './account.ts'
import { enableConnection, readValues, setParameters, settleConnection } from './connection-settings.ts'
import { judgeConnect } from './connect-judge.ts'
import { connectMetrics } from './connect-metrics.ts'
import { endOf, orNothing, switchOff } from './streams.ts'

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
async function tryAgain({ bench, mark }: Conversation) {
  const { facts, timeline, signal } = bench
  const { connection } = facts.xmpp
  const account = accountOfProvisioning(bench)
  if (connection === undefined || account === undefined) throw new ConditionsNotMet(facts.xmpp.detail)
  const enable = (what: string, value: string) =>
    bench.inSession(what, session =>
      session.call('SetParameterValues', {
        parameters: [{ name: `${connection.path}Enable`, value, type: 'boolean' }],
      }),
    )
  mark(accountMark, { ...account })
  await enable('switch the XMPP connection off', '0')
  mark('enabled')
  const since = timeline.lastSeq
  await enable('switch the XMPP connection on', '1')
  const wait = { after: since, timeoutMs: facts.timing.xmppConnectMs, what: 'the device to bind a stream', signal }
  await orNothing(
    bench,
    timeline.waitFor('xmpp-bound', () => true, wait),
  )
  mark('awaited')
}

const ofStream = ['Status', 'TLSEstablished', 'JabberID']

async function offAndOn(conversation: Conversation) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  await switchOff(conversation)
  await readValues(conversation, 'disabled', ofStream)
  mark(accountMark, { ...accountOfLab(bench, xmpp) })
  const { server } = xmpp
  // Another resource than the device proposes, so that JabberID cannot be right by chance.
  server.policy = {
    ...server.policy,
    bind: ({ username, resource }) => ({ username, resource: `${resource ?? 'connreq'}-bound` }),
  }
  const bound = await enableConnection(conversation, 'enabled')
  mark('awaited')
  if (bound) await readValues(conversation, 'connected', ofStream)
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
  const { bench, mark } = conversation
  const { server } = overXmpp(bench)
  await switchOff(conversation)
  server.policy = { ...server.policy, failAuthentication: 'not-authorized' }
  mark('refusing')
  const since = bench.timeline.lastSeq
  await setParameters(conversation, 'switch the XMPP connection on, to be refused', { Enable: '1' })
  const refused = await orNothing(
    bench,
    bench.timeline.waitFor('xmpp-authenticated', ({ ok }) => !ok, {
      after: since,
      timeoutMs: bench.facts.timing.xmppConnectMs,
      what: 'the device to authenticate and be refused',
      signal: bench.signal,
    }),
  )
  mark('refused', { seen: refused !== undefined })
  if (refused) await readValues(conversation, 'refused', ['Status'])
}
