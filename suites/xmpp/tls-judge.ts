import { entriesOf, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { type XmppConnection, xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { checkEach } from '../check-each.ts'
import { type Reading, readingOf, settingOf } from './connection-settings.ts'
import { ownConnections } from './own-connections.ts'
import { authenticatedInClear, booleanOf, shown, startedTls, streamUpAt } from './streams.ts'
import {
  offered,
  required,
  requiredAllTheSame,
  type Round,
  roundBegunMark,
  roundDoneMark,
  toldNotTo,
  toldToUse,
} from './tls-rounds.ts'

/** One round with what the device did in it. */
export interface PlayedRound {
  name: string
  seq: number
  connections: XmppConnection[]
  reading: Reading | undefined
  /** Why the settings of this round may not have been in force. */
  unset: string | undefined
}

/** The rounds that were played to their end. */
export function readRounds(timeline: Timeline): PlayedRound[] {
  const marks = entriesOf(timeline, 'mark')
  return marks
    .filter(({ name }) => name === roundBegunMark)
    .flatMap(begun => {
      const name = String(begun.data?.['round'])
      const done = marks.find(mark => mark.name === roundDoneMark && mark.seq > begun.seq)
      if (!done) return []
      const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq > begun.seq && seq < done.seq))
      const setting = settingOf(stretch, `${name}: switch the XMPP connection on`)
      const unset =
        setting?.fault !== undefined
          ? `The device refused the settings: ${setting.fault}`
          : setting?.status === 1
            ? 'The device answered status 1: it applies the settings later.'
            : undefined
      const connections = ownConnections(timeline, xmppConnections(stretch))
      return [{ name, seq: begun.seq, connections, reading: readingOf(stretch, name), unset }]
    })
}

const roundOf = (rounds: readonly PlayedRound[], ...wanted: Round[]) =>
  rounds.find(({ name }) => wanted.some(round => round.name === name))

/** Only devices without UseTLS play the rounds without it. */
const lacksUseTls = (rounds: readonly PlayedRound[]) => roundOf(rounds, offered, required) !== undefined

const clearOf = ({ connections }: PlayedRound) =>
  connections.map(authenticatedInClear).find(entry => entry !== undefined)
const tlsOf = ({ connections }: PlayedRound) => connections.find(startedTls)

/** In which a device that was told nothing else had its way: nothing can be said where it did not even connect. */
function undecided(round: PlayedRound | undefined): string | undefined {
  if (!round) return 'This round was not played to its end.'
  return round.unset ?? (round.connections.length === 0 ? 'The device did not connect in this round.' : undefined)
}

const evidenceOf = ({ seq, connections }: PlayedRound) =>
  [seq, ...connections.map(({ accepted }) => accepted.seq)].slice(0, 10)

/** CR-XMPP-04: told to use TLS, it is used although merely offered. */
export function judgeTold(rounds: readonly PlayedRound[], metric: MetricJudge): void {
  if (lacksUseTls(rounds)) return noUseTls(metric)
  const round = roundOf(rounds, toldToUse)
  const reason = undecided(round)
  if (!round || reason !== undefined) return metric.inconclusive(reason ?? '')
  const expected = ['STARTTLS before any authentication']
  const clear = clearOf(round)
  if (clear) return metric.fail({ expected, actual: 'authenticated in clear', evidence: [round.seq, clear.seq] })
  if (!tlsOf(round))
    return metric.inconclusive('The device left without TLS and without authenticating.', {
      expected,
      evidence: evidenceOf(round),
    })
  metric.pass({ expected, actual: howTls(round), evidence: evidenceOf(round) })
}

