import { expect, test } from 'vitest'
import { mapProblem, problemsOfFiles, relativeImports } from './packed-files.ts'

test('what a package is for may be in it', () => {
  const wanted = ['package.json', 'dist/cli/connreq.js', 'dist/suites/conformance.test.js', 'dist/harness/bench.d.ts']
  expect(problemsOfFiles(wanted)).toEqual([])
})

test.each([
  ['dist/cli/list.test.js', 'a test'],
  ['reports/golden/results.csv', 'what tests compare with'],
  ['suites/scenarios.ts', 'a source'],
  ['reports/html/text.tsx', 'a source'],
  ['dist/cli/proof/main.js', 'for a checkout only'],
  ['runs/acme/run.json', 'none of the package'],
])('%s may not', (path, what) => {
  expect(problemsOfFiles([path])).toEqual([`${path} is ${what}.`])
})

test('a source map must carry its sources', () => {
  expect(mapProblem('a.js.map', '{"sources":["../a.ts"],"sourcesContent":["let a"]}')).toBeUndefined()
  expect(mapProblem('a.js.map', '{"sources":["../a.ts"]}')).toMatch('a.js.map names sources')
  expect(mapProblem('a.js.map', '{"sources":["../a.ts"],"sourcesContent":[null]}')).toMatch('a.js.map names sources')
})

test('imports of every kind are found', () => {
  const text = `import './a.js'
import { b } from '../b.js';
export * from './c/c.js'
const { d } = await import('./d.js')
import { readFileSync } from 'node:fs'`
  expect(relativeImports(text)).toEqual(['./a.js', '../b.js', './c/c.js', './d.js'])
})
