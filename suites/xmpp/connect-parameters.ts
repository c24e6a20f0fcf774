import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { ConnectJudges } from './connect-metrics.ts'
import { checkEach } from '../check-each.ts'
import { readingOf } from './connection-settings.ts'
import { booleanOf, isSameJid, shown, streamUpAt } from './streams.ts'

/** What the parameters of the connection tell, held against what the server saw. CR-XMPP-07, 08, 09, 13 */
export function judgeConnectParameters(timeline: Timeline, verdict: ConnectJudges): void {
  judgeTlsEstablished(timeline, verdict)
  judgeJabberId(timeline, verdict)
  judgeAuthenticationFailure(timeline, verdict)
  judgeStatus(timeline, verdict)
}

const notRead = 'The device was not connected when its parameters should have been read.'

function judgeTlsEstablished(timeline: Timeline, { tlsEstablished }: ConnectJudges) {
  const readings = [readingOf(timeline, 'disabled'), readingOf(timeline, 'connected')].filter(one => one !== undefined)
  if (readings.length === 0) return tlsEstablished.inconclusive(notRead)
  if (readings.every(({ values }) => values['TLSEstablished'] === undefined))
    return tlsEstablished.notApplicable('The device has no TLSEstablished.', 'it had the profile XMPPAdvanced:1')
  checkEach(
    tlsEstablished,
    readings.map(({ seq, values }) => {
      const stream = streamUpAt(timeline, seq)
      const due = stream?.tls ?? false
      const state = stream === undefined ? 'without a stream' : due ? 'under TLS' : 'in clear'
      return {
        ok: booleanOf(values['TLSEstablished']) === due,
        expected: [`${due} ${state}`],
        actual: `${shown(values['TLSEstablished'])} ${state}`,
        evidence: [seq, ...(stream ? [stream.seq] : [])],
      }
    }),
  )
}

function judgeJabberId(timeline: Timeline, { jabberId }: ConnectJudges) {
  const reading = readingOf(timeline, 'connected')
  const stream = reading && streamUpAt(timeline, reading.seq)
  if (!reading || !stream) return jabberId.inconclusive(notRead)
  const value = reading.values['JabberID']
  if (value === undefined) return jabberId.inconclusive('The device does not tell a JabberID; see CR-XMPP-01.')
  jabberId.check(isSameJid(value, stream.jid), {
    expected: [stream.jid],
    actual: `JabberID ${shown(value)}`,
    evidence: [stream.seq, reading.seq],
  })
}

function judgeAuthenticationFailure(timeline: Timeline, { authenticationFailure }: ConnectJudges) {
  const refused = markNamed(timeline, 'refused')
  const reading = readingOf(timeline, 'refused')
  const value = reading?.values['Status']
  if (!refused) return authenticationFailure.inconclusive('The device was not refused.')
  if (!reading)
    return authenticationFailure.inconclusive('The device did not authenticate, so that it could not be refused.', {
      evidence: [refused.seq],
    })
  if (value === undefined) return authenticationFailure.inconclusive('The device tells no Status; see CR-XMPP-01.')
  const finding = {
    expected: ['Error_AuthenticationFailure'],
    actual: shown(value),
    evidence: [refused.seq, reading.seq],
  }
  if (value === 'Error_AuthenticationFailure') authenticationFailure.pass(finding)
  else if (value === 'Enabled') authenticationFailure.fail(finding)
  else authenticationFailure.warn(finding)
}

/** The values of Status with which a connection can be waiting for a server that lets it in. TR-181, XMPP.Connection */
const offline = [
  'Connecting',
  'ServerNotPresent',
  'Error_Misconfigured',
  'Error_AuthenticationFailure',
  'Dormant',
  'Unknown',
  'Error',
]

function judgeStatus(timeline: Timeline, { status }: ConnectJudges) {
  const due: [when: string, expected: string[]][] = [
    ['disabled', ['Disabled']],
    ['connected', ['Enabled']],
    ['refused', offline],
  ]
  const read = due.flatMap(([when, expected]) => {
    const reading = readingOf(timeline, when)
    const value = reading?.values['Status']
    if (!reading || value === undefined) return []
    if (when === 'connected' && streamUpAt(timeline, reading.seq) === undefined) return []
    const actual = `${shown(value)} while ${when}`
    return [{ ok: expected.includes(value), expected, actual, evidence: [reading.seq] }]
  })
  if (read.length > 0) return checkEach(status, read)
  status.inconclusive(readingOf(timeline, 'disabled') ? 'The device tells no Status; see CR-XMPP-01.' : notRead)
}
