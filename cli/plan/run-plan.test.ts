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
