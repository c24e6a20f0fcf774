import { decoyConnected } from '../../harness/acs/decoy.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import { attemptAfter, judgeDelay, judgeEvents, type Replied, repliedByUdp } from '../session-after-reply.ts'
import { judgeInterleaved } from './interleaved.ts'
import { judgeNoReply } from './replies.ts'
import type { requestMetrics } from './request.ts'

export const ordinary = 'ordinary UDP request'
export const elsewhere = 'sender at another address'

type Judges = MetricJudges<typeof requestMetrics>

/** Judges udp-request. */
export function judgeRequest(timeline: Timeline, verdict: Judges, property: NoteProperty): void {
  const stretch = between(timeline, 'ordinary-begun', 'ordinary-done')
  const asked = udpRequestsLabelled(stretch, ordinary).at(-1)
  if (!asked) return
  const [failure] = asked.failures
  if (failure && asked.failures.length >= asked.copies.length) {
    const reason = `The request could not be sent: ${failure.problem}.`
    for (const metric of Object.values(verdict)) metric.inconclusive(reason, { evidence: [failure.seq] })
    return
  }
  const replied = repliedByUdp(stretch, asked)
  judgeSession(stretch, replied, verdict)
  judgeNoReply(between(timeline, 'ordinary-begun', 'replies-over'), verdict.noReply, {
    heard: replied.session !== undefined,
  })
  judgeDestination(timeline, replied, verdict)
  judgeInterleaved(timeline, verdict.besideStun, { heardAlone: replied.session !== undefined })
  if (replied.session)
    property(
      'time from UDP request to session',
      formatDuration(Math.max(0, replied.session.attemptAt - asked.first.at)),
    )
}

function judgeSession(timeline: Timeline, replied: Replied, { inTime, event, asByHttp }: Judges): void {
  const { evidence } = replied
  if (attemptAfter(timeline, replied) !== undefined) judgeDelay(timeline, replied, inTime)
  else
    inTime.inconclusive('Nothing shows that the request was accepted; that it was not breaks CR-UDP-43.', { evidence })
  judgeEvents(timeline, replied, event)
  judgeDelay(timeline, replied, asByHttp)
  judgeEvents(timeline, replied, asByHttp)
}

/** A device that hears no other sender gives nothing to judge there: then the ordinary session counts. */
function judgeDestination(timeline: Timeline, replied: Replied, { toAcs }: Judges): void {
  const expected = ['the session at the ACS that the device already knows']
  const strayed = entriesOf(timeline, 'mark').find(({ name }) => name === decoyConnected)
  if (strayed)
    return toAcs.fail({
      expected,
      actual: 'the device connected to the place from which the request came',
      evidence: [strayed.seq],
    })
  const fromElsewhere = udpRequestsLabelled(timeline, elsewhere)
    .map(asked => repliedByUdp(timeline, asked))
    .find(({ session }) => session !== undefined)
  const { session, evidence } = fromElsewhere ?? replied
  if (!session) return toAcs.inconclusive('No session came whose destination could be seen.', { expected })
  toAcs.pass({ expected, actual: `${nameOf(session)} with the ACS`, evidence })
}
