import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, request, session } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppRequest } from '../written-xmpp.ts'
import { allowedJids } from './allowed-jids.ts'

const bareOne = 'allowed by a bare JID, with one resource'
const bareOther = 'allowed by a bare JID, with another resource'
const fullJid = 'allowed by a full JID'
const anybody = 'anybody, while the list is empty'
const ordinary = 'allowed, with the list set again'

type Answers = Record<string, Partial<WrittenXmppRequest>>

interface Circumstances {
  fault?: string
  sessions?: boolean
  emptied?: number
  more?: Happening[]
}

/** Each request in its turn with a session after those that are accepted, unless `sessions` is false. */
function verdicts(answers: Answers = {}, { fault, sessions = true, emptied = 0, more = [] }: Circumstances = {}) {
  const asked = [...(fault === undefined ? [bareOne, bareOther, fullJid] : []), anybody]
  const labels = [...new Set([...asked, ...Object.keys(answers)])]
  const requests = labels.flatMap((label, index): Happening[] => {
    const at = 1000 + 10_000 * index
    const answer = answers[label] ?? { answered: 'result' }
    const accepted = sessions && answer.answered === 'result'
    return [xmppRequest(label, { at, ...answer }), ...(accepted ? [session({ at: at + 200 })] : [])]
  })
  const setting = {
    what: 'set ConnReqAllowedJabberIDs',
    values: {},
    ...(fault === undefined ? { status: 0 } : { fault }),
  }
  const emptying = { what: 'set ConnReqAllowedJabberIDs, then empty it', values: {}, status: emptied }
  return judged(allowedJids, mark('xmpp-set', 500, setting), mark('xmpp-set', 30_500, emptying), ...requests, ...more)
}

const refused = { answered: 'service-unavailable' }
const heard = { answered: 'result' }

/** What a device answers that refuses this sender for now whenever it asks, and the ordinary one never. */
const refusedEachTime = (label: string, more: Answers = {}): Answers => ({
  [label]: refused,
  [ordinary]: heard,
  [`${label}, again`]: refused,
  [`allowed, right after: ${label}, again`]: heard,
  ...more,
})

test('all of them heard: passes', () => {
  expect(verdicts()).toEqual({ bare: 'pass', full: 'pass', empty: 'pass' })
})

describe('a sender that is not heard fails, since everybody is with an empty list', () => {
  test.each([{ answered: 'not-allowed' }, { unanswered: true as const }])('%j', answer => {
    expect(verdicts({ [bareOther]: answer })).toEqual({ bare: 'fail', full: 'pass', empty: 'pass' })
    expect(verdicts({ [bareOne]: answer })).toEqual({ bare: 'fail', full: 'pass', empty: 'pass' })
    expect(verdicts({ [fullJid]: answer })).toEqual({ bare: 'pass', full: 'fail', empty: 'pass' })
  })
})

describe('a sender that is refused for now', () => {
  test.each([
    [bareOther, 'bare'],
    [fullJid, 'full'],
    [anybody, 'empty'],
  ])('(%s) fails where it is refused again between two requests that are accepted', (label, metric) => {
    expect(verdicts(refusedEachTime(label))).toEqual({ bare: 'pass', full: 'pass', empty: 'pass', [metric]: 'fail' })
  })

  test.each([bareOther, fullJid, anybody])('(%s) may have met a rate limit otherwise', label => {
    const metric = label === anybody ? 'empty' : label === fullJid ? 'full' : 'bare'
    const open = { bare: 'pass', full: 'pass', empty: 'pass', [metric]: 'inconclusive' }
    const [first, last] = [`${label}, again`, `allowed, right after: ${label}, again`]
    expect(verdicts({ [label]: refused })).toMatchObject({ [metric]: 'inconclusive' })
    expect(verdicts({ [label]: refused, [ordinary]: heard })).toEqual(open)
    expect(verdicts(refusedEachTime(label, { [first]: heard }))).toEqual(open)
    expect(verdicts(refusedEachTime(label, { [ordinary]: refused }))).toMatchObject({ [metric]: 'inconclusive' })
    expect(verdicts(refusedEachTime(label, { [last]: refused }))).toEqual(open)
  })

  test('met a rate limit where another request was refused before the next one was accepted', () => {
    const between = (what: Happening) => verdicts(refusedEachTime(anybody), { more: [what] })['empty']
    expect(between(request('for a session', { at: 56_000, answered: 503 }))).toBe('inconclusive')
    expect(between(request('for a session', { at: 56_000, answered: 204 }))).toBe('fail')
    expect(between(xmppRequest('for a session', { at: 56_000, ...refused }))).toBe('inconclusive')
  })
})

describe('a sender that is not heard while the list is empty', () => {
  test('fails where one on the list is heard afterwards', () => {
    expect(verdicts({ [anybody]: { answered: 'not-allowed' }, [ordinary]: heard })['empty']).toBe('fail')
  })

  test('is no proof where no other is heard any more, as under a rate limit', () => {
    expect(verdicts({ [anybody]: refused, [ordinary]: refused })['empty']).toBe('inconclusive')
    expect(verdicts({ [anybody]: refused })['empty']).toBe('inconclusive')
  })

  test('may still be under a list that the device empties later', () => {
    const answers = { [anybody]: { answered: 'not-allowed' }, [ordinary]: heard }
    expect(verdicts(answers, { emptied: 1 })['empty']).toBe('inconclusive')
  })

  test('leaves open why one on the list was not', () => {
    expect(verdicts({ [fullJid]: refused, [anybody]: refused })['full']).toBe('inconclusive')
  })
})

test('an answer of the server says nothing of the device', () => {
  expect(verdicts({ [fullJid]: { ...refused, answeredBy: 'server' } })['full']).toBe('inconclusive')
})

test('a result without a session is a matter of another requirement', () => {
  expect(verdicts({}, { sessions: false })).toEqual({
    bare: 'inconclusive',
    full: 'inconclusive',
    empty: 'inconclusive',
  })
})

test('a list that the device does not take leaves those on it open', () => {
  expect(verdicts({}, { fault: '9007 Invalid parameter value' })).toEqual({
    bare: 'inconclusive',
    full: 'inconclusive',
    empty: 'pass',
  })
})
