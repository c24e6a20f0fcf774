import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { knownRequirements, requirement } from '../catalogue/catalogue.ts'
import { knownScenarios, scenarios, selectScenarios } from '../scenarios.ts'
import { loadSuites } from './load-suites.ts'
import { keepLoadedSuites, loadedSuites } from './loaded-suites.ts'

const folders: string[] = []

// What a suite may import is read first, which is most of the time.
beforeAll(() => import('../exports/simulated-cpe.ts'), 60_000)

afterEach(() => {
  keepLoadedSuites([])
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A folder with these files. */
function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'connreq-suite-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A suite with one requirement and one scenario, in TypeScript. */
const suiteText = ({
  name = 'ACME',
  requirement: own = `{ id: 'ACME-01', level: 'MUST', clause: 'ACME 4.2', sentence: 'It is so.' }`,
  id = 'acme-one',
  metric = `must('ACME-01', 'It is so indeed.')`,
  applies = '() => ({ applies: true })',
  run = 'async () => {}',
} = {}) => `
import { ConditionsNotMet, defineSuite, must, scenario, should, type Suite } from 'connreq'
export const suite: Suite = defineSuite({
  name: '${name}',
  requirements: [${own}],
  scenarios: [
    scenario({
      id: '${id}', title: 'One', purpose: 'To be played.', applies: ${applies}, windows: () => [],
      metrics: { only: ${metric} }, run: ${run}, judge: () => undefined,
    }),
  ],
})`

const problemOf = (files: Record<string, string>) =>
  loadSuites([folderWith(files)]).then(
    () => 'none',
    (error: Error & { code?: string }) => {
      expect(error.code).toBe('CONNREQ_SUITE')
      return error.message
    },
  )

describe('a suite that is in order', () => {
  test('is known beside what is built in', async () => {
    await loadSuites([folderWith({ 'acme.ts': suiteText() })])
    expect(knownScenarios()).toHaveLength(scenarios.length + 1)
    expect(requirement('ACME-01')).toMatchObject({ suite: 'ACME', who: 'CPE', clause: 'ACME 4.2' })
    expect(selectScenarios(['ACME-01'], []).played.map(({ id }) => id)).toEqual(['acme-one'])
    expect(selectScenarios(['acme-one'], []).played.map(({ id }) => id)).toEqual(['acme-one'])
  })

  test('is played before what may close the door of the device', async () => {
    await loadSuites([folderWith({ 'acme.ts': suiteText() })])
    const ids = knownScenarios().map(({ id }) => id)
    expect(ids.indexOf('acme-one')).toBeLessThan(ids.indexOf('http-rejected'))
  })

  test('throws errors that are ours', async () => {
    await loadSuites([folderWith({ 'a.ts': suiteText({ run: `async () => { throw new ConditionsNotMet('no') }` }) })])
    const [played] = loadedSuites().flatMap(suite => suite.scenarios)
    const bench = { facts: {}, signal: new AbortController().signal, clock: createVirtualClock() }
    await expect(played?.run({ bench } as never)).rejects.toBeInstanceOf(ConditionsNotMet)
  })

  test('is read from the index alone where there is one, and from JavaScript too', async () => {
    const js = suiteText().replace(', type Suite', '').replace(': Suite', '')
    await loadSuites([folderWith({ 'index.mjs': js, 'other.ts': 'throw new Error()' })])
    expect(loadedSuites().map(({ name }) => name)).toEqual(['ACME'])
  })

  test('shares its folder with helpers, tests and declarations', async () => {
    await loadSuites([
      folderWith({
        'a.ts': `export const id = 'acme-one'`,
        'b.ts': `import { id } from './a.ts'\n${suiteText().replace(`'acme-one'`, 'id')}`,
        'b.test.ts': 'throw new Error()',
        'c.d.ts': 'export {}',
        'notes.md': '',
      }),
    ])
    expect(loadedSuites().flatMap(suite => suite.scenarios.map(({ id }) => id))).toEqual(['acme-one'])
  })

  test('replaces those before it, and is there once where its folder is named twice', async () => {
    const folder = folderWith({ 'acme.ts': suiteText() })
    await loadSuites([folder, `${folder}/.`])
    await loadSuites([folderWith({ 'b.ts': suiteText({ name: 'B' }) })])
    expect(loadedSuites().map(({ name }) => name)).toEqual(['B'])
    expect(knownRequirements().filter(({ suite }) => suite !== undefined)).toHaveLength(1)
  })
})

describe('a suite that cannot be used', () => {
  const cases: [what: string, text: string, problem: RegExp][] = [
    ['a syntax error', `import 'connreq'\n\nexport const suite = 1 2`, /a\.ts:3:2\d: it cannot be read: .+\.$/],
    ['an error of its own', `const none: any = undefined\n\nnone.of()`, /a\.ts:3:\d+: it threw while it was read: /],
    ['an import that is not there', `import { x } from './x.ts'\nx()`, /there is no "\.\/x\.ts"/],
    ['no suite', 'export const other = 1', /no file exports a suite/],
    ['no object', 'export const suite = 1', /"suite" is no object/],
    ['the id of a built-in scenario', suiteText({ id: 'http-request' }), /a built-in scenario has that id already/],
    [
      'the id of a built-in requirement',
      suiteText({ requirement: `{ id: 'CR-GEN-08', level: 'MUST', clause: 'c', sentence: 's' }` }),
      /CR-GEN-08: the catalogue has that id already/,
    ],
    [
      'an unknown requirement',
      suiteText({ metric: `must('ACME-2', 'It is.')` }),
      /no requirement ACME-2; .* ACME-01\?/,
    ],
    ['a metric that is too soft', suiteText({ metric: `should('ACME-01', 'It is.')` }), /a MUST, so write must/],
    ['one that is too hard', suiteText({ metric: `must('CR-GEN-03', 'It is.')` }), /a SHOULD, so write should/],
    ['a requirement that nothing judges', suiteText({ metric: `must('CR-GEN-08', 'It is.')` }), /judges it; say why/],
    ['an id that could be a path', suiteText({ id: '../acme' }), /no usable id/],
    [
      'an unknown key',
      suiteText({ requirement: `{ id: 'ACME-01', levle: 'MUST' }` }),
      /no "levle"; did you mean level/,
    ],
  ]

  test.each(cases)('because of %s is refused', async (_what, text, problem) => {
    expect(await problemOf({ 'a.ts': text })).toMatch(problem)
    expect(loadedSuites()).toEqual([])
  })

  test('because another one has its name or ids is refused', async () => {
    expect(await problemOf({ 'a.ts': suiteText(), 'b.ts': suiteText() })).toMatch(/b\.ts: there are two suites named/)
    expect(await problemOf({ 'a.ts': suiteText(), 'b.ts': suiteText({ name: 'B' }) })).toMatch(
      /requirement ACME-01: the suite "ACME" has that id already.*\n.*acme-one: the suite "ACME" has that id/,
    )
  })

  test('because its folder is none is refused', async () => {
    const folder = folderWith({ 'profile.yaml': '' })
    await expect(loadSuites([join(folder, 'profile.yaml')])).rejects.toThrow('put it before --suites')
    await expect(loadSuites([join(folder, 'none')])).rejects.toThrow(/^The folder .*none is not there\.$/)
    mkdirSync(join(folder, 'empty'))
    await expect(loadSuites([join(folder, 'empty')])).rejects.toThrow('no TypeScript or JavaScript file')
  })
})
