import { expect, test } from 'vitest'
import type { z } from 'zod'
import { buildRunRecord } from './build-run-record.ts'
import type { RunRecord } from './run-record.ts'
import { jsonSchemaOf, runSchema } from './run-schema.ts'
import { sampleEvidence } from './sample-run.ts'

test.each(['real', 'virtual'] as const)(
  'a record in %s time fits the schema, and the schema names all of it',
  clock => {
    const record: RunRecord = JSON.parse(JSON.stringify(buildRunRecord(sampleEvidence({ clock }))))
    // Parsing drops what the schema does not name, so equality shows that it names everything.
    expect(runSchema.parse(record)).toEqual(record)
  },
)

test('the type and the schema are of one shape', () => {
  const asSchema = (record: RunRecord): z.input<typeof runSchema> => record
  const record = buildRunRecord(sampleEvidence())
  expect(runSchema.safeParse(asSchema(record)).success).toBe(true)
  expect(runSchema.safeParse({ ...record, verdict: 'fine' }).success).toBe(false)
})

test('the JSON Schema lets later versions add properties', () => {
  const schema = jsonSchemaOf('connreq/run/1', runSchema)
  expect(schema).toMatchObject({
    title: 'connreq/run/1',
    type: 'object',
    properties: { schema: { const: 'connreq/run/1' } },
  })
  expect(JSON.stringify(schema)).not.toContain('"additionalProperties":false')
})
