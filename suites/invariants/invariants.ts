import type { DeviceFacts } from '../../harness/device/facts.ts'
import { scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess } from '../../harness/timeline/http-requests.ts'
import { withoutOtherDevices } from '../../harness/timeline/other-devices.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import {
  currentTimeProblems,
  deviceIdProblems,
  eventListProblems,
  informs,
  judgeConstancy,
  judgeEach,
  missingForced,
  unknownEvents,
} from './informs.ts'
import { judgeHeaders, judgeOneAtATime, judgePipelining, judgeRetryCountAfterSuccess } from './sessions.ts'
import { judgeUnanswered } from './udp.ts'
import { judgeIqAnswered, judgeToldJids } from './xmpp.ts'

/** Rules that hold at all times, judged over the whole run. It makes no conversation of its own. */
export const invariants = scenario({
  id: 'invariants',
  title: 'Rules that hold at all times',
  purpose:
    'Every Inform, every session and every success reply of the run is held against the rules that know no exception.',
  applies: () => ({ applies: true }),
  windows: () => [],
  metrics: {
    identity: must('CW-INF-01', 'DeviceId has the right form and stays the same.'),
    forced: must('CW-INF-02', 'Every Inform carries the parameters that the data model forces into it.'),
    maxEnvelopes: weakMust('CW-INF-03', 'MaxEnvelopes is 1.'),
    currentTime: weakMust('CW-INF-04', 'CurrentTime has an offset from UTC.'),
    retryCount: must('CW-INF-05', 'RetryCount is 0 in the session after a success.'),
    eventCodes: must('CW-EVT-01', 'Every EventCode is one that the standard knows.'),
    eventList: must('CW-EVT-02', 'A single event is listed once, with an empty CommandKey.'),
    oneAtATime: must('CW-SES-01', 'At most one session is open at a time.'),
    notPipelined: must('CW-SES-06', 'No request is sent before the one before it was answered.'),
    soapAction: weakMust(
      'CW-SES-08',
      'SOAPAction is empty with an envelope; an empty POST has neither it nor Content-Type.',
    ),
    urlInInform: must('CR-HTTP-02', 'Every Inform carries the ConnectionRequestURL.'),
    emptyReplies: must('CR-HTTP-12', 'Every success reply is empty.'),
    iqAnswered: must('CR-XMPP-22', 'Every iq of type get or set that reached the device got exactly one answer.'),
    udpUnanswered: must('CR-UDP-41', 'No UDP Connection Request is answered by UDP.'),
    jabberId: must('CR-XMPP-09', 'Every ConnReqJabberID that the device tells is the JID that the server bound.'),
  },

  async run() {
    // Nothing of its own: the run as a whole is the conversation.
  },

  judge(timeline, verdict) {
    const facts = factsOf(timeline)
    judgeEach(
      timeline,
      verdict.identity,
      ['OUI of six upper-case hexadecimal digits; texts of at most 64 characters'],
      deviceIdProblems,
    )
    judgeConstancy(timeline, verdict.identity)
    if (facts) judgeEach(timeline, verdict.forced, ['every forced parameter of the data model'], missingForced(facts))
    else verdict.forced.inconclusive('The data model of the device is not known: the probe did not come to its end.')
    judgeMaxEnvelopes(timeline, verdict.maxEnvelopes)
    judgeEach(
      timeline,
      verdict.currentTime,
      ['local time with its offset from UTC', '0001-01-01T00:00:00Z for an unknown time'],
      currentTimeProblems,
    )
    judgeRetryCountAfterSuccess(timeline, verdict.retryCount)
    judgeEach(timeline, verdict.eventCodes, ['EventCodes of Table 8, M <method>, X <OUI> <text>'], unknownEvents)
    judgeEach(
      timeline,
      verdict.eventList,
      ['each single event once, CommandKey empty, at most 64 events'],
      eventListProblems,
    )
    const own = withoutOtherDevices(timeline.entries, timeline.entries)
    judgeOneAtATime(own, verdict.oneAtATime)
    judgePipelining(own, verdict.notPipelined)
    judgeHeaders(own, verdict.soapAction)
    judgeEach(
      timeline,
      verdict.urlInInform,
      ['ConnectionRequestURL in every Inform; empty while it is switched off'],
      inform =>
        inform.inform.parameters.some(({ name }) => name.endsWith('ManagementServer.ConnectionRequestURL'))
          ? []
          : ['an Inform without ConnectionRequestURL'],
    )
    judgeReplies(timeline, verdict.emptyReplies)
    judgeIqAnswered(timeline, verdict.iqAnswered)
    judgeToldJids(timeline, verdict.jabberId)
    judgeUnanswered(timeline, verdict.udpUnanswered)
  },
})

const factsOf = (timeline: Timeline) => entriesOf(timeline, 'probed')[0]?.probe as DeviceFacts | undefined

function judgeMaxEnvelopes(timeline: Timeline, metric: Parameters<typeof judgeEach>[1]) {
  const version1 = informs(timeline).every(({ cwmp }) => cwmp.endsWith('-1-0'))
  if (version1 && informs(timeline).length > 0)
    return metric.notAsked('A device of CWMP 1.0 may send more than one envelope.')
  judgeEach(timeline, metric, ['MaxEnvelopes 1'], ({ inform }) =>
    inform.maxEnvelopes?.trim() === '1' ? [] : [`MaxEnvelopes ${inform.maxEnvelopes ?? 'missing'}`],
  )
}

function judgeReplies(timeline: Timeline, metric: Parameters<typeof judgeEach>[1]) {
  const replies = httpRequests(timeline).filter(isSuccess)
  const expected = ['no body in a success reply']
  const [first] = replies
  if (httpRequests(timeline).every(request => request.answer === undefined))
    return metric.notApplicable('The device answered no HTTP request.', 'its ConnectionRequestURL could be reached')
  if (!first) return metric.inconclusive('No success reply came.')
  for (const { answer } of replies)
    if (answer && answer.body.length > 0)
      metric.fail({ expected, actual: `${answer.body.length} bytes of body`, evidence: [answer.seq] })
  metric.pass({ expected, actual: `so in ${replies.length} replies`, evidence: [first.seq] })
}
