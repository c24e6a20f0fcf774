import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, outcomeOf, playing, session } from '../written-timeline.ts'
import { udpControl, udpRequest } from '../written-udp.ts'
import { rejected } from './rejected.ts'
import { wrongRequests } from './wrong-requests.ts'

const labels = wrongRequests.map(({ label }) => label)

/** The good request, then one window with the requests of these labels; `seenAt` is when a session came. */
const round = (begunAt: number, sent: readonly string[], seenAt?: number): Happening[] => [
  udpRequest('good request before the wrong ones', { at: begunAt - 500 }),
  session({ at: begunAt - 300, tookMs: 50 }),
  mark('wrong-begun', begunAt, { labels: sent }),
  ...sent.map((label, index) => udpRequest(label, { at: begunAt + 10 * (index + 1), authorised: false })),
  ...(seenAt === undefined ? [] : [session({ at: seenAt, tookMs: 50 })]),
  mark('wrong-done', begunAt + 62_000, { labels: sent, seen: seenAt !== undefined }),
]

const bothCases = ({ capital = true, small = true } = {}): Happening[] => [
  udpRequest('signature in capital digits', { at: 500_000 }),
  ...(capital ? [session({ at: 500_300, tookMs: 50 })] : []),
  udpRequest('signature in small digits', { at: 510_000 }),
  ...(small ? [session({ at: 510_300, tookMs: 50 })] : []),
]

const forged = ({ called = true, calledAbove = true, secondTime = false, accepted = false } = {}): Happening[] => [
  mark('forgery-begun', 600_000),
  udpRequest('forged request with a ts far ahead', { at: 601_000, authorised: false }),
  ...(accepted ? [session({ at: 601_700, tookMs: 50 })] : []),
  udpRequest('right request after the forged one', { at: 603_000 }),
  ...(called
    ? [
        ...(secondTime ? [udpRequest('right request after the forged one', { at: 670_000 })] : []),
        session({ at: secondTime ? 670_300 : 603_300, tookMs: 50 }),
      ]
    : [
        udpRequest('right request with a later ts than the forged one', { at: 700_000 }),
        ...(calledAbove ? [session({ at: 700_300, tookMs: 50 })] : []),
      ]),
  mark('forgery-over', 800_000),
]
const after = [...bothCases(), ...forged()]

const verdicts = (first: Happening[] = round(1000, labels), more = udpControl(450_000), last: Happening[] = after) =>
  judged(rejected, ...first, ...more, ...last)

/** A session in the common window, then the label alone in a window of its own, where it brings one too. */
const narrowed = (label: string, { alone = true } = {}) =>
  verdicts([...round(1000, labels, 15_000), ...round(100_000, [label], alone ? 100_500 : undefined)])

const metricOf = {
  'CR-UDP-46': 'form',
  'CR-UDP-47': 'laterTs',
  'CR-UDP-48': 'otherId',
  'CR-UDP-49': 'username',
  'CR-UDP-50': 'signature',
  'CR-UDP-53': 'complete',
} as const

test('nothing but silence passes everywhere', () => {
  expect([...new Set(Object.values(verdicts()))]).toEqual(['pass'])
})

describe('a session', () => {
  test.each(wrongRequests)(
    'after "$label" alone breaks $breaks',
    ({ label, breaks, concluded, withoutCredentials }) => {
      const weak = concluded || breaks === 'CR-UDP-50' || breaks === 'CR-UDP-53'
      const outcome = narrowed(label)
      expect(outcome[metricOf[breaks]]).toBe(weak ? 'warning' : 'fail')
      expect(outcome['all']).toBe(concluded ? 'pass' : 'fail')
      expect(outcome['noSession']).toBe(withoutCredentials ? 'fail' : 'pass')
      for (const name of Object.values(metricOf)) if (name !== metricOf[breaks]) expect(outcome[name]).toBe('pass')
    },
  )

  test('after several of them names them all', () => {
    const alone = ['POST', 'HEAD'].flatMap((label, index) =>
      round(100_000 + 100_000 * index, [label], 100_500 + 100_000 * index),
    )
    const { metrics } = outcomeOf(
      rejected,
      playing(rejected, [...round(1000, labels, 15_000), ...alone, ...udpControl(450_000), ...after]),
    )
    expect(metrics.find(({ name }) => name === 'form')?.actual).toBe('a session came after: POST, HEAD')
  })

  test('that none brings when it is sent alone proves nothing', () => {
    expect(narrowed('POST', { alone: false })).toMatchObject({ all: 'inconclusive', form: 'inconclusive' })
  })

  test('of the good request, or for another reason, does not count', () => {
    const periodic = session({ at: 5000, events: ['2 PERIODIC'] })
    expect(verdicts([...round(1000, labels), periodic])).toMatchObject({ all: 'pass', noSession: 'pass' })
  })
})