/** CR-XMPP-05: told not to, TLS that is merely offered is left. */
export function judgeInClear(rounds: readonly PlayedRound[], metric: MetricJudge): void {
  if (lacksUseTls(rounds)) return noUseTls(metric)
  const round = roundOf(rounds, toldNotTo)
  const reason = undecided(round)
  if (!round || reason !== undefined) return metric.inconclusive(reason ?? '')
  metric.check(tlsOf(round) === undefined, {
    expected: ['no STARTTLS'],
    actual: tlsOf(round) ? howTls(round) : clearOf(round) ? 'authenticated in clear' : 'left without TLS',
    evidence: evidenceOf(round),
  })
}

/** CR-XMPP-06: no credentials in clear for a server that requires TLS. Giving up is as right. */
export function judgeRequired(rounds: readonly PlayedRound[], metric: MetricJudge): void {
  const round = roundOf(rounds, requiredAllTheSame, required)
  // What UseTLS was set to does not matter here.
  const reason = round && round.connections.length > 0 ? undefined : undecided(round)
  if (!round || reason !== undefined) return metric.inconclusive(reason ?? '')
  const expected = ['TLS, then authentication', 'the attempt given up without authentication']
  const clear = clearOf(round)
  if (clear) return metric.fail({ expected, actual: 'authenticated in clear', evidence: [round.seq, clear.seq] })
  metric.pass({ expected, actual: tlsOf(round) ? howTls(round) : 'gave up', evidence: evidenceOf(round) })
}

/** CR-XMPP-07: in every round in which there was a stream. */
export function judgeEstablished(timeline: Timeline, rounds: readonly PlayedRound[], metric: MetricJudge): void {
  const read = rounds.flatMap(({ reading }) => {
    const stream = reading && streamUpAt(timeline, reading.seq)
    return reading && stream ? [{ reading, stream }] : []
  })
  if (read.length === 0) return metric.inconclusive('There was no stream while TLSEstablished could be read.')
  if (read.every(({ reading }) => reading.values['TLSEstablished'] === undefined))
    return metric.notApplicable('The device has no TLSEstablished.', 'it had the profile XMPPAdvanced:1')
  checkEach(
    metric,
    read.map(({ reading, stream }) => {
      const state = stream.tls ? 'under TLS' : 'in clear'
      return {
        ok: booleanOf(reading.values['TLSEstablished']) === stream.tls,
        expected: [`${stream.tls} ${state}`],
        actual: `${shown(reading.values['TLSEstablished'])} ${state}`,
        evidence: [stream.seq, reading.seq],
      }
    }),
  )
}

/** CR-XMPP-30: a recommendation to a device that has the choice; with UseTLS the ACS chooses, and it must be able to. */
export function judgeUse(rounds: readonly PlayedRound[], metric: MetricJudge): void {
  const free = lacksUseTls(rounds)
    ? [roundOf(rounds, offered)]
    : [roundOf(rounds, toldToUse), roundOf(rounds, requiredAllTheSame)]
  const connected = free.filter(round => round !== undefined).filter(({ connections }) => connections.length > 0)
  if (connected.length === 0) return metric.inconclusive('The device did not connect where it could have used TLS.')
  const expected = ['TLS where it can be had']
  const under = connected.find(round => tlsOf(round) !== undefined)
  if (under) return metric.pass({ expected, actual: `${howTls(under)} (${under.name})`, evidence: evidenceOf(under) })
  if (!connected.some(clearOf))
    return metric.inconclusive('The device left without TLS and without authenticating.', { expected })
  metric.fail({
    expected,
    actual: 'the device authenticates in clear, and never under TLS',
    evidence: connected.flatMap(evidenceOf).slice(0, 10),
  })
}

function howTls(round: PlayedRound): string {
  const connection = tlsOf(round)
  if (connection?.tls)
    return `TLS by ${connection.tls.how === 'direct' ? 'direct TLS' : 'STARTTLS'}, ${connection.tls.protocol}`
  return connection?.tlsFailed ? `STARTTLS, and TLS failed (${connection.tlsFailed.reason})` : 'STARTTLS'
}

const noUseTls = (metric: MetricJudge) =>
  metric.notApplicable('The device has no UseTLS that can be set.', 'it had the profile XMPPAdvanced:1')
