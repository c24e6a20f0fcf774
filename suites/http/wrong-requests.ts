import type { KnockOptions } from '../../harness/connection-request/http/requester.ts'
import type { Bench } from '../../harness/bench.ts'
import { parseConnectionRequestUrl } from '../../harness/device/connection-request-url.ts'

/** A request that must not cause a session, and how to send it. */
export interface WrongRequest {
  /** For people, and the name under which the timeline keeps it. */
  label: string
  /** Which rule a session would break. */
  breaks: 'CR-GEN-15' | 'CR-HTTP-01' | 'CR-HTTP-19'
  /** Whether 401 is the right answer to it (RFC 7616). */
  wantsChallenge: boolean
  send(bench: Bench): Promise<unknown>
}

type Tamper = NonNullable<KnockOptions['tamper']>

const digest = (label: string, tamper: Tamper): WrongRequest => ({
  label,
  breaks: 'CR-GEN-15',
  wantsChallenge: true,
  send: bench => bench.wrongKnock(label, { tamper }),
})

const otherCredentials = (
  label: string,
  change: (pair: { username: string; password: string }) => object,
): WrongRequest => ({
  label,
  breaks: 'CR-GEN-15',
  wantsChallenge: true,
  send: bench => bench.wrongKnock(label, { credentials: { ...bench.credentials, ...change(bench.credentials) } }),
})

const otherMethod = (label: string, options: { method?: string; httpVersion?: '1.0' }): WrongRequest => ({
  label,
  breaks: 'CR-HTTP-01',
  wantsChallenge: false,
  send: bench => bench.ask(label, options),
})

/** A nonce that no device gave out. */
const inventedNonce = '5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e'

/** Harmless ones first: what is known to hang devices comes last. */
export const wrongRequests: readonly WrongRequest[] = [
  { label: 'no credentials', breaks: 'CR-GEN-15', wantsChallenge: true, send: bench => bench.ask('no credentials') },
  otherCredentials('wrong password', ({ password }) => ({ password: `${password}x` })),
  otherCredentials('wrong username', ({ username }) => ({ username: `${username}x` })),
  otherCredentials('empty password', () => ({ password: '' })),
  {
    label: 'Basic credentials',
    breaks: 'CR-GEN-15',
    wantsChallenge: true,
    send: bench => bench.ask('Basic credentials', { headers: [['Authorization', basic(bench.credentials)]] }),
  },
  digest('wrong response', authorization => ({
    ...authorization,
    response: authorization.response.replace(/./g, otherDigit),
  })),
  digest('empty response', authorization => ({ ...authorization, response: '' })),
  {
    label: 'wrong nonce',
    breaks: 'CR-GEN-15',
    wantsChallenge: true,
    send: bench => bench.wrongKnock('wrong nonce', { nonce: inventedNonce }),
  },
  {
    label: 'wrong uri',
    breaks: 'CR-GEN-15',
    wantsChallenge: false,
    send: bench => bench.wrongKnock('wrong uri', { digestUri: '/somewhere-else' }),
  },
  {
    label: 'other path',
    breaks: 'CR-HTTP-19',
    wantsChallenge: false,
    send: bench => bench.wrongKnock('other path', { target: otherPath(bench.url()) }),
  },
  otherMethod('POST', { method: 'POST' }),
  otherMethod('HEAD', { method: 'HEAD' }),
  otherMethod('HTTP/1.0', { httpVersion: '1.0' }),
]

const otherDigit = (digit: string) => (digit === '0' ? '1' : '0')

const basic = ({ username, password }: { username: string; password: string }) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

function otherPath(url: string): string {
  const parsed = parseConnectionRequestUrl(url)
  const path = parsed.problem === undefined ? parsed.path.split('?')[0] : ''
  return `${path === '' || path === undefined ? '/' : path}${path?.endsWith('/') ? '' : '/'}not-the-connection-request-url`
}
