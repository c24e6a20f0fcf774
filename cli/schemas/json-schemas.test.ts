import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { profileSchema } from '../../harness/device/profile.ts'
import { compareRuns } from '../../reports/compare/compare-runs.ts'
import { sampleRuns } from '../../reports/compare/sample-runs.ts'
import { mergeRuns } from '../../reports/merge/merge-runs.ts'
import { sampleMerge } from '../../reports/merge/sample-shards.ts'
import type { BenchReport } from '../benchmarks/benchmark.ts'
import { packageRoot } from '../package-root.ts'
import { assumedFacts } from '../plan/assumed-facts.ts'
import { planSchema } from '../plan/plan-schema.ts'
import { planRun, type RunPlan } from '../plan/run-plan.ts'
import type { Proof } from '../proof/matrix.ts'
import { benchSchema } from './bench-schema.ts'
import { jsonSchema } from './json-schemas.ts'
import { proofSchema } from './proof-schema.ts'
import { type SchemaName, schemaNames } from './schema-names.ts'

const shipped = (name: string): unknown => JSON.parse(readFileSync(join(packageRoot, name), 'utf8'))
const { before, after } = sampleRuns()
const facts = await assumedFacts(profileSchema.parse({ xmpp: {} }))
const plan = planRun(facts, {
  device: 'ACME',
  basis: 'assumed until the probe',
  include: [],
  baseline: {
    run: { path: 'runs/a', startedAt: before.startedAt, broken: ['CR-GEN-08'] },
    knownFailures: [{ requirement: 'CR-GEN-08', reason: 'known', covers: false, writeInstead: ['- requirement'] }],
  },
})

const bench: BenchReport = {
  schema: 'connreq/bench/1',
  tool: { version: '1.2.3', commit: '0937229a' },
  quick: true,
  machine: {
    ...{ cores: 2, cpu: 'a processor', memoryMB: 4096, platform: 'linux x64 6.1', node: 'v20.19.0' },
    ...{ measuredAt: '2026-03-02T08:14:05.000Z', load: { before: 0.1, after: 1.2 } },
  },
  results: [
    { name: 'start', value: 0.4, unit: 's', target: null, note: 'one start' },
    {
      ...{ name: 'requests', value: 900, unit: '1/s', target: 1000, bound: 'at least', note: 'of one device' },
      ...{ comparedWith: { what: 'another server', value: 800 }, ratio: 1.125 },
    },
  ],
}

const written: Record<SchemaName, unknown> = {
  run: before,
  compare: compareRuns(before, after),
  merge: mergeRuns(sampleMerge()),
  proof: shipped('proof.json'),
  bench,
  profile: parse(readFileSync(join(packageRoot, 'fixtures', 'profiles', 'example.yaml'), 'utf8')),
  plan,
}

test.each(schemaNames)('what there is of %s keeps its JSON Schema, and nothing else does', name => {
  const schema = jsonSchema(name)
  expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' })
  const read = z.fromJSONSchema(schema)
  expect(read.safeParse(JSON.parse(JSON.stringify(written[name]))).error).toBeUndefined()
  for (const other of schemaNames)
    if (other !== name && other !== 'profile') expect(read.safeParse(written[other]).success).toBe(false)
})

test('the schemas of proof, bench and plan name all that there is', () => {
  expect(proofSchema.parse(written.proof)).toEqual(written.proof)
  expect(benchSchema.parse(written.bench)).toEqual(written.bench)
  expect(planSchema.parse(plan)).toEqual(plan)
  const asSchemas = (
    proof: Proof,
    bench: BenchReport,
    plan: RunPlan,
  ): z.input<typeof proofSchema | typeof benchSchema | typeof planSchema>[] => [proof, bench, plan]
  expect(asSchemas).toBeDefined()
})

test('the schema of a profile refuses keys that there are not', () => {
  const read = z.fromJSONSchema(jsonSchema('profile'))
  expect(read.safeParse({ baseline: { knownFailures: [{ requirement: 'CR-GEN-08', reason: 'x' }] } }).success).toBe(
    true,
  )
  expect(read.safeParse({ acs: { listne: '0.0.0.0:7547' } }).success).toBe(false)
})
