import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../../harness/timeline/entry.ts'
import { bodyOf } from '../../harness/timeline/body.ts'
import { connectionRequestEvent } from '../../harness/timeline/sessions.ts'
import { stunCodes } from '../../harness/timeline/stun-requests.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { type Happening, mark, plain, session, written } from '../../suites/written-timeline.ts'
import { mappingLostChecks } from './mapping-lost-checks.ts'
import { mappingLost } from './mapping-lost-scenario.ts'

const server: Endpoint = { address: '198.51.100.10', port: 3478 }
const old: Endpoint = { address: '198.51.100.1', port: 40_000 }
const renewed: Endpoint = { address: '198.51.100.1', port: 50_000 }

const attribute = (code: number) => ({ code, name: 'unknown', length: 0, hex: '' })

const asks = (at: number, from: Endpoint, ...codes: number[]): Happening =>
  plain(at, {
    type: 'stun-received',
    from,
    to: server,
    message: {
      code: stunCodes.bindingRequest,
      name: 'Binding Request',
      transaction: String(at).padStart(32, '0'),
      magicCookie: false,
      attributes: [stunCodes.connectionRequestBinding, ...codes].map(attribute),
    },
    raw: bodyOf(Buffer.alloc(0)),
    problems: [],
    ofDeviceUnderTest: true,
  })

const copies = (at: number, to: Endpoint, label: string): Happening[] =>
  [1, 2, 3].map(copy =>
    plain(at + copy, {
      type: 'udp-cr-sent',
      request: 1,
      label,
      copy,
      copies: 3,
      authorised: true,
      from: server,
      to,
      raw: bodyOf(Buffer.alloc(0)),
    }),
  )

const facts = plain(0, { type: 'probed', probe: { udp: { keepAliveSeconds: 15 } } })

/** As it should go; a test puts one happening in the place of another. */
const asItShould: Record<string, Happening[]> = {
  facts: [facts],
  keepAlives: [asks(1000, old), asks(16_000, old), asks(31_000, old)],
  dropped: [mark(mappingLost.dropped, 38_000)],
  announced: [asks(46_000, renewed), asks(46_010, renewed, stunCodes.bindingChange)],
  oldPlace: copies(50_000, old, mappingLost.oldPlace),
  refused: [mark(mappingLost.refused, 95_000, { datagrams: 3 })],
  newPlace: [...copies(97_000, renewed, mappingLost.newPlace), session({ at: 97_200, id: 3 })],
}

const checksWith = (other: Partial<typeof asItShould>) =>
  mappingLostChecks(timelineOf(written(...Object.values({ ...asItShould, ...other }).flatMap(part => part ?? []))))

const okWith = (other: Partial<typeof asItShould>) => checksWith(other).map(({ ok }) => ok)

describe('A mapping that the router forgets', () => {
  test('all holds', () => {
    const checks = checksWith({})
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true, true])
    expect(checks.map(({ seen }) => seen)).toEqual([
      '3 Binding Requests in 30.0 s, from 198.51.100.1:40000',
      'BINDING-CHANGE after 8.0 s from 198.51.100.1:50000, before 198.51.100.1:40000',
      '3 datagrams to 198.51.100.1:40000, 3 refused by the router; no session in 45.0 s',
      `to 198.51.100.1:50000: session 3 (${connectionRequestEvent}) after 0.2 s`,
    ])
  })

  test.each<[string, Partial<typeof asItShould>, boolean[]]>([
    [
      'the port changes between keep-alives',
      { keepAlives: [asks(1000, renewed), asks(31_000, old)] },
      [false, true, true, true],
    ],
    [
      'it was kept for less than the router remembers',
      { keepAlives: [asks(20_000, old), asks(31_000, old)] },
      [false, true, true, true],
    ],
    ['nothing is announced', { announced: [asks(46_000, renewed)] }, [true, false, true, true]],
    [
      'it is announced from the same port',
      { announced: [asks(46_000, old, stunCodes.bindingChange)] },
      [true, false, true, true],
    ],
    [
      'it is announced too late',
      { announced: [asks(69_000, renewed, stunCodes.bindingChange)] },
      [true, false, true, true],
    ],
    [
      'a request to the old port gets through',
      { refused: [mark(mappingLost.refused, 95_000, { datagrams: 0 })] },
      [true, true, false, true],
    ],
    ['a session follows it', { late: [session({ at: 60_000 })] }, [true, true, false, true]],
    [
      'no session follows the one to the new port',
      { newPlace: copies(97_000, renewed, mappingLost.newPlace) },
      [true, true, true, false],
    ],
  ])('%s', (_, other, expected) => {
    expect(okWith(other)).toEqual(expected)
  })

  test('the conversation broke off before', () => {
    const ended = plain(1, { type: 'scenario-ended', scenario: 'x', how: 'broken-off', reason: 'No Binding Request.' })
    expect(mappingLostChecks(timelineOf(written(ended)))).toEqual([
      { ok: false, text: 'The router forgets the mapping', seen: 'it did not come to that: No Binding Request.' },
    ])
  })
})
