import { missingForced } from '../invariants/informs.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { entriesOf } from '../../harness/timeline/timeline.ts'
import type { Capture } from './capture.ts'
import { tellsBoot } from './circumstances.ts'
import type { Reading } from './reading.ts'

/** CW-INF-02 as far as the Informs alone tell of the data model: without what came with its later versions. */
export function readForced({ timeline }: Capture): Reading[] {
  const informs = entriesOf(timeline, 'session-opened').filter(({ ofDeviceUnderTest }) => ofDeviceUnderTest)
  const names = informs.flatMap(({ inform }) => inform.parameters.map(({ name }) => name))
  const root = ['Device.', 'InternetGatewayDevice.'].find(prefix => names.some(name => name.startsWith(prefix)))
  if (root === undefined) return []
  const missingIn = missingForced({ root, parameters: {} } as unknown as DeviceFacts)
  return informs.map(inform => {
    const [missing] = missingIn(inform)
    return {
      verdict: missing === undefined ? 'pass' : 'breach',
      expected: ['every forced parameter of the data model'],
      actual: missing ?? 'all that every version of the data model has',
      evidence: [inform.seq],
    }
  })
}

/** The shortest CWMPRetryMinimumWaitInterval: what follows sooner is no retry of an attempt that nobody saw. */
const shortestRetryWaitMs = 1000

/**
 * CW-INF-05: RetryCount is 0 in the session after one that succeeded. While its line was down the device may have
 * tried without a packet that reached the capture, so that another count is wrong only where there was no time for it.
 */
export function readCountsAfterSuccess({ sessions }: Capture): Reading[] {
  return sessions.flatMap((session, index): Reading[] => {
    const previous = sessions[index - 1]
    if (previous?.ended?.how !== 'completed' || tellsBoot(session)) return []
    const finding = {
      expected: ['RetryCount 0 after a session that succeeded'],
      actual: `RetryCount ${session.inform.retryCount ?? 'missing'}`,
      evidence: [previous.seq, session.seq],
    }
    if (session.retryCount === 0) return [{ ...finding, verdict: 'pass' }]
    if (session.attemptAt - previous.ended.at < shortestRetryWaitMs || session.retryCount === undefined)
      return [{ ...finding, verdict: 'breach' }]
    const reason = 'Attempts in vain in between may not have been captured.'
    return [{ ...finding, verdict: 'inconclusive', reason }]
  })
}

/** Whether the device had a stream to an XMPP server of which the capture does not tell which JID was bound. */
export function hasUnreadStream({ timeline }: Capture): boolean {
  const bound = new Set(entriesOf(timeline, 'xmpp-bound').map(({ connection }) => connection))
  return entriesOf(timeline, 'xmpp-connection-accepted').some(
    entry => entry.for !== 'components' && !bound.has(entry.connection),
  )
}
