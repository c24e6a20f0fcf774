import { describe, expect, test } from 'vitest'
import { checkIds, checkOnly } from './known-ids.ts'
import { plan } from './plan/plan.ts'
import { report } from './report.ts'
import { chooseDevice, type RunOptions } from './run/chosen-device.ts'
import { simulate, type SimulateOptions } from './simulate.ts'
import { UsageProblem } from './usage-problem.ts'

const problemOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'no problem'
  } catch (error) {
    return error instanceof UsageProblem ? error.message : `not for users: ${String(error)}`
  }
}

const runOptions: RunOptions = {
  only: [],
  repeat: 1,
  reporter: ['terminal'],
  strict: false,
  fault: [],
  variant: [],
  keepSecrets: false,
  realTime: false,
}
const simulateOptions: SimulateOptions = {
  fault: [],
  variant: [],
  acs: 'http://127.0.0.1:1/acs',
  listen: '127.0.0.1:0',
  username: '',
  password: '',
  json: false,
}

describe('ids', () => {
  test.each([['http-challenge'], ['invariants'], ['CR-GEN-04'], ['CW-INF-01']])('%s can be played alone', id => {
    expect(() => checkOnly([id])).not.toThrow()
  })

  test.each([
    ['http-chalenge', 'There is no scenario or requirement "http-chalenge"; did you mean http-challenge?'],
    ['CR-GEN-040', 'There is no scenario or requirement "CR-GEN-040"; did you mean CR-GEN-04?'],
    ['CR-UDP-01', 'No scenario judges CR-UDP-01: It says which STUN is meant'],
  ])('%s is refused', async (id, sentence) => {
    expect(await problemOf(() => checkOnly([id]))).toContain(sentence)
  })

  test('of faults and variants too, with the nearest known one', async () => {
    expect(await problemOf(() => checkIds('fault', ['b'], [{ id: 'a' }]))).toBe(
      'There is no fault "b"; did you mean a?',
    )
    expect(await problemOf(() => chooseDevice(undefined, { ...runOptions, fault: ['sesion-never'] }))).toBe(
      'There is no fault "sesion-never"; did you mean session-never?',
    )
    expect(await problemOf(() => simulate({ ...simulateOptions, variant: ['no-such'] }))).toContain('did you mean')
  })
})

describe('options that cannot be', () => {
  test.each([
    [
      'a fault with a profile',
      () => chooseDevice('lab.yaml', { ...runOptions, fault: ['session-never'] }),
      '--fault, ',
    ],
    [
      'real time with a profile',
      () => chooseDevice('lab.yaml', { ...runOptions, realTime: true }),
      '--real-time are for',
    ],
    [
      'an ACS without a URL',
      () => simulate({ ...simulateOptions, acs: 'nowhere' }),
      '--acs must be an http or https URL',
    ],
    [
      'a place without a port',
      () => simulate({ ...simulateOptions, listen: '::1' }),
      '--listen must be an address and a port',
    ],
    [
      'an authority that is not there',
      () => simulate({ ...simulateOptions, acsCa: '/nowhere' }),
      '--acs-ca cannot be read',
    ],
    ['a plan as html', () => plan(undefined, 'html'), 'A plan is written as md or json'],
    ['a directory without a run', () => report('/nowhere'), '/nowhere/timeline.jsonl is not there'],
  ])('%s', async (_what, work, sentence) => {
    expect(await problemOf(work)).toContain(sentence)
  })
})
