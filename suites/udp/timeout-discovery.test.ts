import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../../harness/timeline/entry.ts'
import {
  bindingRequest,
  bindingRequestsAt,
  judgedStun,
  outcomeOfStun,
  primaryPort,
  secondaryPort,
} from '../written-stun.ts'
import { type Happening, mark } from '../written-timeline.ts'
import { timeoutDiscovery } from './timeout-discovery.ts'

const mapped = (port: number): Endpoint => ({ address: '203.0.113.7', port })

const every = (seconds: number, fromMs: number, toMs: number) =>
  Array.from({ length: Math.ceil((toMs - fromMs) / 1000 / seconds) }, (_, index) => fromMs + index * seconds * 1000)

const probe = (at: number, more: object = {}) =>
  bindingRequest({ at, from: secondaryPort, binding: false, responseAddress: mapped(50_000), ...more })

/** Twenty minutes with limits of 15 and 120 s, the last five as given; a binding lives for 45 s. */
const happenings = (last: Happening[], probes: Happening[] = [probe(100_000), probe(200_000)]): Happening[] => [
  mark('discovering', 1000, { minimum: 15, maximum: 120, lifetimeMs: 45_000 }),
  ...bindingRequestsAt(every(15, 2000, 880_000), { answered: mapped(50_000) }),
  ...probes,
  ...last,
  mark('discovered', 1_201_000),
]
const steady = (seconds: number, answered = mapped(50_000)) =>
  bindingRequestsAt(every(seconds, 901_000, 1_200_000), { answered })

const verdicts = (last: Happening[], probes?: Happening[]) => judgedStun(timeoutDiscovery, ...happenings(last, probes))

test('a device that settles below the lifetime passes, and how is a property', () => {
  expect(verdicts(steady(40))).toEqual({ settles: 'pass', probes: 'pass' })
  expect(outcomeOfStun(timeoutDiscovery, ...happenings(steady(40))).properties).toEqual({
    'period between two limits': '40 s',
    discovery: 'by RESPONSE-ADDRESS',
  })
})

describe('the period at the end', () => {
  test('above the lifetime fails', () => {
    const lost = every(60, 901_000, 1_200_000).map((at, index) =>
      bindingRequest({ at, answered: mapped(50_001 + index) }),
    )
    expect(verdicts(lost)).toMatchObject({ settles: 'fail' })
  })

  test('at the minimum is a warning', () => {
    expect(verdicts(steady(15))).toMatchObject({ settles: 'warning' })
  })

  test('below the minimum is not judged here', () => {
    expect(verdicts(steady(7))).toMatchObject({ settles: 'inconclusive' })
  })

  test('is not known while bindings are still lost, or where it is too short to see', () => {
    const trying = [...steady(40), bindingRequest({ at: 1_199_000, answered: mapped(50_001) })]
    expect(verdicts(trying)).toMatchObject({ settles: 'inconclusive' })
    expect(verdicts([bindingRequest({ at: 1_000_000 })])).toMatchObject({ settles: 'inconclusive' })
  })
})

describe('a trial', () => {
  const ofPrimary = bindingRequest({ at: 200_000, responseAddress: mapped(50_000), answered: mapped(50_000) })

  test.each<[string, Happening]>([
    ['from the primary port', ofPrimary],
    ['with CONNECTION-REQUEST-BINDING', probe(200_000, { binding: undefined })],
    ['with BINDING-CHANGE', probe(200_000, { change: true })],
    ['for an address that nobody was told', probe(200_000, { responseAddress: mapped(1) })],
  ])('%s fails', (_, wrong) => {
    expect(verdicts(steady(40), [probe(100_000), wrong])).toMatchObject({ probes: 'fail' })
  })

  test('needs RESPONSE-ADDRESS, but for what learns an address first', () => {
    const learning = bindingRequest({ at: 50_000, from: secondaryPort, binding: false, answered: mapped(50_009) })
    const ofScratch = { from: { ...primaryPort, port: 9 }, responseAddress: mapped(50_009) }
    expect(verdicts(steady(40), [learning, probe(100_000, ofScratch)])).toMatchObject({ probes: 'pass' })
    expect(verdicts(steady(40), [learning])).toMatchObject({ probes: 'inconclusive' })
    const bare = { responseAddress: undefined }
    expect(verdicts(steady(40), [probe(100_000, bare), probe(200_000, bare)])).toMatchObject({ probes: 'warning' })
  })

  test('may name the true address, which the device was told before', () => {
    const early = probe(1500, { responseAddress: primaryPort })
    expect(verdicts(steady(40), [early])).toMatchObject({ probes: 'pass' })
  })

  test('need not be seen, and that of a stranger is none', () => {
    expect(verdicts(steady(40), [])).toMatchObject({ probes: 'inconclusive' })
    const stranger = probe(100_000, { ofDeviceUnderTest: false, binding: undefined })
    expect(verdicts(steady(40), [stranger])).toMatchObject({ probes: 'inconclusive' })
  })
})

test('nothing is known where no request came', () => {
  const written = [mark('discovering', 0, { minimum: 15, maximum: 120, lifetimeMs: 45_000 }), mark('discovered', 9)]
  expect(judgedStun(timeoutDiscovery, ...written)).toEqual({ settles: 'inconclusive', probes: 'inconclusive' })
})
