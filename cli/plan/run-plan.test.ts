import { expect, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { catalogue } from '../../suites/catalogue/catalogue.ts'
import { assumedFacts, simulatedFacts } from './assumed-facts.ts'
import { planText } from './plan-text.ts'
import { planRun } from './run-plan.ts'

test('every requirement is either covered or not, with a reason', async () => {
  const { requirements, scenarios, lowerBoundMs } = planRun(await simulatedFacts(), {
    device: 'the simulated device',
    basis: 'simulated device',
    include: ['long'],
  })
  const ids = [...requirements.covered, ...requirements.notCovered].map(({ id }) => id)
  expect(ids.sort()).toEqual(catalogue.map(({ id }) => id).sort())
  expect(requirements.notCovered.every(({ reason }) => reason.length > 10)).toBe(true)
  expect(scenarios.every(({ applies }) => applies)).toBe(true)
  expect(lowerBoundMs).toBe(scenarios.flatMap(({ windows }) => windows).reduce((sum, { ms }) => sum + ms, 0))
})

test('what the profile does not declare is left out, and with it what only that would judge', async () => {
  const facts = await assumedFacts(profileSchema.parse({ device: { name: 'ACME' }, timing: { watch: '90s' } }))
  expect(facts).toMatchObject({ control: {}, deviceCredentialsKnown: false, tls: false, timing: { watchMs: 90_000 } })
  const plan = planRun(facts, { device: 'ACME', basis: 'assumed until the probe', include: [] })
  const left = plan.scenarios.filter(({ applies }) => !applies)
  expect(left.map(({ id }) => id)).toContain('session-authentication')
  const onlyThere = left
    .flatMap(({ requirements }) => requirements)
    .find(id => plan.requirements.covered.every(covered => covered.id !== id))
  expect(plan.requirements.notCovered.find(({ id }) => id === onlyThere)?.reason).toContain('which would not be played')
  const text = planText(plan)
  expect(text).toContain('# Plan for ACME')
  expect(text).toContain('Assumed until the probe')
  expect(text).toMatch(/## Not played\n\n- .*session-authentication: /s)
})

const planned = async (profile: object, options: { unattended?: boolean } = {}) => {
  const conforming = await simulatedFacts()
  const parsed = profileSchema.parse(profile)
  const facts = await assumedFacts(parsed, { conforming, ...options })
  const { scenarios } = planRun(facts, {
    ...{ device: 'ACME', basis: 'assumed until the probe', include: [], conforming },
    found: parsed.connectionRequest.secondAddress === undefined ? ['second-address'] : [],
  })
  return (id: string) => scenarios.find(scenario => scenario.id === id)
}

test('what is played says what it needs and who says so', async () => {
  const scenario = await planned({ control: { reboot: 'rpc' } })
  expect(scenario('session-reboot')?.because).toBe(
    'Declared: control.reboot (rpc). Assumed until the probe: it accepts its Connection Request credentials, it calls after a request by HTTP, it has the RPC ScheduleInform.',
  )
  expect(scenario('invariants')?.because).toBe('Judged over the whole run, whatever is played.')
})

test('what is not played says which lines of the profile would change that', async () => {
  const scenario = await planned({ features: { http: false, xmpp: false, udp: false } })
  expect(scenario('session-power-cycle')?.profile).toEqual(['features: { http: auto }', 'control: { power: ask }'])
  expect(scenario('xmpp-request')?.profile).toEqual(['features: { xmpp: true }'])
  expect(scenario('udp-clock')?.profile).toEqual(['features: { udp: true }', 'control: { reboot: rpc }'])
  const external = await planned({
    xmpp: {
      server: 'external',
      domain: 'x.test',
      component: { host: 'x', port: 1, secret: 'abcdefgh' },
      account: { username: 'cpe', password: 'abcdefgh' },
    },
  })
  expect(external('xmpp-tls')?.profile).toEqual(['xmpp: { server: embedded }'])
})

test('while nobody is there, what would be asked is left out', async () => {
  const profile = { control: { power: 'ask', reboot: 'exec reboot-it', factoryReset: { ask: 'Press it.' } } }
  const attended = await planned(profile)
  expect(attended('session-power-cycle')).toMatchObject({ applies: true })
  const scenario = await planned(profile, { unattended: true })
  expect(scenario('session-reboot')).toMatchObject({ applies: true })
  expect(scenario('session-factory-reset')).toMatchObject({ applies: false })
  expect(scenario('session-power-cycle')).toMatchObject({
    applies: false,
    reason:
      'To cycle the power of the device a person would have to be asked (control.power), and nobody is there (--unattended).',
    wouldApplyIf: 'someone were at the bench: run without --unattended, or name a command in control.power',
    profile: ['control: { power: <shell command> }'],
  })
})

test('a second address is looked for as a run does, and who says so is told', async () => {
  const byMachine = await planned({ acs: { listen: '127.0.0.1:7547' } })
  if (process.platform === 'linux')
    expect(byMachine('http-any-source')?.because).toContain('Found on this machine: a second address.')
  const declared = await planned({ connectionRequest: { secondAddress: '192.0.2.11' } })
  expect(declared('http-any-source')?.because).toContain('Declared: connectionRequest.secondAddress.')
  const elsewhere = await planned({ acs: { listen: '0.0.0.0:7547', url: 'http://198.51.100.7:7547/acs' } })
  expect(elsewhere('http-any-source')).toMatchObject({
    applies: false,
    profile: ['connectionRequest: { secondAddress: … }'],
  })
})
