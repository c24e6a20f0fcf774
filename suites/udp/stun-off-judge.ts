import type { MetricJudges } from '../../harness/scenario.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { hostAndPort, sameEndpoint } from '../../harness/udp-bench.ts'
import { requestsBegun } from './binding-requests.ts'
import { readHostAndPort } from './host-and-port.ts'
import { readingOf } from './stun-settings.ts'
import { isTrue } from './truth.ts'

export const stunOffMetrics = {
  silent: must('CR-UDP-06', 'With STUNEnable false no Binding Request is sent.'),
  natDetected: must('CR-UDP-06', 'With STUNEnable false NATDetected is false.'),
  address: must('CR-UDP-06', 'With STUNEnable false UDPConnectionRequestAddress is the local one.'),
  listens: must('CR-UDP-06', 'With STUNEnable false the device still hears requests at its local address.'),
}

type StunOffJudges = MetricJudges<typeof stunOffMetrics>

/** A public address as the server may tell it; nobody has it. RFC 5737 */
export const publicPlace = { address: '203.0.113.80', port: 40_080 }

/** The label of the request that shows whether the device still listens. */
export const toLocalAddress = 'to the local address with STUN off'

const later = 'The device answered status 1: it switches STUN off later.'

/** CR-UDP-06 */
export function judgeStunOff(timeline: Timeline, verdict: StunOffJudges): void {
  judgeSilent(timeline, verdict)
  judgeValues(timeline, verdict)
  judgeListens(timeline, verdict)
}

const isLater = (timeline: Timeline) => markNamed(timeline, 'off')?.data?.['status'] === 1

function judgeSilent(timeline: Timeline, { silent }: StunOffJudges) {
  const off = markNamed(timeline, 'off')
  const over = markNamed(timeline, 'off-over')
  if (!off || !over) return
  const [first, ...more] = requestsBegun(between(timeline, 'off', 'off-over'))
  const expected = ['no Binding Request']
  if (first) {
    const evidence = [off.seq, ...[first, ...more].slice(0, 5).map(({ entry }) => entry.seq)]
    if (isLater(timeline)) return silent.inconclusive(later, { expected, evidence })
    return silent.fail({ expected, actual: `one from ${hostAndPort(first.entry.from)}`, evidence })
  }
  const settled = markNamed(timeline, 'settled')
  const evidence = [off.seq, over.seq]
  if (settled?.data?.['bound'] !== true)
    return silent.inconclusive('None came with STUN on again either, so that the silence proves nothing.', { evidence })
  silent.pass({ expected, actual: 'none', evidence: [...evidence, settled.seq] })
}

function judgeValues(timeline: Timeline, { natDetected, address }: StunOffJudges) {
  const told = markNamed(timeline, 'told')
  const reading = readingOf(timeline, 'off')
  if (!told || !reading) return
  const { NATDetected: nat, UDPConnectionRequestAddress: value } = reading.values
  const evidence = [told.seq, reading.seq]
  const wasTold = told.data?.['told'] === true
  const check = (metric: StunOffJudges['address'], ok: boolean, finding: { expected: string[]; actual: string }) => {
    if (!ok && isLater(timeline)) metric.inconclusive(later, { ...finding, evidence })
    else if (ok && !wasTold)
      metric.inconclusive('The device could not be told another address before, which it might have kept.', {
        ...finding,
        evidence,
      })
    else metric.check(ok, { ...finding, evidence })
  }
  if (nat === undefined) natDetected.inconclusive('The device has no NATDetected; see CR-UDP-03.', { evidence })
  else check(natDetected, !isTrue(nat), { expected: ['false'], actual: `NATDetected ${nat}` })
  if (value === undefined)
    return address.inconclusive('The device has no UDPConnectionRequestAddress; see CR-UDP-03.', { evidence })
  const place = readHostAndPort(value)
  const isPublic = place !== undefined && publicPlaces(timeline).some(known => sameEndpoint(known, place))
  check(address, place !== undefined && !isPublic, {
    expected: ['the local address and port of the device'],
    actual: value === '' ? 'nothing' : isPublic ? `${value}, which the server had told` : value,
  })
}

/** What the server told, and behind a NAT where the requests came from. */
function publicPlaces(timeline: Timeline) {
  const source = readHostAndPort(String(markNamed(timeline, 'told')?.data?.['source']))
  const natted = markNamed(timeline, 'off')?.data?.['natted'] === true
  return natted && source !== undefined ? [publicPlace, source] : [publicPlace]
}

function judgeListens(timeline: Timeline, { listens }: StunOffJudges) {
  const off = markNamed(timeline, 'off')
  if (!off || !markNamed(timeline, 'off-over')) return
  if (off.data?.['natted'] === true)
    return listens.inconclusive('There is a NAT between, through which no request reaches the local address.')
  const asking = markNamed(timeline, 'asking')
  if (!asking) {
    const reading = readingOf(timeline, 'off')
    if (reading) listens.inconclusive('No local address was known.', { evidence: [reading.seq] })
    return
  }
  if (!markNamed(timeline, 'asked')) return
  const [session] = connectionRequestSessions(between(timeline, 'asking', 'asked'))
  const requests = entriesOf(timeline, 'udp-cr-sent').filter(
    ({ label, copy }) => label === toLocalAddress && copy === 1,
  )
  const expected = ['a session after a Connection Request to the local address']
  const evidence = [...requests.map(({ seq }) => seq), ...(session ? [session.seq] : [])]
  if (session) return listens.pass({ expected, actual: nameOf(session), evidence })
  // That it goes on listening is only implied, and many devices close the socket.
  listens.warn({ expected, actual: `none after ${requests.length} requests`, evidence })
}
