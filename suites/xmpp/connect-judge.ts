import { formatDuration } from '../../harness/device/duration.ts'
import type { NoteProperty } from '../../harness/scenario.ts'
import { between, entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import { prepareDomain, prepareLocal } from '../../harness/xmpp-server/jid.ts'
import { absenceOf, excuseFor, type ToldAccount, toldAccount } from './account.ts'
import { settingOf } from './connection-settings.ts'
import type { ConnectJudges } from './connect-metrics.ts'
import { judgeConnectParameters } from './connect-parameters.ts'
import { endedByDevice, endOf, violationOf } from './streams.ts'

/** Judges `xmpp-connect`. */
export function judgeConnect(timeline: Timeline, verdict: ConnectJudges, property: NoteProperty): void {
  const told = toldAccount(timeline)
  if (told && markNamed(timeline, 'awaited')) {
    judgeConnects(timeline, told, verdict, property)
    judgeStream(timeline, told, verdict)
    judgeIdentity(timeline, told, verdict)
    judgeStay(timeline, verdict)
  }
  judgeConnectParameters(timeline, verdict)
}

const attempt = (timeline: Timeline) => between(timeline, 'enabled', 'awaited')
const switchingOn = 'enabled: switch the XMPP connection on'

function judgeConnects(timeline: Timeline, told: ToldAccount, { connects }: ConnectJudges, property: NoteProperty) {
  const begun = markNamed(timeline, 'enabled')
  const stretch = attempt(timeline)
  const [bound] = entriesOf(stretch, 'xmpp-bound')
  const connections = xmppConnections(stretch)
  const { limit } = told
  const expected = ['a stream with a bound resource']
  if (bound && begun) {
    const setSeq = settingOf(timeline, switchingOn)?.seq
    const set = timeline.entries.find(({ seq }) => seq === setSeq) ?? begun
    const measured = Math.max(0, bound.at - set.at)
    property('time from enabling XMPP to its stream', formatDuration(measured))
    return connects.pass({ expected, actual: `bound as ${bound.jid}`, evidence: [bound.seq], limit, measured })
  }
  const evidence = [...(begun ? [begun.seq] : []), ...connections.map(({ accepted }) => accepted.seq)].slice(0, 10)
  const excuse = excuseFor(timeline, connections, told, switchingOn)
  if (excuse !== undefined) return connects.inconclusive(excuse, { expected, evidence })
  connects.fail({ expected, actual: absenceOf(connections, told), evidence, limit })
}

function judgeStream(timeline: Timeline, { domain }: ToldAccount, { stream }: ConnectJudges) {
  const connections = xmppConnections(attempt(timeline))
  const expected = [`a header to "${domain}" with the version 1.0, TLS where due, SASL, a restart, a bound resource`]
  for (const connection of connections) {
    const violation = violationOf(connection)
    const stray = connection.headers.find(({ to }) => to === undefined || prepareDomain(to) !== prepareDomain(domain))
    const evidence = [...(stray ? [stray.seq] : []), ...(violation ? [violation.seq] : [])]
    if (stray)
      stream.fail({
        expected,
        actual: stray.to === undefined ? 'a header without "to"' : `a header to "${stray.to}"`,
        evidence,
      })
    else if (violation)
      stream.fail({
        expected,
        actual: `the server answered ${violation.condition}${violation.text === undefined ? '' : `: ${violation.text}`}`,
        evidence,
      })
  }
  const bound = connections.find(connection => connection.bound !== undefined)
  if (!bound?.bound)
    return stream.inconclusive('No stream came to its end of negotiation; see CR-XMPP-02.', { expected })
  const mechanism = bound.authentications.find(({ ok }) => ok)?.mechanism
  stream.pass({
    expected,
    actual: [`header to "${bound.headers[0]?.to}"`, ...(bound.tls ? ['TLS'] : []), mechanism ?? 'SASL', 'bound'].join(
      ', ',
    ),
    evidence: [...bound.headers.map(({ seq }) => seq), bound.bound.seq],
  })
}

function judgeIdentity(timeline: Timeline, { username }: ToldAccount, { identity }: ConnectJudges) {
  const authentications = entriesOf(attempt(timeline), 'xmpp-authenticated')
  const expected = [`SASL as "${username}" with its password`]
  const isOther = (claimed: string) => claimed !== '' && prepareLocal(claimed) !== prepareLocal(username)
  const other = authentications.find(entry => isOther(entry.username))
  if (other) return identity.fail({ expected, actual: `authenticated as "${other.username}"`, evidence: [other.seq] })
  const accepted = authentications.find(({ ok }) => ok)
  if (accepted)
    return identity.pass({
      expected,
      actual: `"${accepted.username}" by ${accepted.mechanism}`,
      evidence: [accepted.seq],
    })
  const wrong = authentications.find(
    ({ condition, username: claimed }) => condition === 'not-authorized' && claimed !== '',
  )
  if (wrong) return identity.fail({ expected, actual: 'another password', evidence: [wrong.seq] })
  identity.inconclusive('The device did not come so far as to authenticate; see CR-XMPP-02.', {
    expected,
    evidence: authentications.map(({ seq }) => seq),
  })
}

function judgeStay(timeline: Timeline, { stays }: ConnectJudges) {
  const [bound] = entriesOf(attempt(timeline), 'xmpp-bound')
  const expected = ['a stream that stays']
  if (!bound) return stays.inconclusive('There was no stream that could have stayed.')
  const watched = markNamed(timeline, 'watched')
  const over = watched ?? markNamed(timeline, 'refusing')
  const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq > bound.seq && (!over || seq < over.seq)))
  const ended = endOf(stretch, bound.connection)
  if (!ended) {
    if (!watched) return stays.inconclusive('The window was not kept to its end.')
    return stays.pass({
      expected,
      actual: `still there after ${formatDuration(watched.at - bound.at)}`,
      evidence: [bound.seq],
    })
  }
  const evidence = [bound.seq, ended.seq]
  if (!endedByDevice(stretch, ended))
    return stays.inconclusive('It was not the device that ended the stream.', { expected, evidence })
  const left = `left after ${formatDuration(ended.at - bound.at)}`
  const again = entriesOf(stretch, 'xmpp-bound').find(({ seq }) => seq > ended.seq)
  if (again)
    return stays.warn({
      expected,
      actual: `${left} and came back after ${formatDuration(again.at - ended.at)}`,
      evidence: [...evidence, again.seq],
    })
  if (!over)
    return stays.inconclusive('The device left its stream; how it went on was not seen.', { expected, evidence })
  stays.fail({ expected, actual: `${left}, and not back ${formatDuration(over.at - ended.at)} later`, evidence })
}
