import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, outcomeOf, playing, session } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppControl, xmppEnded, xmppRequest } from '../written-xmpp.ts'
import { rejected } from './rejected.ts'
import { type WrongStanza, wrongStanzas } from './wrong-stanzas.ts'

const labels = wrongStanzas.map(({ label }) => label)
const ofKind = (kind: WrongStanza['kind']) => wrongStanzas.filter(stanza => stanza.kind === kind)
const strangers = ofKind('sender not on the list').map(({ label }) => label)
const pairs = ofKind('wrong credentials').map(({ label }) => label)

/** What a conforming device answers. */
const usual: Record<WrongStanza['kind'], Partial<WrittenXmppRequest>> = {
  'other form': { unanswered: true, tookMs: 50, form: 'message' },
  'sender not on the list': { answered: 'service-unavailable' },
  'wrong credentials': { answered: 'not-authorized' },
  malformed: { answered: 'bad-request' },
}

type Changes = Record<string, Partial<WrittenXmppRequest>>

const changed = (these: readonly string[], change: Partial<WrittenXmppRequest>): Changes =>
  Object.fromEntries(these.map(label => [label, change]))

/** One window with the stanzas of these labels; `seenAt` is when a session came. */
function round(begunAt: number, sent: string[], { seenAt, changes = {} }: { seenAt?: number; changes?: Changes } = {}) {
  const requests = sent.map((label, index) => {
    const kind = wrongStanzas.find(stanza => stanza.label === label)?.kind ?? 'malformed'
    return xmppRequest(label, {
      at: begunAt + 100 * (index + 1),
      authorised: false,
      ...(changes[label] ?? usual[kind]),
    })
  })
  return [
    mark('wrong-begun', begunAt, { labels: sent }),
    ...requests,
    ...(seenAt === undefined ? [] : [session({ at: seenAt, tookMs: 50 })]),
    mark('wrong-done', begunAt + 62_000, { labels: sent, seen: seenAt !== undefined }),
  ]
}

const listSet = (outcome: object = { status: 0 }) =>
  mark('xmpp-set', 300, { what: 'restrict ConnReqAllowedJabberIDs', values: {}, ...outcome })

/** The session in which the list was set. */
const before = [session({ at: 100, tookMs: 300 }), listSet()]

const verdicts = (changes: Changes = {}, more: Happening[] = xmppControl(70_000), first: Happening[] = before) =>
  judged(rejected, ...first, ...round(1000, labels, { changes }), ...more)

/** A session in the common window, then the label alone in a window of its own, where it brings one too. */
const narrowed = (label: string, { alone = true, changes = {} }: { alone?: boolean; changes?: Changes } = {}) =>
  judged(
    rejected,
    ...before,
    ...round(1000, labels, { seenAt: 15_000, changes }),
    ...round(100_000, [label], alone ? { seenAt: 100_500, changes } : { changes }),
    ...xmppControl(200_000),
  )

test('everything refused as it should be, and no session: passes', () => {
  expect([...new Set(Object.values(verdicts()))]).toEqual(['pass'])
})

test('nothing is proven without a positive control that brings a session', () => {
  for (const more of [xmppControl(70_000, { silent: true }), []])
    expect(verdicts({}, more)).toMatchObject({
      otherForms: 'inconclusive',
      strangersUnheard: 'inconclusive',
      strangersNoSession: 'inconclusive',
      noSession: 'inconclusive',
      malformed: 'inconclusive',
    })
})

test('how the device refuses is noted', () => {
  const { properties } = outcomeOf(
    rejected,
    playing(rejected, [...before, ...round(1000, labels), ...xmppControl(70_000)]),
  )
  expect(properties).toEqual({
    'answer to wrong credentials over XMPP': 'error not-authorized',
    'answer to senders that are not on the list': 'error service-unavailable',
  })
})

describe('a session', () => {
  const breach = { 'CR-XMPP-26': 'otherForms', 'CR-GEN-15': 'noSession', 'CR-XMPP-22': 'malformed' } as const

  test.each(wrongStanzas.filter(({ breaks }) => breaks !== 'CR-XMPP-17'))(
    'after "$label" alone is a breach of $breaks',
    ({ label, breaks, concluded }) => {
      const outcome = narrowed(label)
      const name = breach[breaks as keyof typeof breach]
      expect(outcome[name]).toBe(name === 'otherForms' || concluded ? 'warning' : 'fail')
      for (const other of Object.values(breach)) if (other !== name) expect(outcome[other]).toBe('pass')
    },
  )

  test('after wrong credentials is one of CR-XMPP-21 as well', () => {
    for (const label of pairs) expect(narrowed(label)['notAuthorized']).toBe('fail')
    expect(narrowed('no username')['notAuthorized']).toBe('pass')
  })

  test('that no stanza brings when it is sent alone proves nothing', () => {
    expect(narrowed('wrong password', { alone: false })).toMatchObject({
      noSession: 'inconclusive',
      otherForms: 'inconclusive',
      strangersUnheard: 'inconclusive',
    })
  })

  test('of a stanza leaves senders alone', () => {
    expect(narrowed('wrong password')).toMatchObject({ strangersUnheard: 'pass', strangersNoSession: 'pass' })
  })

  test('for another reason does not count, nor does the one in which the list was set', () => {
    const periodic = session({ at: 5000, events: ['2 PERIODIC'] })
    expect(verdicts({}, [periodic, ...xmppControl(70_000)])).toMatchObject({ noSession: 'pass', otherForms: 'pass' })
  })
})

