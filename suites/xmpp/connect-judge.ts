import { formatDuration } from '../../harness/device/duration.ts'
import type { NoteProperty } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { between, entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import { prepareDomain } from '../../harness/xmpp-server/jid.ts'
import { absenceOf, excuseFor, type ToldAccount, toldAccount } from './account.ts'
import { settingOf } from './connection-settings.ts'
import type { ConnectJudges } from './connect-metrics.ts'
import { judgeConnectParameters } from './connect-parameters.ts'
import { isOwnName, ownBounds, ownConnections } from './own-connections.ts'
import { endedByDevice, endOf, stayProperty, violationOf } from './streams.ts'

/** Judges `xmpp-connect`. */
export function judgeConnect(timeline: Timeline, verdict: ConnectJudges, property: NoteProperty): void {
  const told = toldAccount(timeline)
  if (told && markNamed(timeline, 'awaited')) {
    judgeConnects(timeline, told, verdict, property)
    judgeStream(timeline, told, verdict)
    judgeIdentity(timeline, told, verdict)
    judgeStay(timeline, verdict, property)
  }
  judgeConnectParameters(timeline, verdict)
}

const attempt = (timeline: Timeline) => between(timeline, 'enabled', 'awaited')
/** The name of the setting with which the connection was switched on. */
export const switchingOn = 'enabled: switch the XMPP connection on'

function judgeConnects(timeline: Timeline, told: ToldAccount, { connects }: ConnectJudges, property: NoteProperty) {
  const begun = markNamed(timeline, 'enabled')
  const stretch = attempt(timeline)
  const [bound] = ownBounds(timeline, stretch)
  const connections = ownConnections(timeline, xmppConnections(stretch))
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
  const others = new Set(
    entriesOf(stretch, 'xmpp-authenticated')
      .map(({ username }) => username)
      .filter(username => !isOwnName(timeline, username)),
  )
  const heard = others.size > 0 ? `; authenticated was as ${[...others].map(name => `"${name}"`).join(', ')}` : ''
  connects.fail({ expected, actual: `${absenceOf(connections, told)}${heard}`, evidence, limit })
}

function judgeStream(timeline: Timeline, { domain }: ToldAccount, { stream }: ConnectJudges) {
  const connections = ownConnections(timeline, xmppConnections(attempt(timeline)))
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

function judgeIdentity(timeline: Timeline, { username, requester }: ToldAccount, { identity }: ConnectJudges) {
  const authentications = entriesOf(attempt(timeline), 'xmpp-authenticated')
  const expected = [`SASL as "${username}" with its password`]
  const own = authentications.filter(entry => isOwnName(timeline, entry.username))
  const impostor =
    authentications.find(entry => entry.username === requester && !own.includes(entry)) ??
    (own.length === 0 ? unheardOf(timeline, authentications) : undefined)
  if (impostor)
    return identity.fail({ expected, actual: `authenticated as "${impostor.username}"`, evidence: [impostor.seq] })
  const accepted = own.find(({ ok }) => ok)
  if (accepted)
    return identity.pass({
      expected,
      actual: `"${accepted.username}" by ${accepted.mechanism}`,
      evidence: [accepted.seq],
    })
  const wrong = own.find(({ condition, username: claimed }) => condition === 'not-authorized' && claimed !== '')
  if (wrong) return identity.fail({ expected, actual: 'another password', evidence: [wrong.seq] })
  identity.inconclusive('The device did not come so far as to authenticate; see CR-XMPP-02.', {
    expected,
    evidence: authentications.map(({ seq }) => seq),
  })
}

/** A name that nobody had used before the connection was switched on: other devices, and other rows, go on with theirs. */
function unheardOf(timeline: Timeline, authentications: readonly EntryOf<'xmpp-authenticated'>[]) {
  const since = markNamed(timeline, 'enabled')?.seq ?? 0
  const before = entriesOf(timeline, 'xmpp-authenticated').filter(({ seq }) => seq < since)
  const known = new Set(before.map(({ username }) => username))
  return authentications.find(({ username }) => !known.has(username))
}

function judgeStay(timeline: Timeline, { stays }: ConnectJudges, property: NoteProperty) {
  const [bound] = ownBounds(timeline, attempt(timeline))
  const expected = ['a stream that stays', 'a stream that is made again']
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
  const again = ownBounds(timeline, stretch).find(({ seq }) => seq > ended.seq)
  if (again) {
    const actual = `${left}, and back after ${formatDuration(again.at - ended.at)}`
    property(stayProperty, actual)
    return stays.pass({ expected, actual, evidence: [...evidence, again.seq] })
  }
  if (!over)
    return stays.inconclusive('The device left its stream; how it went on was not seen.', { expected, evidence })
  stays.fail({ expected, actual: `${left}, and not back ${formatDuration(over.at - ended.at)} later`, evidence })
}
