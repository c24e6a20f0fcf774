import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createNoise } from '../../fixtures/hostile-cpe/noise.ts'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { judgeInvariants } from '../judge-run.ts'
import { scenarios } from '../scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../simulated-bench.ts'

/** Those that a stranger could disturb most: attempts, sessions that fail, windows, cookies, redirects, reboots. */
const disturbed = [
  ...['http-request', 'http-credentials', 'http-duplicates', 'http-rejected', 'http-while-connecting'],
  ...['session-retry-cut-short', 'session-faults', 'session-cookies', 'session-redirect', 'session-reboot'],
  ...['session-authentication', 'session-hold', 'session-value-change'],
]

async function verdicts(faults: readonly string[], ids: readonly string[], noiseEveryMs?: number) {
  const clock = createVirtualClock()
  await using bench = await openSimulatedBench({
    clock,
    redactor: keepSecrets,
    profile: simulatedProfile({ scheme: 'none', xmpp: false, udp: false }),
    about: { tool: { version: '0' }, node: 'v20', platform: 'linux' },
    device: { faults, variants: [], transports: ['http'] },
  })
  await bench.meet()
  const { port, pathname } = new URL(bench.acsUrl)
  const watch = (socket: Socket) => clock.watch(socket)
  const target = { host: '127.0.0.1', port: Number(port), from: '127.0.0.66', watch }
  const noise = createNoise(target, pathname)
  const stop = new AbortController()
  const noisy = async () => {
    for (;;) {
      await clock.sleep(noiseEveryMs ?? 1e9, stop.signal)
      await noise.next()
    }
  }
  const making = noisy().catch(() => undefined)
  const chosen = scenarios.filter(({ id }) => ids.includes(id))
  bench.plan(chosen)
  const outcomes = []
  for (const scenario of chosen) outcomes.push(await bench.play(scenario))
  await bench.finish('completed')
  stop.abort()
  noise.stop()
  await making
  outcomes.push(judgeInvariants(bench.timeline.entries))
  const found = outcomes.flatMap(({ id, metrics }) => metrics.map(({ name, verdict }) => `${id} ${name} ${verdict}`))
  return { found, noises: noise.done, errors: bench.timeline.entries.filter(({ type }) => type === 'harness-error') }
}

test.each([
  ['a conforming device', [], disturbed, 100],
  ['a device that pipelines', ['pipelines'], ['http-request', 'session-cookies'], 5],
])(
  '%s is judged as in peace while another attacks the ACS',
  async (_, faults, ids, least) => {
    const inPeace = await verdicts(faults, ids)
    const underNoise = await verdicts(faults, ids, 1500)
    expect(underNoise.noises).toBeGreaterThan(least)
    expect(underNoise.errors).toEqual([])
    expect(underNoise.found).toEqual(inPeace.found)
  },
  60_000,
)
