import { overXmpp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import type { BoundStream } from '../../harness/xmpp-server/xmpp-server.ts'
import { aSessionOnXmppRequest, aWayInBesidesXmpp, anEmbeddedXmppServer, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { disableConnection, enableConnection, settleConnection } from './connection-settings.ts'
import { afterSwitchingOn, judgeEnd, judgeReturn, judgeUnreachable, neverBackMark, whileOff } from './enable-judge.ts'
import { accountMark } from './own-connections.ts'

const metrics = {
  ends: must('CR-XMPP-28', 'With Enable false the device ends its stream.'),
  unreachable: must('CR-XMPP-28', 'With Enable false no XMPP request reaches the device.'),
  returns: must('CR-XMPP-28', 'With Enable true the stream is back, and with it the requests.'),
}

/** CR-XMPP-28: the connection switched off and on again. */
export const enable = scenario({
  id: 'xmpp-enable',
  title: 'The XMPP connection switched off and on',
  purpose:
    'With Enable set to false the stream ends and requests no longer arrive; with Enable set to true both are back.',
  applies: needs(aSessionOnXmppRequest, anEmbeddedXmppServer, aWayInBesidesXmpp),
  windows: facts => [
    rests(facts, 4),
    { for: 'a session after the connection was switched off', ms: chosen.watch(facts).ms },
    { for: 'the session that follows a result', ms: facts.xmpp.timeToSessionMs ?? 0 },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const xmpp = overXmpp(bench)
    mark(accountMark, { username: xmpp.lab.account.username })
    if (xmpp.stream() === undefined) await settleConnection(conversation)
    const stream = xmpp.stream()
    if (stream === undefined) return mark(neverBackMark, { limitMs: bench.facts.timing.xmppConnectMs })
    try {
      await step('Switch the connection off and ask all the same', () => askWhileOff(conversation, stream))
      await step('Switch it on again and ask', () => askAfterReturn(conversation))
    } finally {
      if (!bench.signal.aborted) await settleConnection(conversation)
    }
  },

  judge(timeline, verdict, property) {
    judgeEnd(timeline, verdict.ends, property)
    judgeUnreachable(timeline, verdict.unreachable)
    judgeReturn(timeline, verdict.returns)
  },
})

async function askWhileOff(conversation: Conversation, { jid, connection }: BoundStream) {
  const { bench, mark, watch } = conversation
  const xmpp = overXmpp(bench)
  mark('switching-off', { jid, connection })
  await disableConnection(conversation, 'switch off')
  mark('off-awaited')
  await bench.rest()
  const since = bench.timeline.lastSeq
  await xmpp.ask(whileOff, { to: jid })
  await watch(
    'a session after the connection was switched off',
    chosen.watch(bench.facts),
    timeline => connectionRequestSessions(timelineOf(timeline.entries.filter(({ seq }) => seq > since))).length > 0,
  )
  mark('off-watched')
  await bench.positiveControl()
}

async function askAfterReturn(conversation: Conversation) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  const still = xmpp.stream() !== undefined
  const bound = await enableConnection(conversation, 'switching-on', {}, still ? 0 : undefined)
  mark('on-awaited', { still, limitMs: bench.facts.timing.xmppConnectMs })
  if (!bound) return
  const outcome = await xmpp.knock(afterSwitchingOn)
  await xmpp.seeSessionThrough(outcome)
}
