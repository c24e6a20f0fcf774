import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildRunRecord } from '../../reports/build-run-record.ts'
import type { RunRecord } from '../../reports/run-record.ts'
import { sampleEvidence } from '../../reports/sample-run.ts'
import { chooseScenarios } from './choose-scenarios.ts'

let run: string
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), 'connreq-failed-'))
})
afterEach(() => rmSync(run, { recursive: true }))

const record = buildRunRecord(sampleEvidence())
const keep = (id: string) => ({ ...record, scenarios: record.scenarios.filter(scenario => scenario.id === id) })
const write = (content: unknown) => writeFileSync(join(run, 'run.json'), JSON.stringify(content))
const chooseFailed = (options: { profile?: string | undefined; only?: string[]; strict?: boolean } = {}) => {
  const { only = [], strict = false } = options
  return chooseScenarios('profile' in options ? options.profile : 'lab.yaml', { only, strict, failed: run })
}

describe('--failed', () => {
  test('takes the scenarios from run.json and says which, and which this version does not have', async () => {
    write(record)
    expect(await chooseFailed()).toEqual({
      only: ['http-duplicates'],
      lines: [
        `Playing again what failed, hit an error or stayed undecided in ${run}:`,
        '  http-duplicates: CR-GEN-08 broken',
        '"http-unauthorised" is no scenario of this version and is left out.',
        '"http-methods" is no scenario of this version and is left out.',
        '"retry-wait" is no scenario of this version and is left out.',
      ],
      nothingToPlay: false,
    })
  })

  test('judges the timeline where there is no run.json, and says when that run had no end', async () => {
    const lines = sampleEvidence().entries.filter(({ type }) => type !== 'run-ended' && type !== 'probed')
    writeFileSync(join(run, 'timeline.jsonl'), lines.map(entry => `${JSON.stringify(entry)}\n`).join(''))
    const { only, lines: said } = await chooseFailed()
    expect(only).toContain('http-duplicates')
    expect(said.at(-1)).toContain('did not come to its end')
  })

  test('a damaged timeline is named', async () => {
    const lines = sampleEvidence().entries.filter(({ type }) => type !== 'probed')
    const text = lines.map(entry => `${JSON.stringify(entry)}\n`).join('')
    writeFileSync(join(run, 'timeline.jsonl'), text.replace('{"seq":3,', '{"seq":'))
    const { lines: said } = await chooseFailed()
    expect(said).toContain('Line 3 is no entry of a timeline, or not in order.')
  })

  test('nothing failed: nothing is to be played', async () => {
    write({ ...keep('http-single'), requirements: [], verdict: 'kept-in-part' })
    expect(await chooseFailed()).toEqual({
      only: [],
      lines: [`Nothing failed, hit an error or stayed undecided in ${run}: there is nothing to play again.`],
      nothingToPlay: true,
    })
  })

  test.each<[string, Partial<RunRecord>, boolean]>([
    ['was killed', { verdict: 'error', ended: { how: 'killed' } }, false],
    ['judged nothing', { verdict: 'undecided' }, false],
    ['has warnings, which --strict counts', { verdict: 'kept-in-part' }, true],
  ])('a run that %s is not called right because no scenario failed', async (_, change, strict) => {
    const requirements = record.requirements.filter(({ verdict }) => verdict === 'warning')
    write({ ...keep('http-single'), requirements, sentence: 'THE SENTENCE.', ...change })
    await expect(chooseFailed({ strict })).rejects.toThrow(
      `No scenario of this version failed in ${run}, and yet that run is not in order: THE SENTENCE. Run the whole suite again.`,
    )
  })

  test('beside --only is refused', async () => {
    await expect(chooseFailed({ only: ['http-url'] })).rejects.toThrow('give one of the two, not both.')
  })

  test('of a device in a lab needs a profile, of the simulated device none', async () => {
    write(record)
    await expect(chooseFailed({ profile: undefined })).rejects.toThrow('name its profile before --failed.')
    write({ ...record, lab: { ...record.lab, simulated: { faults: [], variants: [] } } })
    await expect(chooseFailed()).rejects.toThrow('leave the profile out')
    expect((await chooseFailed({ profile: undefined })).only).toEqual(['http-duplicates'])
  })

  test.each<[string, () => void, string]>([
    ['an empty directory', () => {}, 'has neither run.json nor timeline.jsonl'],
    ['no JSON', () => writeFileSync(join(run, 'run.json'), '{'), 'run.json cannot be read: '],
    ['other JSON', () => write({ schema: 'connreq/run/2' }), 'is no run.json of this version (schema: '],
    ['a scenario without metrics', () => write({ ...record, scenarios: [{}] }), '(scenarios.0.id: '],
    [
      'a file without end',
      () => {
        write(record)
        truncateSync(join(run, 'run.json'), 2 ** 40)
      },
      'is too long for a run.json',
    ],
  ])('of %s is refused with a sentence', async (_, make, sentence) => {
    make()
    await expect(chooseFailed()).rejects.toThrow(sentence)
    await expect(chooseFailed()).rejects.toMatchObject({ code: 'CONNREQ_USAGE' })
  })
})

test('without --failed, --only is looked up', async () => {
  expect(await chooseScenarios(undefined, { only: [], strict: false })).toMatchObject({ only: [], lines: [] })
  expect(await chooseScenarios(undefined, { only: ['http-url'], strict: false })).toMatchObject({ only: ['http-url'] })
  await expect(chooseScenarios(undefined, { only: ['http-ulr'], strict: false })).rejects.toThrow('did you mean')
})