describe('a sender that is not on the list', () => {
  const [one = ''] = strangers

  test('and gets a result was heard; the others were refused all the same', () => {
    expect(narrowed(one, { changes: { [one]: { answered: 'result' } } })).toMatchObject({
      strangersUnheard: 'fail',
      strangersRefused: 'pass',
      strangersNoSession: 'pass',
    })
  })

  test('and gets no answer but a session was heard too', () => {
    expect(narrowed(one, { changes: { [one]: { unanswered: true, tookMs: 50 } } })['strangersUnheard']).toBe('fail')
  })

  test('and is refused, yet brings a session: that is no refusal', () => {
    expect(narrowed(one)).toMatchObject({
      strangersUnheard: 'pass',
      strangersRefused: 'warning',
      strangersNoSession: 'fail',
    })
  })

  test('but heard like all of them: nobody is refused', () => {
    expect(verdicts(changed(strangers, { answered: 'result' }))).toMatchObject({
      strangersUnheard: 'fail',
      strangersRefused: 'warning',
      strangersNoSession: 'not-asked',
    })
  })

  test.each([{ answered: 'not-allowed' }, { answered: 'not-authorized' }, { unanswered: true as const }])(
    'may be refused in other words (%j) with a warning',
    change => {
      expect(verdicts({ [one]: change })).toMatchObject({ strangersUnheard: 'pass', strangersRefused: 'warning' })
    },
  )

  test('is heard for now where the device applies the list later', () => {
    const first = [session({ at: 100, tookMs: 300 }), listSet({ status: 1 })]
    const outcome = verdicts({ [one]: { answered: 'result' } }, xmppControl(70_000), first)
    expect(outcome['strangersUnheard']).toBe('inconclusive')
  })

  test.each([
    ['refuses the list', listSet({ fault: '9007 Invalid parameter value' })],
    ['has no list', mark('no-list', 300)],
  ])('does not exist for a device that %s', (_, how) => {
    const others = labels.filter(label => !strangers.includes(label))
    const outcome = judged(rejected, how, ...round(1000, others), ...xmppControl(70_000))
    expect(outcome).toMatchObject({
      strangersUnheard: 'inconclusive',
      strangersRefused: 'inconclusive',
      strangersNoSession: 'inconclusive',
      noSession: 'pass',
      answered: 'pass',
    })
  })
})

describe('the answer to wrong credentials', () => {
  test.each([
    [{ answered: 'result' }, 'fail'],
    [{ answered: 'not-autorized', conditionDefined: false }, 'fail'],
    [{ answered: '', conditionDefined: false }, 'fail'],
    [{ answered: 'forbidden' }, 'warning'],
    [{ unanswered: true }, 'warning'],
    [{ answered: 'service-unavailable' }, 'pass'],
    [{ answered: 'not-authorized', answeredBy: 'unknown' }, 'pass'],
  ] as const)('%j: %s', (change, verdict) => {
    expect(verdicts({ 'wrong password': change })['notAuthorized']).toBe(verdict)
  })

  test('is not known where every one of them was refused for now', () => {
    expect(verdicts(changed(pairs, { answered: 'service-unavailable' }))['notAuthorized']).toBe('inconclusive')
  })
})

describe('a device that refuses everything for now', () => {
  const busy = changed(labels, { answered: 'service-unavailable' })

  test('did not look at anything', () => {
    expect(verdicts(busy)).toMatchObject({
      strangersUnheard: 'inconclusive',
      strangersRefused: 'pass',
      notAuthorized: 'inconclusive',
      noSession: 'inconclusive',
      answered: 'pass',
    })
  })
})

describe('an answer', () => {
  const answered = (change: Partial<WrittenXmppRequest>, more: Happening[] = []) =>
    verdicts({ 'no username': change }, [...more, ...xmppControl(70_000)])['answered']

  test.each(['result', 'bad-request', 'feature-not-implemented', 'service-unavailable'])('%s is one', condition => {
    expect(answered({ answered: condition })).toBe('pass')
  })

  test('that never comes fails', () => {
    expect(answered({ unanswered: true })).toBe('fail')
  })

  test('that comes twice fails', () => {
    expect(answered({ answered: 'bad-request', answers: 2 })).toBe('fail')
  })

  test.each(['closed-by-peer', 'lost'] as const)('instead of which the stream was %s is a warning', how => {
    expect(answered({ unanswered: true }, [xmppEnded(6000, how)])).toBe('warning')
  })

  test('that could not come because we ended the stream is no matter of the device', () => {
    expect(answered({ unanswered: true }, [xmppEnded(6000, 'dropped')])).toBe('inconclusive')
  })

  test('of the server, for a device that is not there, counts for nothing', () => {
    const gone = changed(labels, { answered: 'service-unavailable', answeredBy: 'server' })
    expect([...new Set(Object.values(verdicts(gone)))]).toEqual(['inconclusive'])
  })
})
