import { decoyConnected } from '../../harness/acs/decoy.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { standard } from '../../harness/limits.ts'
import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import { attemptAfter, judgeDelay, judgeEvents, type Replied, repliedByUdp } from '../session-after-reply.ts'
import { entriesBetween } from './binding-requests.ts'
import { judgeInterleaved } from './interleaved.ts'
import { judgeNoReply } from './replies.ts'
import type { requestMetrics } from './request.ts'
import { heedsNoResponse } from './unheeded-responses.ts'

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
  if (replied.session !== undefined || isEachFollowed(stretch)) judgeSession(stretch, replied, verdict)
  else judgeSilence(timeline, replied, verdict)
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

/** Something follows each attempt: a session that comes after one of several may have come for another reason. */
function isEachFollowed(timeline: Timeline): boolean {
  const attempts = udpRequestsLabelled(timeline, ordinary)
  return attempts.every((asked, index) => {
    const until = attempts[index + 1]?.seq ?? Number.POSITIVE_INFINITY
    const stretch = entriesBetween(timeline, asked.seq, until)
    return attemptAfter(stretch, repliedByUdp(stretch, asked)) !== undefined
  })
}

function judgeSilence(timeline: Timeline, { evidence }: Replied, { inTime, event, asByHttp }: Judges): void {
  inTime.inconclusive('Nothing shows that the request was accepted; that it was not breaks CR-UDP-43.', { evidence })
  event.inconclusive('No session came whose events could be read.', { evidence })
  const expected = ['a session with 6 CONNECTION REQUEST within 30 s of the request']
  if (heedsNoResponse(timeline))
    return asByHttp.inconclusive(
      'Nothing that is sent to the device seems to arrive: it repeats all Binding Requests although they are answered.',
      { expected, evidence },
    )
  asByHttp.fail({ expected, actual: 'none', evidence, limit: standard.sessionAfterReply })
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
