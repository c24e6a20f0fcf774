import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { standard } from '../../harness/limits.ts'
import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'

/** Below the 30 s after which the device may give up. */
const silence = {
  ms: 25_000,
  source: 'ours' as const,
  why: 'a silence that the device must bear, 5 s below its 30 s (3.7.1.4)',
}
/** A device that keeps posting after the end does it at once. */
const afterEnd = {
  ms: 5000,
  source: 'ours' as const,
  why: 'a device that does not see the end of a session posts again at once',
}

const metrics = {
  patient: weakMust('CW-SES-04', 'The device keeps the session through 25 s without an answer.'),
  ends: must('CW-SES-03', 'After the empty answer to its empty POST the device ends the session.'),
  holdHonoured: must('CW-SES-10', 'While HoldRequests is true the device sends no request of its own.'),
}

/** CW-SES-03, 04, 10: silence, end and hold. */
export const hold = scenario({
  id: 'session-hold',
  title: 'A session that is held, and its end',
  purpose:
    'The ACS stays silent for 25 s in mid-session, then ends it with an empty answer. In another session it holds the requests of a device that has a TransferComplete to report.',
  applies: needs(aSessionOnRequest),
  windows: facts => [
    rests(facts, 1),
    { for: 'an answer that comes late', ms: silence.ms },
    { for: 'a request after the end of the session', ms: afterEnd.ms },
    { for: 'the sessions', ms: 2 * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    await conversation.step('Let the device wait 25 s for an answer, then end the session', () =>
      stayedSilent(conversation),
    )
    if (conversation.bench.facts.rpcMethods.includes('Download'))
      await conversation.step('Hold the requests of a device that has a failed Download to report', () =>
        holdRequests(conversation),
      )
  },

  judge(timeline, verdict) {
    judgePatience(timeline, verdict)
    judgeEnd(timeline, verdict)
    judgeHold(timeline, verdict)
  },
})

async function stayedSilent({ bench, mark, watch }: Conversation) {
  const names = [managementServer(bench.facts, 'PeriodicInformInterval')]
  await bench.inSession('stay silent in mid-session', async session => {
    mark('silent', { session: session.id })
    await session.call('GetParameterValues', { names })
    await bench.clock.sleep(silence.ms, session.signal)
    await session.call('GetParameterValues', { names })
    mark('heard-again', { session: session.id })
  })
  mark('ended')
  await watch('a request after the end of the session', afterEnd)
  mark('end-watched')
}

/** A Download that cannot succeed gives the device a TransferComplete of its own. A.3.2.8 */
async function holdRequests({ bench, mark }: Conversation) {
  bench.acs.serveStatus(missingFile, 404)
  const hasTransfer = (inform: { events: { eventCode: string }[] }) =>
    inform.events.some(({ eventCode }) => eventCode === '7 TRANSFER COMPLETE')
  const accepted = await bench.inSession('order a Download that cannot succeed', async session => {
    try {
      await session.call('Download', {
        url: new URL(missingFile, bench.acs.url).href,
        commandKey: 'connreq',
        fileType: '3 Vendor Configuration File',
      })
      return true
    } catch (error) {
      if (error instanceof CwmpFault) return false
      throw error
    }
  })
  if (!accepted) return mark('no-download')
  await bench.nextSession(
    'hold the requests of the device',
    transferTimeoutMs,
    async session => {
      mark('held', { session: session.id })
      await session.call('GetParameterValues', { names: [managementServer(bench.facts, 'PeriodicInformInterval')] })
      mark('hold-over', { session: session.id })
    },
    { when: hasTransfer, onInform: () => ({ respond: { holdRequests: true } }) },
  )
}

const missingFile = '/connreq-no-such-file'
const transferTimeoutMs = 120_000

function judgePatience(timeline: Timeline, { patient }: MetricJudges<typeof metrics>) {
  const silent = markNamed(timeline, 'silent')
  if (!silent) return
  const id = silent.data?.['session']
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id)
  const answers = entriesOf(timeline, 'rpc-answered').filter(entry => entry.session === id)
  patient.check(markNamed(timeline, 'heard-again') !== undefined, {
    expected: ['the session goes on after 25 s of silence'],
    actual: markNamed(timeline, 'heard-again')
      ? `${answers.length} RPCs answered, session ${ended?.how ?? 'open'}`
      : `session ${ended?.how ?? 'open'} during the silence`,
    evidence: [silent.seq, ...(ended ? [ended.seq] : [])],
    limit: standard.sessionTimeout,
  })
}

function judgeEnd(timeline: Timeline, { ends }: MetricJudges<typeof metrics>) {
  const id = markNamed(timeline, 'silent')?.data?.['session']
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id && entry.how === 'completed')
  if (!ended) return ends.inconclusive('The session did not come to its ordinary end.')
  const watched = markNamed(timeline, 'end-watched')
  const posts = entriesOf(timeline, 'empty-post').filter(
    entry => entry.session === id && entry.seq > ended.seq && entry.seq < (watched?.seq ?? Infinity),
  )
  ends.check(posts.length === 0, {
    expected: ['no further POST of the session after the empty answer; the connection may stay open'],
    actual: posts.length === 0 ? 'no further POST' : `${posts.length} further POSTs`,
    evidence: [ended.seq, ...posts.slice(0, 3).map(({ seq }) => seq)],
  })
}

function judgeHold(timeline: Timeline, { holdHonoured }: MetricJudges<typeof metrics>) {
  const held = markNamed(timeline, 'held')
  if (!held)
    return holdHonoured.notApplicable(
      'The device has no request of its own that could be held back: it takes no Download, or reports none.',
      'it reported a failed Download by TransferComplete',
    )
  const over = markNamed(timeline, 'hold-over')
  const own = entriesOf(timeline, 'device-rpc').filter(entry => entry.session === held.data?.['session'])
  const during = own.filter(entry => entry.holdRequests)
  const evidence = [held.seq, ...own.map(({ seq }) => seq)]
  if (own.length === 0)
    return holdHonoured.inconclusive(
      'The device had no request of its own in that session, during the hold or after it.',
      { evidence },
    )
  holdHonoured.check(during.length === 0, {
    expected: ['only answers and empty POSTs while HoldRequests is true'],
    actual:
      during.length === 0
        ? `no request during the hold, ${own.length} after it`
        : `${during.map(({ method }) => method).join(', ')} during the hold`,
    evidence: [...evidence, ...(over ? [over.seq] : [])],
  })
}
