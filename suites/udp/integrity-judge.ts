import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import type { MetricJudges, NoteProperty } from '../../harness/scenario.ts'
import {
  attributeOf,
  type BindingRequest,
  hasAttribute,
  isPrimaryRequest,
  stunCodes,
} from '../../harness/timeline/stun-requests.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { IntegrityVariant } from '../../harness/timeline/udp-entry.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { isUnauthorised, requestsBegun } from './binding-requests.ts'
import { settingOf } from './stun-settings.ts'
import { judgePadding, namedRequests, paddingOf } from './username-judge.ts'
import { isUnheeded } from './unheeded-responses.ts'

export const integrityMetrics = {
  named: weakMust('CR-UDP-14', 'Requests of the primary port carry STUNUsername, at the latest after a 401.'),
  padded: must('CR-UDP-15', 'USERNAME is STUNUsername, filled up to a multiple of four bytes.'),
  resent: must('CR-UDP-16', 'A 401 makes the device ask again, with USERNAME and MESSAGE-INTEGRITY.'),
  computed: must(
    'CR-UDP-17',
    'MESSAGE-INTEGRITY is the last attribute, and the HMAC over the message filled up to a multiple of 64 bytes.',
  ),
  withoutUser: must('CR-UDP-18', 'With an empty STUNUsername no request carries MESSAGE-INTEGRITY.'),
}

type IntegrityJudges = MetricJudges<typeof integrityMetrics>

/** The lengths of STUNUsername that are tried, in characters: each leaves another rest over four. */
export const lengths = [5, 6, 7, 8] as const

export const roundMark = (length: number) => `user-${length}`
export const userOf = (length: number) => `set a STUN user whose name has ${length} characters`
export const nobody = 'empty STUNUsername'

/** CR-UDP-14 to 18 */
export function judgeIntegrity(timeline: Timeline, verdict: IntegrityJudges, property: NoteProperty): void {
  const variants = new Set<string>()
  const paddings = new Set<string>()
  for (const length of lengths) {
    const round = readRound(timeline, length)
    if (typeof round === 'string')
      for (const metric of [verdict.named, verdict.padded, verdict.resent, verdict.computed]) metric.inconclusive(round)
    else if (round !== undefined) {
      judgeRound(round, verdict)
      for (const request of round.requests) for (const variant of variantsOf(request)) variants.add(variant)
      for (const { attribute } of namedOf(round)) paddings.add(paddingOf(attribute, round.username))
    }
  }
  if (variants.size > 0) property('MESSAGE-INTEGRITY', [...variants].join(', '))
  paddings.delete('none needed')
  if (paddings.size > 0) property('padding of USERNAME', [...paddings].join(', '))
  judgeUnheeded(timeline, verdict.resent)
  judgeWithoutUser(timeline, verdict)
}

/** Refused in that many rounds without any request afterwards: once a 401 may have been lost. */
function judgeUnheeded(timeline: Timeline, metric: IntegrityJudges['resent']) {
  const rounds = lengths.map(length => readRound(timeline, length)).filter(round => typeof round === 'object')
  const refused = rounds
    .filter(({ isOver, isLater, refusalUnheeded }) => isOver && !isLater && !refusalUnheeded)
    .flatMap(round => refusalIn(round) ?? [])
  const unheeded = refused.filter(({ next }) => next === undefined)
  const finding = {
    expected: expectedAfterRefusal,
    actual: 'no other request',
    evidence: unheeded.map(({ request }) => request.entry.seq),
    limit: chosen.afterUnauthorised,
  }
  if (unheeded.length === 0) return
  if (unheeded.length === 1 && refused.length > 1)
    metric.inconclusive('Only one 401 of several was not followed by another request: it may have been lost.', finding)
  else metric.fail(finding)
}

/** A request that was refused because it had no integrity, and what came after it. */
function refusalIn({ requests }: Round): { request: BindingRequest; next: BindingRequest | undefined } | undefined {
  const request = requests.find(isUnauthorised)
  if (request === undefined || isWithIntegrity(request)) return undefined
  return { request, next: requests.find(({ entry }) => entry.seq > request.entry.seq) }
}

interface Round {
  username: string
  /** The device may not have taken the name yet. */
  isLater: boolean
  seq: number
  requests: BindingRequest[]
  isOver: boolean
  /** The refused request was repeated after several answers. */
  refusalUnheeded: boolean
}

