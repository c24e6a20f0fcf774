import { describe, expect, test } from 'vitest'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { Conversation } from '../../harness/scenario.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppRequest } from '../written-xmpp.ts'
import { credentialPair } from './credential-pair.ts'

interface Answers {
  status?: number
  newByHttp?: Partial<WrittenRequest>
  newByXmpp?: Partial<WrittenXmppRequest>
  oldByHttp?: Partial<WrittenRequest>
  oldByXmpp?: Partial<WrittenXmppRequest>
}

const verdicts = ({
  status = 0,
  newByHttp = { answered: 204 },
  newByXmpp = { answered: 'result' },
  oldByHttp = { answered: 401 },
  oldByXmpp = { answered: 'not-authorized' },
}: Answers = {}) =>
  judged(
    credentialPair,
    mark('pair-set', 100, { status }),
    request('new pair over HTTP', { at: 3000, ...newByHttp }),
    session({ at: 3500 }),
    xmppRequest('new pair over XMPP', { at: 6000, ...newByXmpp }),
    request('old pair over HTTP', { at: 9000, authorised: false, ...oldByHttp }),
    xmppRequest('old pair over XMPP', { at: 12_000, authorised: false, ...oldByXmpp }),
  )

const refused = { answered: 401 }
const unauthorized = { answered: 'not-authorized' }

test('the new pair over both, the old one over neither: passes', () => {
  expect(verdicts()).toEqual({ newPair: 'pass', oldPair: 'pass' })
})

test('XMPP with the old pair only fails in both', () => {
  expect(verdicts({ newByXmpp: unauthorized, oldByXmpp: { answered: 'result' } })).toEqual({
    newPair: 'fail',
    oldPair: 'fail',
  })
})

test('HTTP with the old pair only fails in both', () => {
  expect(verdicts({ newByHttp: refused, oldByHttp: { answered: 204 } })).toEqual({ newPair: 'fail', oldPair: 'fail' })
})

test('XMPP with another pair altogether fails for the new one', () => {
  expect(verdicts({ newByXmpp: unauthorized })).toEqual({ newPair: 'fail', oldPair: 'pass' })
})

test('both pairs over XMPP fails for the old one', () => {
  expect(verdicts({ oldByXmpp: { answered: 'result' } })).toEqual({ newPair: 'pass', oldPair: 'fail' })
})

test('status 1 says that the pair is applied later', () => {
  expect(verdicts({ status: 1, newByXmpp: unauthorized })).toEqual({ newPair: 'inconclusive', oldPair: 'inconclusive' })
})

test('a pair that was changed for neither of them is another matter', () => {
  const unchanged = {
    newByHttp: refused,
    newByXmpp: unauthorized,
    oldByHttp: { answered: 204 },
    oldByXmpp: { answered: 'result' },
  }
  expect(verdicts(unchanged)).toEqual({ newPair: 'inconclusive', oldPair: 'inconclusive' })
})

describe('an answer that says nothing of the pair', () => {
  test.each([
    { answered: 'service-unavailable' },
    { answered: 'not-authorized', answeredBy: 'server' as const },
    { unanswered: true as const },
  ])('over XMPP (%j) leaves it open', reply => {
    expect(verdicts({ newByXmpp: reply })['newPair']).toBe('inconclusive')
    expect(verdicts({ oldByXmpp: reply })['oldPair']).toBe('inconclusive')
  })

  test.each([{ answered: 503 }, { unanswered: 'timeout' as const }])('over HTTP (%j) leaves it open', reply => {
    expect(verdicts({ newByHttp: reply })['newPair']).toBe('inconclusive')
    expect(verdicts({ oldByHttp: reply })['oldPair']).toBe('inconclusive')
  })

  test('is a refusal of the pair where the other one is accepted', () => {
    expect(verdicts({ oldByXmpp: { answered: 'forbidden' } })['oldPair']).toBe('pass')
    expect(verdicts({ newByXmpp: { answered: 'not-allowed' } })['newPair']).toBe('inconclusive')
  })
})

describe('which pair the device is left with', () => {
  const old = { username: 'old', password: 'old-password' }
  type Pair = typeof old
  type Transport = (pair: Pair, held: { now: Pair; set: Pair }) => boolean | 'no answer'
  const takes: Record<'new' | 'old' | 'none' | 'silent', Transport> = {
    new: (pair, { set }) => pair.username === set.username,
    old: (pair, { now }) => pair.username === now.username,
    none: () => false,
    silent: () => 'no answer',
  }

  /** Plays the scenario with a device that is set pairs and that hears these ones over HTTP and XMPP. */
  async function played(http: keyof typeof takes, xmpp: keyof typeof takes) {
    const held = { now: old, set: old }
    const hears = (by: keyof typeof takes, pair: Pair) => takes[by](pair, held)
    const setPairs: string[] = []
    const knock = async (_label: string, options: { credentials?: Pair } = {}): Promise<unknown> => {
      const heard = hears(http, options.credentials ?? bench.credentials)
      return { final: heard === 'no answer' ? { kind: 'no-answer' } : { kind: 'answer', status: heard ? 204 : 401 } }
    }
    const ask = async (_label: string, { payload }: { payload: Pair }) => {
      const heard = hears(xmpp, payload)
      if (heard === 'no answer') return { type: 'xmpp-cr-unanswered' }
      return {
        type: 'xmpp-cr-answered',
        kind: heard ? 'result' : 'error',
        condition: heard ? undefined : 'not-authorized',
      }
    }
    const session = {
      async call(_method: string, { parameters }: { parameters: { value: string }[] }) {
        const [username = '', password = ''] = parameters.map(({ value }) => value)
        setPairs.push(username === 'old' ? 'old' : 'new')
        held.set = { username, password }
        return { status: 0 }
      },
    }
    const bench = {
      credentials: old,
      facts: { root: 'Device.' },
      redactor: keepSecrets,
      signal: new AbortController().signal,
      xmpp: { ask, seeSessionThrough: async () => undefined },
      knock,
      wrongKnock: knock,
      seeSessionThrough: async () => undefined,
      rest: async () => undefined,
      async inSession(_name: string, script: (session: unknown) => Promise<void>) {
        const called = hears(http, bench.credentials) === true || hears(xmpp, bench.credentials) === true
        if (!called) throw new ConditionsNotMet('The device did not accept the request that should open a session.')
        await script(session)
      },
    }
    const conversation = { bench, step: (_text: string, work: () => unknown) => work(), mark: () => undefined }
    await credentialPair.run(conversation as unknown as Conversation)
    return { setPairs, kept: bench.credentials.username === 'old' ? 'old' : 'new' }
  }

  test('is the new one where both accept it', async () => {
    expect(await played('new', 'new')).toEqual({ setPairs: ['new'], kept: 'new' })
  })

  test.each([
    ['both accept the old one only, as those that apply it later', 'old', 'old'],
    ['XMPP accepts the old one only', 'new', 'old'],
    ['HTTP accepts the old one only', 'old', 'new'],
    ['HTTP gives no answer', 'silent', 'new'],
    ['XMPP gives no answer', 'new', 'silent'],
  ] as const)('is the old one again where %s', async (_why, http, xmpp) => {
    expect(await played(http, xmpp)).toEqual({ setPairs: ['new', 'old'], kept: 'old' })
  })
})
