import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { ownBounds, ownConnections } from './own-connections.ts'

/** CR-XMPP-14: which server of the table was used while both were there, and which when the first had gone. */
export function judgeServerTable(timeline: Timeline, lowestPriority: MetricJudge, nextServer: MetricJudge): void {
  const offered = markNamed(timeline, 'servers-offered')
  if (!offered) return judgeNoTable(timeline, [lowestPriority, nextServer])
  const { first, second, own } = offered.data as unknown as Record<'first' | 'second' | 'own', number>
  const nameOf = (port: number) =>
    port === first
      ? 'the first'
      : port === second
        ? 'the second'
        : port === own
          ? 'one that is disabled'
          : `port ${port}`

  const ownIn = (stretch: Timeline) => ownConnections(timeline, xmppConnections(stretch))
  const isLater = offered.data?.['status'] === 1
  const appliedLater = 'The device answered status 1: it applies the table later.'
  const atFirst = ownIn(between(timeline, 'first-awaited', 'first-gone'))
  const expectedFirst = ['a connection to the port of the server with the lower Priority, before any other']
  const [opening] = atFirst
  if (!markNamed(timeline, 'first-gone')) lowestPriority.inconclusive('The table was not tried to its end.')
  else if (opening === undefined)
    // The ports are not the usual one: a firewall may keep the device from them.
    lowestPriority.inconclusive(
      'No connection of the device came to any of the servers; their ports may be closed to it.',
      {
        expected: expectedFirst,
        evidence: [offered.seq],
      },
    )
  else {
    const { accepted } = opening
    const finding = {
      expected: expectedFirst,
      actual: `it connected to ${nameOf(accepted.to.port)}`,
      evidence: [offered.seq, accepted.seq],
    }
    if (isLater && accepted.to.port !== first) lowestPriority.inconclusive(appliedLater, finding)
    else lowestPriority.check(accepted.to.port === first, finding)
  }

  if (!markNamed(timeline, 'second-awaited')) return nextServer.inconclusive('The table was not tried to its end.')
  const afterwards = between(timeline, 'first-gone', 'second-awaited')
  const [bound] = ownBounds(timeline, afterwards)
  const later = ownIn(afterwards)
  const carrier = later.find(({ connection }) => connection === bound?.connection)
  if (opening?.accepted.to.port !== first && bound === undefined)
    return nextServer.inconclusive('The device did not use the first server, so it was not seen to leave it.')
  if (carrier === undefined && offered.data?.['isQuick'] !== true)
    return nextServer.inconclusive(
      'The device did not move on to the second server in time; how many attempts it makes at the first could not be set.',
      { evidence: [offered.seq] },
    )
  const finding = {
    expected: ['a stream by the second server, because the first one refused'],
    actual: carrier
      ? `a stream by ${nameOf(carrier.accepted.to.port)}`
      : `no stream; ${later.length} attempts, at ${[...new Set(later.map(({ accepted }) => nameOf(accepted.to.port)))].join(', ') || 'no server'}`,
    evidence: [
      offered.seq,
      ...(carrier ? [carrier.accepted.seq] : later.slice(0, 5).map(({ accepted }) => accepted.seq)),
    ],
  }
  const isSecond = carrier?.accepted.to.port === second
  if (isLater && !isSecond) return nextServer.inconclusive(appliedLater, finding)
  nextServer.check(isSecond, finding)
}

function judgeNoTable(timeline: Timeline, metrics: MetricJudge[]): void {
  const refused = markNamed(timeline, 'servers-refused')
  for (const metric of metrics) {
    if (refused)
      metric.inconclusive(`The device took no further servers: ${String(refused.data?.['fault'])}`, {
        evidence: [refused.seq],
      })
    else if (markNamed(timeline, 'no-server-table'))
      metric.notApplicable(
        'The device has no server table; it finds its server by DNS.',
        'it had XMPPAdvanced:1 with a server table',
      )
    else metric.inconclusive('The table was not tried.')
  }
}
