import { overUdp } from '../../harness/bench.ts'
import { udpSignature } from '../../harness/connection-request/udp/signature.ts'
import type { Conversation } from '../../harness/scenario.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { broughtBy } from './brought.ts'

const cases = [
  {
    label: 'signature in capital digits',
    sign: (...of: Parameters<typeof udpSignature>) => udpSignature(...of).toUpperCase(),
  },
  {
    label: 'signature in small digits',
    sign: (...of: Parameters<typeof udpSignature>) => udpSignature(...of).toLowerCase(),
  },
] as const

/** Right requests, once with capital and once with small hexadecimal digits. */
export async function askInBothCases({ bench }: Pick<Conversation, 'bench'>): Promise<void> {
  for (const { label, sign } of cases) await overUdp(bench).knock(label, { defects: { sign } })
}

/** CR-UDP-50: both bring a session; only one of them is a warning. */
export function judgeLetterCase(timeline: Timeline, metric: MetricJudge): void {
  const expected = ['a session after a signature in capital digits', 'a session after one in small digits']
  const readings = cases.flatMap(({ label }) => {
    const asked = broughtBy(timeline, label)
    return asked ? [{ label, called: asked.session !== undefined, evidence: asked.evidence }] : []
  })
  const finding = {
    expected,
    actual: readings.map(({ label, called }) => `${label}: ${called ? 'a session' : 'no session'}`).join('; '),
    evidence: readings.flatMap(({ evidence }) => evidence),
  }
  if (readings.length < cases.length)
    return metric.inconclusive('It was not tried: the device had heard no right request before.', { expected })
  if (!readings.some(({ called }) => called))
    return metric.inconclusive('Neither brought a session, so that the digits need not be why.', finding)
  metric.check(
    readings.every(({ called }) => called),
    finding,
  )
}
