import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startEjabberd } from '../../fixtures/xmpp-servers/ejabberd.ts'
import { type ExternalServer, isInstalled } from '../../fixtures/xmpp-servers/external-server.ts'
import { startProsody } from '../../fixtures/xmpp-servers/prosody.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { type Profile, profileSchema } from '../../harness/device/profile.ts'
import type { ScenarioOutcome } from '../../harness/scenario.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { generateCertificate } from '../../harness/tls/authority.ts'
import { xmppScenarios } from '../scenarios.ts'
import { openSimulatedBench } from '../simulated-bench.ts'

const domain = 'xmpp.connreq.test'
const account = { username: 'cpe', password: 'the-password-of-the-account' }
const clock = createRealClock()

const servers = [
  { name: 'Prosody', program: 'prosody', start: startProsody },
  { name: 'ejabberd', program: 'ejabberdctl', start: startEjabberd },
]

for (const { name, program } of servers)
  if (!isInstalled(program))
    console.warn(
      `Skipped: the XMPP scenarios through ${name}, because ${program} is not installed (apt-get install ${name.toLowerCase()}).`,
    )

/** Real time passes here, so the windows are short: what is tested is the way through the server, not the device. */
function profileFor({ clientPort, component }: ExternalServer): Profile {
  const profile = profileSchema.parse({
    acs: { listen: '127.0.0.1:0' },
    xmpp: {
      server: 'external',
      domain,
      advertise: `127.0.0.1:${clientPort}`,
      account,
      component: { host: '127.0.0.1', ...component },
    },
  })
  return { ...profile, timing: { ...profile.timing, watch: 1000, idle: 50 } }
}

describe.concurrent.each(servers)('through $name', ({ program, start }) => {
  test.skipIf(!isInstalled(program))(
    'the XMPP scenarios pass as through the embedded server',
    { timeout: 120_000 },
    async ({ onTestFinished }) => {
      const directory = mkdtempSync(join(tmpdir(), 'connreq-xmpp-'))
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
      const tls = await generateCertificate({ clock, hosts: [domain, '127.0.0.1'] })
      await using server = await start({ tls, domain, directory, sleep: ms => clock.sleep(ms) })
      await server.register(account)
      await using bench = await openSimulatedBench({
        clock,
        profile: profileFor(server),
        redactor: createRedactor(),
        about: { tool: { version: 'test' }, node: process.version, platform: process.platform },
        device: { faults: [], variants: [], xmppCa: tls.ca },
      })
      const facts = await bench.meet()
      expect(facts.xmpp).toMatchObject({ state: 'connected', server: 'external', requestAccepted: true })
      bench.plan(xmppScenarios)
      const outcomes: ScenarioOutcome[] = []
      for (const scenario of xmppScenarios) outcomes.push(await bench.play(scenario))
      await bench.finish('completed')

      const played = outcomes.filter(({ verdict }) => verdict !== 'not-applicable')
      expect(played.length).toBeGreaterThanOrEqual(8)
      const notGreen = played.flatMap(({ id, metrics }) =>
        metrics
          .filter(({ verdict }) => !['pass', 'not-asked', 'not-applicable'].includes(verdict))
          .map(metric => `${id} ${metric.name} ${metric.verdict}: ${metric.actual ?? ''} ${metric.reason ?? ''}`),
      )
      expect(notGreen).toEqual([])
      for (const { reason } of outcomes.filter(({ verdict }) => verdict === 'not-applicable'))
        expect(reason).toBe('The XMPP server of the lab is used, which cannot be controlled from here.')
    },
  )
})
