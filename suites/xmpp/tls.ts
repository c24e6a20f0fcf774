import { type Bench, overXmpp } from '../../harness/bench.ts'
import { ours } from '../../harness/verdict/limit.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { must, should, weakMust } from '../../harness/verdict/metric.ts'
import { markNamed, timelineOf } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import { aWayInBesidesXmpp, anEmbeddedXmppServer, anXmppStream, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { enableConnection, readAsDue, setParameters, settleConnection } from './connection-settings.ts'
import { accountMark, ownConnections } from './own-connections.ts'
import { booleanOf, orNothing, switchOff } from './streams.ts'
import { judgeEstablished, judgeInClear, judgeRequired, judgeTold, judgeUse, readRounds } from './tls-judge.ts'
import { type Round, roundBegunMark, roundDoneMark, roundsWith, roundsWithout } from './tls-rounds.ts'

const metrics = {
  told: must('CR-XMPP-04', 'With UseTLS true the device uses TLS also where the server merely offers it.'),
  untold: weakMust('CR-XMPP-05', 'With UseTLS false the device does not start TLS that is merely offered.'),
  required: must('CR-XMPP-06', 'Where the server requires TLS the device does not authenticate in clear.'),
  established: must('CR-XMPP-07', 'TLSEstablished tells whether the stream is under TLS.'),
  protected: should('CR-XMPP-30', 'The device uses TLS where it may choose, so that no password travels in clear.'),
}

/** How long a negotiation may take once the device has connected. */
const negotiation = ours(60, 'the standard does not say how long a device may take to negotiate a stream')

/** CR-XMPP-04, 05, 06, 07, 30: TLS as the server has it and as UseTLS says. */
export const tls = scenario({
  id: 'xmpp-tls',
  title: 'TLS on the way to the XMPP server',
  purpose:
    'The server offers TLS or requires it, and UseTLS says yes or no: the device uses TLS where it must, leaves it where it is told to, and tells truly which it was.',
  applies: needs(anXmppStream, anEmbeddedXmppServer, aWayInBesidesXmpp),
  windows: facts => [rests(facts, 8)],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const xmpp = overXmpp(bench)
    if (!xmpp.lab.useTls) return mark('server-without-tls')
    mark(accountMark, { username: xmpp.lab.account.username })
    const rounds = canSetUseTls(bench) ? roundsWith : roundsWithout
    try {
      for (const round of rounds) await step(round.title, () => playRound(conversation, round))
    } finally {
      if (!bench.signal.aborted) await setBack(conversation)
    }
  },

  judge(timeline, verdict) {
    if (markNamed(timeline, 'server-without-tls')) {
      for (const metric of Object.values(verdict))
        metric.notApplicable('The XMPP server of this run has no TLS.', 'xmpp.startTls were offered or required')
      return
    }
    const rounds = readRounds(timeline)
    judgeTold(rounds, verdict.told)
    judgeInClear(rounds, verdict.untold)
    judgeRequired(rounds, verdict.required)
    judgeEstablished(timeline, rounds, verdict.established)
    judgeUse(rounds, verdict.protected)
  },
})

function canSetUseTls(bench: Bench): boolean {
  const { path, parameters } = overXmpp(bench).connection
  return parameters[`${path}UseTLS`]?.writable === true
}

async function playRound(conversation: Conversation, { name, startTls, useTls }: Round) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  await switchOff(conversation)
  xmpp.server.policy = { ...xmpp.server.policy, startTls }
  mark(roundBegunMark, { round: name })
  const since = bench.timeline.lastSeq
  const more = useTls === undefined ? {} : { UseTLS: useTls ? '1' : '0' }
  await setParameters(conversation, `${name}: switch the XMPP connection on`, { ...more, Enable: '1' })
  const bound = await awaitStream(conversation, since)
  if (bound) await readAsDue(conversation, name, { TLSEstablished: value => booleanOf(value) === bound.tls })
  mark(roundDoneMark, { round: name })
}

/** Waits until the device has connected, and then for the end of its negotiation. Other accounts may connect before. */
async function awaitStream({ bench, soFar }: Conversation, since: number) {
  const xmpp = overXmpp(bench)
  const until = bench.clock.now() + bench.facts.timing.xmppConnectMs
  for (let after = since; ; after = bench.timeline.lastSeq) {
    const accepted = await orNothing(
      bench,
      bench.timeline.waitFor('xmpp-connection-accepted', entry => entry.for !== 'components', {
        after,
        timeoutMs: Math.max(0, until - bench.clock.now()),
        what: 'the device to connect',
        signal: bench.signal,
      }),
    )
    const bound = accepted && (await xmpp.boundAfter(since, negotiation.ms))
    if (!accepted || bound) return bound
    const stretch = timelineOf(soFar().entries.filter(({ seq }) => seq > since))
    if (ownConnections(soFar(), xmppConnections(stretch)).length > 0) return undefined
  }
}

/** The ordinary server and the ordinary UseTLS. */
async function setBack(conversation: Conversation) {
  const { bench } = conversation
  const { lab } = overXmpp(bench)
  lab.resetPolicy()
  if (canSetUseTls(bench)) {
    await switchOff(conversation, 'switch the XMPP connection off, to set UseTLS back')
    await enableConnection(conversation, 'tls-settled', { UseTLS: lab.useTls ? '1' : '0' })
  }
  await settleConnection(conversation)
}
