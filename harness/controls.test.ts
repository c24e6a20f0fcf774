import { describe, expect, test } from 'vitest'
import type { Bench } from './bench.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Knock } from './connection-request/http/requester.ts'
import type { XmppOutcome } from './connection-request/xmpp/requester.ts'
import { callDevice, controlMark, positiveControl, udpControl, xmppControl } from './controls.ts'
import { RefusedAtRest } from './rate-limit.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'

type Answer = 'accepts' | 'refuses' | 'refuses at rest' | 'breaks'
type Ways = Partial<Record<'http' | 'xmpp' | 'udp', Answer>>

const broken = new Error('The run was stopped.')
const refusedAtRest = (way: string) => new RefusedAtRest(`Refused at rest over ${way}.`)

/**
 * A device that answers so in each way, and has no other. `neverCalled` are the ways by which it did not call before
 * the scenarios.
 */
function benchWith(ways: Ways, { credentialsWork = true, neverCalled = [] as string[] } = {}) {
  const timeline = new TimelineRecorder({ clock: createVirtualClock(), redactor: keepSecrets })
  const asked: string[] = []
  const answerOf = (way: keyof Ways, label: string): boolean => {
    asked.push(`${way}: ${label}`)
    const answer = ways[way]
    if (answer === 'breaks') throw broken
    if (answer === 'refuses at rest') throw refusedAtRest(way)
    return answer === 'accepts'
  }
  const session = { session: 17 }
  const factsOf = (way: keyof Ways) => ({
    detail: `There is no ${way}.`,
    ...(ways[way] === undefined || neverCalled.includes(way) ? {} : { timeToSessionMs: 0 }),
  })
  const bench = {
    timeline,
    facts: { credentialsWork, xmpp: factsOf('xmpp'), udp: factsOf('udp') },
    knock: async (label: string): Promise<Knock> =>
      ({ final: { kind: 'answer', status: answerOf('http', label) ? 204 : 403 } }) as Knock,
    seeSessionThrough: async ({ final }: Knock) =>
      final.kind === 'answer' && final.status === 204 ? session : undefined,
    ...(ways.xmpp === undefined
      ? {}
      : {
          xmpp: {
            knock: async (label: string) => {
              const accepts = answerOf('xmpp', label)
              return { type: 'xmpp-cr-answered', kind: accepts ? 'result' : 'error' } as XmppOutcome
            },
            seeSessionThrough: async (outcome: XmppOutcome) =>
              'kind' in outcome && outcome.kind === 'result' ? session : undefined,
          },
        }),
    ...(ways.udp === undefined
      ? {}
      : {
          udp: {
            knock: async (label: string) => ({ session: answerOf('udp', label) ? session : undefined }),
            call: async (label: string) => answerOf('udp', label),
          },
        }),
  } as unknown as Bench
  const waysAsked = () => asked.map(each => each.split(':')[0])
  return { bench, timeline, asked, waysAsked }
}