/** What happened with a name of that length; a reason where it could not be set; `undefined` where it was not tried. */
function readRound(timeline: Timeline, length: number): Round | string | undefined {
  const setting = settingOf(timeline, userOf(length))
  if (setting?.fault !== undefined) return `The device took no STUNUsername of ${length} characters: ${setting.fault}`
  const mark = markNamed(timeline, roundMark(length))
  if (!mark) return undefined
  const stretch = between(timeline, roundMark(length), `${roundMark(length)}-over`)
  const requests = requestsBegun(stretch)
  const refused = requests.find(isUnauthorised)
  return {
    refusalUnheeded: refused !== undefined && isUnheeded(stretch, refused),
    username: String(mark.data?.['username']),
    isLater: mark.data?.['status'] === 1,
    seq: mark.seq,
    requests: requests.filter(({ entry }) => isPrimaryRequest(entry)),
    isOver: markNamed(timeline, `${roundMark(length)}-over`) !== undefined,
  }
}

const namedOf = ({ requests, username }: Round) =>
  namedRequests(requests).filter(({ attribute: { text = '' } }) => text !== '' && username.startsWith(text))

const isWithIntegrity = ({ entry }: BindingRequest) => hasAttribute(entry, stunCodes.messageIntegrity)

function judgeRound(round: Round, { named, padded, resent, computed }: IntegrityJudges) {
  const found = namedOf(round)
  const refused = round.requests.find(isUnauthorised)
  const asked = refused !== undefined || round.requests.some(isWithIntegrity)
  const evidence = [round.seq, ...round.requests.slice(0, 10).map(({ entry }) => entry.seq)]
  if (!asked || (found.length === 0 && round.isLater)) {
    const reason = asked
      ? 'The device answered status 1: it takes the user name later.'
      : 'No Binding Request came that could be answered 401.'
    for (const metric of [named, padded, resent, computed]) metric.inconclusive(reason, { evidence })
    return
  }
  if (!round.isOver) return
  const refusal = refusalIn(round)
  if (found.length === 0 && refusal !== undefined && refusal.next === undefined)
    named.inconclusive('No request came after the 401; see CR-UDP-16.', { evidence })
  else
    named.check(found.length > 0, {
      expected: ['USERNAME from the first request on', 'USERNAME after a 401'],
      actual: found.length > 0 ? `in ${found.length} of ${round.requests.length} requests` : 'no USERNAME',
      evidence,
    })
  if (found.length > 0) judgePadding(found, round.username, padded)
  else padded.inconclusive('No request carried USERNAME.', { evidence })
  judgeResent(round, refused, resent)
  judgeComputed(round, computed)
}

const expectedAfterRefusal = ['a request with USERNAME and MESSAGE-INTEGRITY', 'both already in the first request']

function judgeResent(round: Round, refused: BindingRequest | undefined, metric: IntegrityJudges['resent']) {
  const limit = chosen.afterUnauthorised
  const expected = expectedAfterRefusal
  // Once it knows that it is asked for them, a device may send both from the beginning.
  const asked = refused !== undefined && !isWithIntegrity(refused)
  const later = asked ? round.requests.filter(({ entry }) => entry.seq > refused.entry.seq) : round.requests
  const names = new Set(namedOf(round).map(({ request }) => request))
  const right = later.find(request => isWithIntegrity(request) && names.has(request))
  const shown = right ?? later.find(isWithIntegrity) ?? later[0]
  const evidence = [...(refused ? [refused.entry.seq] : []), ...(shown ? [shown.entry.seq] : [])]
  if (right && !asked) return metric.pass({ expected, actual: 'a request that had both from the beginning', evidence })
  if (refused === undefined) return metric.inconclusive('No Binding Request was answered 401.', { evidence })
  if (round.refusalUnheeded)
    return metric.inconclusive('The device repeated its request although it was answered: no 401 seems to arrive.', {
      evidence,
    })
  // Looked at over all rounds.
  if (shown === undefined) return
  const answeredAt = refused.answer?.at ?? refused.entry.at
  const tookMs = (right?.entry.at ?? 0) - answeredAt
  metric.check(right !== undefined && tookMs <= limit.ms, {
    expected,
    actual: right
      ? `one ${formatDuration(Math.max(0, tookMs))} after the 401`
      : `another request ${isWithIntegrity(shown) ? 'with' : 'without'} MESSAGE-INTEGRITY, ${names.has(shown) ? 'with' : 'without'} USERNAME`,
    evidence,
    limit,
    ...(right ? { measured: tookMs } : {}),
  })
}

