import type { Entry, InformContent } from '../../harness/timeline/entry.ts'
import { type Draft, message, noteOf } from './draft.ts'

const toDevice = ['acs', 'device'] as const
const fromDevice = ['device', 'acs'] as const

/** CWMP sessions: Informs, RPCs, and ends that are not the ordinary one. */
export function sessionDraft(entry: Entry): Draft | undefined {
  switch (entry.type) {
    case 'session-opened':
      return message('session', fromDevice, `Inform ${eventsOf(entry.inform)}`, {
        note: noteOf(
          `session ${entry.session}`,
          entry.insideSession !== undefined && `inside session ${entry.insideSession}`,
          !entry.ofDeviceUnderTest && 'of another device',
        ),
        exchange: `inform ${entry.session}`,
      })
    case 'inform-repeated':
      // Every session whose device authenticates begins so.
      if (entry.why === 'authentication') return undefined
      return message('session', fromDevice, `Inform ${eventsOf(entry.inform)}`, {
        note: noteOf(
          `session ${entry.session}, again`,
          { 'retry-request': 'after a fault 8005', redirect: 'after a redirect' }[entry.why],
          entry.inform.retryCount !== undefined && `RetryCount ${entry.inform.retryCount}`,
        ),
        exchange: `inform ${entry.session}`,
      })
    case 'inform-answered':
      return message('reply', toDevice, 'InformResponse', {
        exchange: `inform ${entry.session}`,
        asAnswer: 'InformResponse',
      })
    case 'rpc-sent':
      return message('request', toDevice, entry.method, {
        exchange: `rpc ${entry.session} ${entry.id}`,
        rpcOf: entry.session,
      })
    case 'rpc-answered':
      return entry.fault
        ? message('reply', fromDevice, `Fault ${entry.fault.code}`, {
            exchange: `rpc ${entry.session} ${entry.id}`,
            asAnswer: `Fault ${entry.fault.code}`,
            note: entry.fault.text,
          })
        : message('reply', fromDevice, `${entry.method}Response`, {
            exchange: `rpc ${entry.session} ${entry.id}`,
            asAnswer: 'Response',
            rpcOf: entry.session,
          })
    case 'device-rpc':
      return message('request', fromDevice, entry.method, {
        note: noteOf(!entry.known && 'unknown RPC', entry.holdRequests && 'HoldRequests'),
      })
    case 'session-ended':
      return entry.how === 'completed'
        ? undefined
        : { row: 'event', text: `Session ${entry.session} ${endsOf[entry.how] ?? entry.how}${because(entry.reason)}` }
    default:
      return undefined
  }
}

const endsOf: Record<string, string> = {
  'failed-by-acs': 'failed by the ACS',
  'broken-off-by-device': 'broken off by the device',
  'not-authenticated': 'ended: not authenticated',
  superseded: 'superseded by another',
  'timed-out': 'timed out',
  stopped: 'stopped',
}

const because = (reason: string | undefined) => (reason === undefined || reason === '' ? '' : `: ${reason}`)
const eventsOf = ({ events }: InformContent) => events.map(({ eventCode }) => eventCode).join(', ') || '(no event)'