describe('making a device call', () => {
  test.each<[string, Ways, boolean, string[]]>([
    ['by HTTP alone', { http: 'accepts' }, true, ['http']],
    ['by HTTP alone, which refuses', { http: 'refuses' }, false, ['http']],
    ['HTTP first', { http: 'accepts', xmpp: 'accepts', udp: 'accepts' }, true, ['http']],
    ['XMPP next', { http: 'refuses', xmpp: 'accepts', udp: 'accepts' }, true, ['http', 'xmpp']],
    ['UDP last', { http: 'refuses', xmpp: 'refuses', udp: 'accepts' }, true, ['http', 'xmpp', 'udp']],
    ['none of them', { http: 'refuses', xmpp: 'refuses', udp: 'refuses' }, false, ['http', 'xmpp', 'udp']],
    ['UDP where there is no XMPP', { http: 'refuses', udp: 'accepts' }, true, ['http', 'udp']],
    ['XMPP where there is no UDP', { http: 'refuses', xmpp: 'refuses' }, false, ['http', 'xmpp']],
    ['UDP where HTTP is refused for good', { http: 'refuses at rest', udp: 'accepts' }, true, ['http', 'udp']],
    [
      'UDP where HTTP and XMPP are refused for good',
      { http: 'refuses at rest', xmpp: 'refuses at rest', udp: 'accepts' },
      true,
      ['http', 'xmpp', 'udp'],
    ],
  ])('%s', async (_which, ways, accepted, asked) => {
    const { bench, waysAsked } = benchWith(ways)
    expect(await callDevice(bench, 'ordinary')).toBe(accepted)
    expect(waysAsked()).toEqual(asked)
  })

  test('asks with the label that it is given', async () => {
    const { bench, asked } = benchWith({ http: 'refuses', xmpp: 'refuses', udp: 'accepts' })
    await callDevice(bench, 'ordinary')
    expect(asked).toEqual(['http: ordinary', 'xmpp: ordinary', 'udp: ordinary'])
  })

  test('does not try HTTP where its credentials never worked and there is another way', async () => {
    const ways: Ways = { http: 'accepts', xmpp: 'refuses', udp: 'accepts' }
    const { bench, waysAsked } = benchWith(ways, { credentialsWork: false })
    expect(await callDevice(bench, 'ordinary')).toBe(true)
    expect(waysAsked()).toEqual(['xmpp', 'udp'])
  })

  test('does not try ways by which the device never called', async () => {
    const ways: Ways = { http: 'refuses', xmpp: 'accepts', udp: 'accepts' }
    const { bench, waysAsked } = benchWith(ways, { neverCalled: ['xmpp', 'udp'] })
    expect(await callDevice(bench, 'ordinary')).toBe(false)
    expect(waysAsked()).toEqual(['http'])
  })

  test('of a device that has HTTP only and refuses it for good says so', async () => {
    await expect(callDevice(benchWith({ http: 'refuses at rest' }).bench, 'ordinary')).rejects.toThrow(
      'Refused at rest over http.',
    )
  })

  test('of a device whose last way is XMPP, which it refuses for good, says so', async () => {
    const { bench } = benchWith({ http: 'refuses', xmpp: 'refuses at rest' })
    await expect(callDevice(bench, 'ordinary')).rejects.toThrow('Refused at rest over xmpp.')
  })

  test.each(['http', 'xmpp', 'udp'] as const)('ends with the run, at %s', async way => {
    const { bench } = benchWith({ http: 'refuses', xmpp: 'refuses', udp: 'accepts', [way]: 'breaks' })
    await expect(callDevice(bench, 'ordinary')).rejects.toBe(broken)
  })
})

describe.each([
  ['HTTP', 'http', positiveControl],
  ['XMPP', 'xmpp', xmppControl],
  ['UDP', 'udp', udpControl],
] as const)('the positive control over %s', (_name, way, control) => {
  test.each([
    ['accepts', { accepted: true, session: 17 }],
    ['refuses', { accepted: false, session: undefined }],
  ] as const)('of a device that %s it is on the timeline', async (answer, data) => {
    const { bench, timeline, asked } = benchWith({ [way]: answer })
    await control(bench)
    expect(asked).toEqual([`${way}: positive control`])
    expect(entriesOf(timeline, 'mark').map(mark => [mark.name, mark.data])).toEqual([
      [controlMark, undefined],
      [`${controlMark}-done`, data],
    ])
  })

  test('that cannot be held is begun and not done', async () => {
    const { bench, timeline } = benchWith({ [way]: 'refuses at rest' })
    await expect(control(bench)).rejects.toBeInstanceOf(ConditionsNotMet)
    expect(entriesOf(timeline, 'mark').map(({ name }) => name)).toEqual([controlMark])
  })
})

test.each([
  ['XMPP', 'There is no xmpp.', xmppControl],
  ['UDP', 'There is no udp.', udpControl],
] as const)('a control over %s without it is not possible, and says why', async (_name, why, control) => {
  const { bench } = benchWith({ http: 'accepts' })
  const held = control(bench)
  await expect(held).rejects.toBeInstanceOf(ConditionsNotMet)
  await expect(held).rejects.toThrow(why)
})