const describeVariant = ({ padded, lengthIncludesIntegrity, key }: IntegrityVariant) =>
  [
    `over the ${padded ? 'padded' : 'unpadded'} message`,
    ...(lengthIncludesIntegrity ? [] : ['its length without the attribute']),
    ...(key === 'password' ? [] : ['with the long-term key']),
  ].join(', ')

const isRight = ({ padded, lengthIncludesIntegrity, key }: IntegrityVariant) =>
  padded && lengthIncludesIntegrity && key === 'password'

/** In words; a message whose length is a multiple of 64 is the same padded and unpadded, and tells nothing. */
function variantsOf({ entry }: BindingRequest): string[] {
  const variants = entry.integrity ?? []
  const isAmbiguous = variants.some(({ padded }) => padded) && variants.some(({ padded }) => !padded)
  return isAmbiguous ? [] : variants.map(describeVariant)
}

function judgeComputed(round: Round, metric: IntegrityJudges['computed']) {
  // Of another name the server knows no password.
  const names = new Set(
    namedOf(round)
      .filter(({ attribute }) => attribute.text === round.username)
      .map(({ request }) => request),
  )
  const judged = round.requests.filter(request => isWithIntegrity(request) && names.has(request))
  const [first] = judged
  if (first === undefined) return metric.inconclusive('No request carried STUNUsername and MESSAGE-INTEGRITY.')
  const expected = ['the HMAC over the padded message, in the last attribute']
  for (const { entry } of judged) {
    const evidence = [entry.seq]
    const { integrity = [], message } = entry
    const last = message.attributes.at(-1)
    const actual = integrity.map(describeVariant).join(' or ')
    if (attributeOf(entry, stunCodes.messageIntegrity) !== last)
      metric.fail({ expected, actual: `${last?.name ?? 'another attribute'} comes after it`, evidence })
    else if (integrity.some(isRight)) metric.pass({ expected, actual, evidence })
    else if (integrity.length > 0) metric.warn({ expected, actual, evidence })
    else if (round.isLater) metric.inconclusive('The device answered status 1: it takes the password later.')
    else metric.fail({ expected, actual: 'what no way of computing it explains', evidence })
  }
}

function judgeWithoutUser(timeline: Timeline, { withoutUser }: IntegrityJudges) {
  if (markNamed(timeline, 'nobody-left-out'))
    return withoutUser.notApplicable(
      'An empty STUNUsername was not tried: a device that stops asking then could not be reached any more.',
      'the device could be asked by HTTP or XMPP too',
    )
  const setting = settingOf(timeline, nobody)
  if (setting?.fault !== undefined)
    return withoutUser.inconclusive(`The device takes no empty STUNUsername: ${setting.fault}`, {
      evidence: [setting.seq],
    })
  const mark = markNamed(timeline, 'nobody')
  const over = markNamed(timeline, 'nobody-over')
  if (!mark || !over) return
  const requests = requestsBegun(between(timeline, 'nobody', 'nobody-over'))
  const wrong = requests.filter(isWithIntegrity)
  const refused = requests.find(isUnauthorised)
  const expected = ['requests without MESSAGE-INTEGRITY', 'no further requests']
  const evidence = [mark.seq, ...(wrong.length > 0 ? wrong : requests).slice(0, 10).map(({ entry }) => entry.seq)]
  if (wrong.length > 0) {
    if (mark.data?.['status'] === 1)
      return withoutUser.inconclusive('The device answered status 1: it empties the user name later.', { evidence })
    return withoutUser.fail({ expected, actual: `${wrong.length} requests with MESSAGE-INTEGRITY`, evidence })
  }
  if (refused === undefined)
    return withoutUser.inconclusive('No Binding Request came that could be answered 401.', { evidence })
  const settled = markNamed(timeline, 'settled')
  if (settled?.data?.['bound'] !== true)
    return withoutUser.inconclusive(
      'The device did not ask again with its account back, so its silence proves nothing.',
      {
        evidence,
      },
    )
  withoutUser.pass({ expected, actual: `${requests.length} requests without it`, evidence })
}
