import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkIds, checkOnly } from './known-ids.ts'
import { report } from './report.ts'
import { chooseDevice, type RunOptions } from './run/chosen-device.ts'
import { simulate, type SimulateOptions } from './simulate.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
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
  include: [],
  repeat: 1,
  reporter: ['terminal'],
  strict: false,
  fault: [],
  variant: [],
  keepSecrets: false,
  realTime: false,
  suites: [],
  unattended: false,
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

const fileWith = (text: string) => {
  const path = join(temporaryDirectory(), 'timeline.jsonl')
  writeFileSync(path, text)
  return path
}
const runWith = (timeline: string) => dirname(fileWith(timeline))

describe('ids', () => {
  test.each([
    ['http-challenge'],
    ['invariants'],
    ['http'],
    ['udp'],
    ['xmpp'],
    ['session'],
    ['CR-GEN-04'],
    ['CW-INF-01'],
  ])('%s can be played alone', id => {
    expect(() => checkOnly([id])).not.toThrow()
  })

  test.each([
    ['http-chalenge', 'There is no scenario or requirement "http-chalenge"; did you mean http-challenge?'],
    ['CR-GEN-040', 'There is no scenario or requirement "CR-GEN-040"; did you mean CR-GEN-04?'],
    ['CR-UDP-01', 'No scenario judges CR-UDP-01: It says which STUN is meant'],
  ])('%s is refused', async (id, sentence) => {
    expect(await problemOf(() => checkOnly([id]))).toContain(sentence)
  })

  test('a profile after a list of ids is told from an id', async () => {
    expect(await problemOf(() => checkIds('fault', ['lab.yaml'], [{ id: 'a' }]))).toBe(
      'There is no fault "lab.yaml"; if it is the profile, put it before --fault, or end the list with --.',
    )
    expect(await problemOf(() => checkOnly(['package.json']))).toContain('put it before --only')
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
    [
      'an authority that is no certificate',
      () => simulate({ ...simulateOptions, acsCa: fileWith('no certificate') }),
      '--acs-ca must name a file with a certificate in PEM',
    ],
    ['a directory without a run', () => report('/nowhere'), '/nowhere/timeline.jsonl is not there'],
    ['an empty timeline', () => report(runWith('')), 'holds no run: it has no entry that can be read.'],
    ['a timeline of something else', () => report(runWith('{}\nx\n')), 'holds no run: it has no entry'],
    [
      'a timeline without its beginning',
      () => report(runWith('{"seq":9,"at":0,"type":"step-begun","text":""}\n')),
      'holds no run: its beginning is missing.',
    ],
  ])('%s', async (_what, work, sentence) => {
    expect(await problemOf(work)).toContain(sentence)
  })

  test('a place where nobody can listen', async () => {
    await expect(simulate({ ...simulateOptions, listen: '192.0.2.1:30005' })).rejects.toThrow(
      '192.0.2.1 is no address of this machine; choose one of its own, or 0.0.0.0 for all, with --listen.',
    )
  })
})