describe('a device that hears nothing afterwards', () => {
  const silent = udpControl(100_000, { silent: true })
  const open = { all: 'inconclusive', form: 'inconclusive', complete: 'inconclusive', noSession: 'inconclusive' }

  test('proves nothing, and nothing further is tried', () => {
    expect(verdicts(undefined, silent, [])).toMatchObject({
      ...open,
      letterCase: 'inconclusive',
      forgery: 'inconclusive',
    })
    expect(verdicts(undefined, [], [])).toMatchObject(open)
  })

  test('still proves nothing when it hears again only after the control', () => {
    const later = [udpRequest('request after a dangerous one', { at: 150_000 }), session({ at: 150_300 })]
    expect(verdicts(undefined, [...silent, ...later], [])).toMatchObject(open)
  })

  /** What deafened it, sent alone; then another window without it. */
  const named = (label: string, how?: string): Happening[] => [
    mark('made-to-hear', 190_000, { how: 'a reboot' }),
    mark('sent-alone', 200_000, { label: 'STUN cut off', heard: true }),
    mark('sent-alone', 210_000, { label, heard: false }),
    mark('made-to-hear', 220_000, how === undefined ? undefined : { how }),
  ]
  const others = (label: string) => labels.filter(each => each !== label)

  test.each([
    ['without sig', 'complete', 'warning', 'form'],
    ['2 kB of noise', 'form', 'fail', 'complete'],
    ['POST', 'form', 'fail', 'complete'],
    ['other username', 'username', 'fail', 'complete'],
  ] as const)('until it is restarted after "%s" breaks that rule: %s %s', (label, metric, verdict, other) => {
    const happenings = [
      ...silent,
      ...named(label, 'a reboot'),
      ...round(300_000, others(label)),
      ...udpControl(450_000),
    ]
    expect(verdicts(undefined, happenings)).toMatchObject({ [metric]: verdict, [other]: 'pass', all: 'pass' })
  })

  test('and cannot be made to hear again may have a rate limit', () => {
    expect(verdicts(undefined, [...silent, ...named('without sig')], [])).toMatchObject(open)
  })
})

describe('capital and small digits', () => {
  test.each([
    [{}, 'pass'],
    [{ small: false }, 'warning'],
    [{ capital: false }, 'warning'],
    [{ capital: false, small: false }, 'inconclusive'],
  ])('%j: %s', (which, verdict) => {
    const outcome = verdicts(undefined, undefined, [...bothCases(which), ...forged()])
    expect(outcome).toMatchObject({ letterCase: verdict, signature: 'pass', forgery: 'pass' })
  })
})

describe('a forged ts', () => {
  test.each([
    ['in the way of right requests fails', { called: false }, 'fail'],
    ['with nothing heard after it at all says nothing', { called: false, calledAbove: false }, 'inconclusive'],
  ])('%s', (_, course, verdict) => {
    expect(verdicts(undefined, undefined, [...bothCases(), ...forged(course)])).toMatchObject({
      forgery: verdict,
      all: 'pass',
    })
  })

  test('that silences the device for a while shows that a window for several proves nothing', () => {
    const last = [...bothCases(), ...forged({ secondTime: true })]
    expect(verdicts(undefined, undefined, last)).toMatchObject({
      ...{ forgery: 'pass', letterCase: 'pass' },
      ...{ all: 'inconclusive', signature: 'inconclusive', laterTs: 'inconclusive', noSession: 'inconclusive' },
    })
  })

  test('that is accepted breaks the rules of signatures, also where the window showed nothing', () => {
    const last = [...bothCases(), ...forged({ accepted: true, called: false })]
    expect(verdicts(undefined, undefined, last)).toMatchObject({
      ...{ forgery: 'inconclusive', all: 'fail', signature: 'warning', noSession: 'fail', form: 'pass' },
    })
  })

  test('is a right one to a device that accepts any signature', () => {
    const last = [...bothCases(), mark('forgery-accepted', 600_000)]
    expect(verdicts(undefined, undefined, last)).toMatchObject({ forgery: 'inconclusive' })
  })
})
