import { type Bench, overUdp } from '../../harness/bench.ts'
import type { UdpDefects, UdpParameter } from '../../harness/connection-request/udp/message.ts'
import { type SignedValues, udpSignature } from '../../harness/connection-request/udp/signature.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import type { Suspect } from '../shared-window.ts'

/** The label of the request that the device accepts before each window: its `ts` and `id` are the device's state. */
export const goodRequest = 'good request before the wrong ones'

/** A datagram that must not cause a session, and how to send it. */
export interface WrongRequest extends Suspect {
  /** Which rule a session would break. CR-UDP-42 is broken by each, unless that is only concluded. */
  breaks: 'CR-UDP-46' | 'CR-UDP-47' | 'CR-UDP-48' | 'CR-UDP-49' | 'CR-UDP-50' | 'CR-UDP-53'
  /** It lacks the right credentials, so that a session would break CR-GEN-15 as well. */
  withoutCredentials?: true
  /** That it must be ignored is concluded, or shipping devices let it pass: a session is a warning. */
  concluded?: true
  /** Known, or likely, to hang or crash devices. */
  dangerous?: true
}

type Make = (bench: Bench, good: EntryOf<'udp-cr-sent'>) => UdpDefects

const wrong = (
  label: string,
  breaks: WrongRequest['breaks'],
  make: Make,
  more: Pick<WrongRequest, 'withoutCredentials' | 'concluded' | 'dangerous'> = {},
): WrongRequest => ({
  label,
  breaks,
  ...more,
  send: bench => overUdp(bench).ask(label, { defects: make(bench, lastGood(bench)) }),
})

/** The request that the device accepted last, as far as it is conforming. */
function lastGood({ timeline }: Bench): EntryOf<'udp-cr-sent'> {
  const good = timeline.entries.findLast(
    (entry): entry is EntryOf<'udp-cr-sent'> => entry.type === 'udp-cr-sent' && entry.label === goodRequest,
  )
  if (good === undefined) throw new ConditionsNotMet('No right request precedes the wrong ones.')
  return good
}

const signature = (label: string, sign: (password: string, values: SignedValues) => string) =>
  wrong(label, 'CR-UDP-50', () => ({ sign }), { withoutCredentials: true })

const form = (label: string, defects: UdpDefects) => wrong(label, 'CR-UDP-46', () => defects)

const noise = (label: string, raw: (bench: Bench) => Buffer): WrongRequest =>
  wrong(label, 'CR-UDP-46', bench => ({ raw: raw(bench) }), { dangerous: true })

const parameters: readonly UdpParameter[] = ['ts', 'id', 'un', 'cn', 'sig']

/** A request without credentials lacks who asks, or the proof of it. */
const provesNobody = (name: UdpParameter) =>
  name === 'un' || name === 'sig'
    ? { withoutCredentials: true as const, dangerous: true as const }
    : { dangerous: true as const }

/** The signature covers what is really there, or a device would refuse it for that. */
const without = (name: UdpParameter): UdpDefects => ({
  without: name,
  sign: (password, values) => udpSignature(password, name === 'sig' ? values : { ...values, [name]: '' }),
})

const otherCase = (text: string) => (text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase())

/**
 * What refers to the good request first, because whatever a faulty device accepts takes the good one's place; what is
 * known to hang devices last.
 */
export const wrongRequests: readonly WrongRequest[] = [
  wrong('id of the request before', 'CR-UDP-48', (_, { id = '' }) => ({ values: { id } })),
  wrong('ts of the request before', 'CR-UDP-47', (_, { ts = '' }) => ({ values: { ts } }), { concluded: true }),
  wrong('ts one less than before', 'CR-UDP-47', (_, { ts = '' }) => ({ values: { ts: String(Number(ts) - 1) } })),
  signature('signature of another password', (password, values) => udpSignature(`${password}x`, values)),
  signature('signature of zeros', () => '0'.repeat(40)),
  signature('signature over id, ts, un, cn', (password, { ts, id, ...others }) =>
    udpSignature(password, { ...others, ts: id, id: ts }),
  ),
  signature('first half of the signature', (password, values) => udpSignature(password, values).slice(0, 20)),
  wrong('other username', 'CR-UDP-49', ({ credentials }) => ({ values: { un: `${credentials.username}x` } }), {
    withoutCredentials: true,
  }),
  wrong(
    'first half of the username',
    'CR-UDP-49',
    ({ credentials: { username } }) => ({ values: { un: username.slice(0, Math.ceil(username.length / 2)) } }),
    { withoutCredentials: true },
  ),
  wrong(
    'username in other case',
    'CR-UDP-49',
    ({ credentials }) => ({ values: { un: otherCase(credentials.username) } }),
    {
      concluded: true,
    },
  ),
  form('POST', { method: 'POST' }),
  form('HEAD', { method: 'HEAD' }),
  form('HTTP/1.0', { version: 'HTTP/1.0' }),
  form('unknown method', { method: 'CONNREQ' }),
  // As text it is the greatest, after which a device that compares so hears no other.
  wrong('ts of one digit', 'CR-UDP-47', () => ({ values: { ts: '9' } }), { dangerous: true }),
  noise('request line cut off', () => Buffer.from('GET http://')),
  noise('2 kB of noise', () => Buffer.from(Array.from({ length: 2048 }, (_, index) => (index * 167 + 89) % 251))),
  noise('STUN cut off', () => Buffer.from([0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42])),
  ...parameters.map(name => wrong(`empty ${name}`, 'CR-UDP-53', () => ({ empty: name }), provesNobody(name))),
  ...parameters.map(name => wrong(`without ${name}`, 'CR-UDP-53', () => without(name), provesNobody(name))),
]

/** Those that can be wrong with these credentials: a username may have no other case, or no half. */
export function wrongRequestsFor({ credentials: { username } }: Bench): readonly WrongRequest[] {
  const impossible = [
    ...(otherCase(username) === username ? ['username in other case'] : []),
    ...(username.length < 2 ? ['first half of the username'] : []),
  ]
  return wrongRequests.filter(({ label }) => !impossible.includes(label))
}
