import { describe, expect, test } from 'vitest'
import type { Conversation } from '../../harness/scenario.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { type Happening, judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { udpControl, udpRequest } from '../written-udp.ts'
import { credentials } from './credentials.ts'

interface Course {
  status?: number
  /** Left away where the device has no HTTP. */
  http?: Partial<WrittenRequest> | false
  newCalled?: boolean
  oldCalled?: boolean
  silent?: boolean
}

const course = ({
  status = 0,
  http = { answered: 204 },
  newCalled = true,
  oldCalled = false,
  silent = false,
}: Course): Happening[] => [
  mark('pair-set', 100, { status }),
  ...(http === false ? [] : [request('new pair over HTTP', { at: 3000, ...http })]),
  ...(http !== false && http.answered === 204 ? [session({ at: 3500 })] : []),
  udpRequest('new pair by UDP', { at: 6000 }),
  ...(newCalled ? [session({ at: 6300 })] : []),
  udpRequest('old pair by UDP', { at: 50_000, authorised: false }),
  ...(oldCalled ? [session({ at: 50_300 })] : []),
  mark('old-pair-over', 111_000),
  // The session in which the old pair is set again is none of the old pair's request.
  session({ at: 112_000 }),
  ...udpControl(200_000, { silent }),
]
const verdicts = (of: Course = {}) => judged(credentials, ...course(of))
const refused = { answered: 401 }

test.each([{}, { http: false as const }])('the new pair, and not the old one, passes: %j', of => {
  expect(verdicts(of)).toEqual({ newPair: 'pass', oldPair: 'pass' })
})

test.each([
  ['the old pair only', { newCalled: false, oldCalled: true }, { newPair: 'fail', oldPair: 'fail' }],
  ['another pair', { newCalled: false }, { newPair: 'fail', oldPair: 'pass' }],
  ['both pairs', { oldCalled: true }, { newPair: 'pass', oldPair: 'fail' }],
  ['both, without HTTP', { oldCalled: true, http: false }, { newPair: 'pass', oldPair: 'fail' }],
] as const)('UDP with %s fails', (_, of, expected) => {
  expect(verdicts(of)).toEqual(expected)
})

test('a pair that was not changed for HTTP either is another matter', () => {
  expect(verdicts({ http: refused, newCalled: false, oldCalled: true })).toEqual({
    newPair: 'inconclusive',
    oldPair: 'inconclusive',
  })
  expect(verdicts({ http: refused, oldCalled: true })).toEqual({ newPair: 'pass', oldPair: 'fail' })
})

test('status 1 says that the pair is applied later', () => {
  expect(verdicts({ status: 1, newCalled: false, oldCalled: true })).toEqual({
    newPair: 'inconclusive',
    oldPair: 'inconclusive',
  })
})

test('a device that hears nothing any more has not refused a pair', () => {
  expect(verdicts({ newCalled: false, silent: true })).toEqual({ newPair: 'inconclusive', oldPair: 'inconclusive' })
})

describe('which pair the device is left with', () => {
  const old = { username: 'old', password: 'old-password' }
  type Pair = typeof old
  type Takes = 'new' | 'old' | 'none'

  /** Plays the scenario with a device that takes these pairs over HTTP, where it has that, and by UDP. */
  async function played(http: Takes | 'absent', udp: Takes) {
    let set = old
    const setPairs: string[] = []
    const takes = (which: Takes, pair: Pair) =>
      which !== 'none' && pair.username === (which === 'new' ? set : old).username
    const bench = {
      credentials: old,
      facts: { root: 'Device.', credentialsWork: http !== 'absent', timing: { watchMs: 1 } },
      redactor: keepSecrets,
      signal: new AbortController().signal,
      udp: {
        knock: async () => ({ session: takes(udp, bench.credentials) ? {} : undefined }),
        ask: async () => ({ first: { seq: 1 } }),
      },
      knock: async () => ({
        final: { kind: 'answer', status: http !== 'absent' && takes(http, bench.credentials) ? 204 : 401 },
      }),
      seeSessionThrough: async () => undefined,
      udpControl: async () => undefined,
      rest: async () => undefined,
      async inSession(_name: string, script: (session: unknown) => Promise<void>) {
        const heard = [http, udp].some(by => by !== 'absent' && takes(by, bench.credentials))
        if (!heard) throw new ConditionsNotMet('The device did not accept the request that should open a session.')
        await script({
          async call(_method: string, { parameters }: { parameters: { value: string }[] }) {
            const [username = '', password = ''] = parameters.map(({ value }) => value)
            setPairs.push(username === 'old' ? 'old' : 'new')
            set = { username, password }
            return { status: 0 }
          },
        })
      },
    }
    const conversation = {
      bench,
      step: (_text: string, work: () => unknown) => work(),
      watch: async () => 'over',
      mark: () => undefined,
    }
    await credentials.run(conversation as unknown as Conversation)
    return { setPairs, kept: bench.credentials.username === 'old' ? 'old' : 'new' }
  }

  test.each(['new', 'absent'] as const)('is the new one where it is accepted everywhere (HTTP: %s)', async http => {
    expect(await played(http, 'new')).toEqual({ setPairs: ['new'], kept: 'new' })
  })

  test.each([
    ['new', 'old'],
    ['old', 'new'],
    ['old', 'old'],
    ['absent', 'old'],
    ['new', 'none'],
  ] as const)('is the old one again where HTTP takes the %s one and UDP the %s one', async (http, udp) => {
    expect(await played(http, udp)).toEqual({ setPairs: ['new', 'old'], kept: 'old' })
  })
})
