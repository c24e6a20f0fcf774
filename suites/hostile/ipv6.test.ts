import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { startSimulatedCpe } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { localAddresses } from '../../harness/device/local-address.ts'
import { profileSchema } from '../../harness/device/profile.ts'
import { parseProfile } from '../../harness/device/read-profile.ts'
import { openTestBench } from '../../harness/test-bench.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { entriesOf } from '../../harness/timeline/timeline.ts'
import { judgeInvariants } from '../judge-run.ts'
import { scenarios } from '../scenarios.ts'
import { simulatedAcsCredentials } from '../simulated-bench.ts'

const played = ['http-challenge', 'http-request', 'xmpp-request', 'udp-request', 'udp-binding']

/** Plays some scenarios against a simulated device, everything at an IPv6 address of this machine. */
async function playAt(listen: string, address: string, { tls = false, expectsUdp = true } = {}) {
  const clock = createVirtualClock()
  await using bench = await openTestBench({
    clock,
    redactor: keepSecrets,
    profile: profileSchema.parse({
      acs: {
        listen: `[${listen}]:0`,
        authentication: { scheme: 'digest', ...simulatedAcsCredentials },
        ...(tls ? { tls: 'generated' } : {}),
      },
      xmpp: { listen: `[${listen}]:0`, domain: 'xmpp.connreq.test', advertise: `[${address}]` },
      stun: { listen: `[${listen}]:0`, advertise: `[${address}]` },
      // Devices need not do STUN over IPv6, but this one does.
      features: { udp: expectsUdp ? true : 'auto' },
    }),
    about: { tool: { version: '0' }, node: 'v20', platform: 'linux' },
  })
  const found = bench.xmpp?.found
  await using _ = await startSimulatedCpe({
    clock,
    acsUrl: bench.acsUrl,
    acsCredentials: simulatedAcsCredentials,
    listen: { address, port: 0 },
    ...(bench.caFile === undefined ? {} : { acsCa: readFileSync(bench.caFile, 'utf8') }),
    ...(bench.xmpp?.caFile === undefined ? {} : { xmppCa: readFileSync(bench.xmpp.caFile, 'utf8') }),
    resolve: async () => (found === undefined ? [] : [{ ...found, priority: 0, weight: 0 }]),
  })
  const facts = await bench.meet()
  const chosen = scenarios.filter(({ id }) => played.includes(id))
  bench.plan(chosen)
  const outcomes = []
  for (const scenario of chosen) outcomes.push(await bench.play(scenario))
  await bench.finish('completed')
  outcomes.push(judgeInvariants(bench.timeline.entries))
  const notGreen = outcomes.flatMap(({ id, metrics }) =>
    metrics
      .filter(({ verdict }) => !['pass', 'not-asked', 'not-applicable'].includes(verdict))
      .map(({ name, verdict, actual, reason }) => `${id} ${name}: ${verdict} ${actual ?? ''} ${reason ?? ''}`),
  )
  return { facts, notGreen, outcomes, acsUrl: bench.acsUrl, entries: bench.timeline.entries, bench }
}

/** An address of this machine at which others find it, where it has one. */
const outside = localAddresses().find(isIPv6)

test.each([
  ['::1', '::1', false],
  ['::', '::1', false],
  ['::1', '::1', true],
  ...(outside === undefined ? [] : [[outside, outside, false] as const]),
] as const)(
  'a device over IPv6 is met by every way and judged green: ACS at [%s], device at [%s], TLS %s',
  async (listen, address, tls) => {
    const { facts, notGreen, outcomes, acsUrl, entries } = await playAt(listen, address, { tls })
    expect(acsUrl).toContain(`://[${address}]:`)
    expect(facts.connectionRequestUrl).toContain(`http://[${address}]:`)
    expect({ http: facts.credentialsWork, xmpp: facts.xmpp.state, udp: facts.udp.state }).toEqual({
      http: true,
      xmpp: 'connected',
      udp: 'bound',
    })
    expect(notGreen).toEqual([])
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(outcomes.map(() => 'pass'))
    const host = entriesOf({ entries }, 'http-cr-sent')[0]?.headers.find(([name]) => name === 'Host')?.[1]
    expect(host).toContain(`[${address}]:`)
  },
  30_000,
)

test('nothing is held against a device that does no STUN over IPv6: RFC 3489 knows IPv4 only', async () => {
  const { facts, outcomes } = await playAt('::1', '::1', { expectsUdp: false })
  expect(facts.udp).toMatchObject({ state: 'left-out', detail: expect.stringContaining('RFC 3489') })
  const overUdp = outcomes.filter(({ id }) => id.startsWith('udp'))
  expect(overUdp.map(({ verdict }) => verdict)).toEqual(overUdp.map(() => 'not-applicable'))
}, 30_000)

const linkLocal = Object.entries(networkInterfaces()).flatMap(([name, infos]) =>
  (infos ?? []).filter(({ address }) => address.startsWith('fe80:')).map(({ address }) => `${address}%${name}`),
)[0]

test.skipIf(linkLocal === undefined)('a device at a link-local address is not asked, and it is said why', async () => {
  const clock = createVirtualClock()
  await using bench = await openTestBench({
    clock,
    redactor: keepSecrets,
    profile: profileSchema.parse({ acs: { listen: '[::1]:0' }, features: { xmpp: false, udp: false } }),
    about: { tool: { version: '0' }, node: 'v20', platform: 'linux' },
  })
  await using _ = await startSimulatedCpe({
    clock,
    acsUrl: bench.acsUrl,
    listen: { address: linkLocal as string, port: 0 },
    transports: ['http'],
  })
  const { reachability, connectionRequestUrl } = await bench.meet()
  expect(connectionRequestUrl).toContain('[fe80:')
  expect(reachability).toMatchObject({ state: 'unusable-url', detail: expect.stringContaining('link-local') })
  const request = scenarios.find(({ id }) => id === 'http-request')
  if (request === undefined) throw new Error('http-request is gone')
  bench.plan([request])
  const outcome = await bench.play(request)
  expect(['inconclusive', 'not-applicable']).toContain(outcome.verdict)
})

test.each([
  ['acs: { listen: "[fe80::1%eth0]:7547" }', 'acs.listen: is link-local'],
  ['acs: { listen: "[fe80::1]:7547" }', 'acs.listen: is link-local'],
  ['acs: { url: "http://[fe80::1]:7547/acs" }', 'acs.url: names a link-local address'],
  ['stun: { advertise: "[fe80::1]" }', 'stun.advertise: is link-local'],
])('a profile with %s says why not', (text, problem) => {
  expect(() => parseProfile(text, 'p.yaml')).toThrow(problem)
})

test.each(['[::]:7547', '[::1]:7547', '[fd00::2]:7547', '[2001:db8::1]:7547'])('a profile may listen at %s', listen => {
  expect(parseProfile(`acs: { listen: "${listen}" }`, 'p.yaml').acs.listen).toBe(listen)
})
