import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, session } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppRequest } from '../written-xmpp.ts'
import { allowedJids } from './allowed-jids.ts'

const bareOne = 'allowed by a bare JID, with one resource'
const bareOther = 'allowed by a bare JID, with another resource'
const fullJid = 'allowed by a full JID'
const anybody = 'anybody, while the list is empty'
const ordinary = 'allowed, with the list set again'

type Answers = Record<string, Partial<WrittenXmppRequest>>

/** Each request in its turn with a session after those that are accepted, unless `sessions` is false. */
function verdicts(
  answers: Answers = {},
  { fault, sessions = true, emptied = 0 }: { fault?: string; sessions?: boolean; emptied?: number } = {},
) {
  const asked = [...(fault === undefined ? [bareOne, bareOther, fullJid] : []), anybody]
  const labels = [...asked, ...(ordinary in answers ? [ordinary] : [])]
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
  return judged(allowedJids, mark('xmpp-set', 500, setting), mark('xmpp-set', 30_500, emptying), ...requests)
}

const refused = { answered: 'service-unavailable' }

test('all of them heard: passes', () => {
  expect(verdicts()).toEqual({ bare: 'pass', full: 'pass', empty: 'pass' })
})

describe('a sender that is not heard fails, since everybody is with an empty list', () => {
  test.each([refused, { answered: 'not-allowed' }, { unanswered: true as const }])('%j', answer => {
    expect(verdicts({ [bareOther]: answer })).toEqual({ bare: 'fail', full: 'pass', empty: 'pass' })
    expect(verdicts({ [bareOne]: answer })).toEqual({ bare: 'fail', full: 'pass', empty: 'pass' })
    expect(verdicts({ [fullJid]: answer })).toEqual({ bare: 'pass', full: 'fail', empty: 'pass' })
  })
})

describe('a sender that is not heard while the list is empty', () => {
  test('fails where one on the list is heard afterwards', () => {
    expect(verdicts({ [anybody]: refused, [ordinary]: { answered: 'result' } })['empty']).toBe('fail')
  })

  test('is no proof where no other is heard any more, as under a rate limit', () => {
    expect(verdicts({ [anybody]: refused, [ordinary]: refused })['empty']).toBe('inconclusive')
    expect(verdicts({ [anybody]: refused })['empty']).toBe('inconclusive')
  })

  test('may still be under a list that the device empties later', () => {
    const answers = { [anybody]: refused, [ordinary]: { answered: 'result' } }
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
