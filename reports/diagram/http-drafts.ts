import type { Entry } from '../../harness/timeline/entry.ts'
import type { Circumstances } from './circumstances.ts'
import { type Draft, message, noteOf } from './draft.ts'

const toDevice = ['acs', 'device'] as const
const fromDevice = ['device', 'acs'] as const

/** The longest request target that is shown; of a longer one the middle is left out. */
const longestTarget = 28

/** Connection Requests over HTTP and what became of them. */
export function httpDraft(entry: Entry, { writtenRequests }: Circumstances): Draft | undefined {
  switch (entry.type) {
    case 'http-cr-sent': {
      const credentials = { none: '', digest: ' Digest', basic: ' Basic' }[entry.credentials] ?? ''
      return message('request', toDevice, `${entry.method} ${shortTarget(entry.target)}${credentials}`, {
        note: entry.label,
        exchange: `http ${entry.request}`,
      })
    }
    case 'http-cr-answered': {
      const reply = `${entry.status} ${entry.reason}`.trim()
      return message('reply', fromDevice, reply, {
        took: entry.lastByteAt - entry.sentAt,
        exchange: `http ${entry.request}`,
        asAnswer: String(entry.status),
      })
    }
    case 'http-cr-unanswered': {
      const written = writtenRequests.has(entry.request)
      const what = { refused: 'refused', reset: 'reset', timeout: 'no answer', closed: 'closed without an answer' }
      const lost = (what as Record<string, string>)[entry.reason] ?? entry.reason
      return written
        ? message('reply', fromDevice, lost, { lost, note: entry.detail })
        : message('connection', toDevice, 'TCP connection', { lost, note: entry.detail })
    }
    default:
      return undefined
  }
}

function shortTarget(target: string): string {
  if (target.length <= longestTarget) return target
  const half = Math.floor((longestTarget - 1) / 2)
  return `${target.slice(0, half)}…${target.slice(-half)}`
}

/** What a device asks of the ACS outside of sessions, and connections that came to nothing. */
export function acsDraft(
  entry: Entry,
  { toldRequests, toldExchanges, idleConnections }: Circumstances,
): Draft | undefined {
  switch (entry.type) {
    case 'connection-accepted':
      return idleConnections.has(entry.connection)
        ? message('connection', fromDevice, 'TCP connection', { note: 'no request came on it' })
        : undefined
    case 'http-received':
      if (toldRequests.has(`${entry.connection}/${entry.exchange}`) || toldExchanges.has(entry.exchange))
        return undefined
      return message('request', fromDevice, `${entry.method} ${shortTarget(entry.target)}`, {
        note: noteOf(`${entry.body.length} bytes`, entry.pipelined && 'pipelined'),
      })
    case 'http-refused':
      return message('request', fromDevice, 'unreadable request', { lost: 'refused', note: entry.reason })
    case 'http-sent': {
      const ordinary = entry.status === 200 || entry.status === 204 || entry.status === 401
      if (ordinary && entry.because === undefined) return undefined
      return message('reply', toDevice, `HTTP ${entry.status}`, { note: entry.because })
    }
    default:
      return undefined
  }
}
