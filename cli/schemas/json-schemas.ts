import type { z } from 'zod'
import { profileSchema } from '../../harness/device/profile.ts'
import { comparisonSchema } from '../../reports/compare/comparison-schema.ts'
import { mergeSchema } from '../../reports/merge/merge-schema.ts'
import { jsonSchemaOf, runSchema } from '../../reports/run-schema.ts'
import { planSchema } from '../plan/plan-schema.ts'
import { benchSchema } from './bench-schema.ts'
import { proofSchema } from './proof-schema.ts'
import type { SchemaName } from './schema-names.ts'

const schemas: Record<SchemaName, { title: string; schema: z.ZodType }> = {
  run: { title: 'connreq/run/1', schema: runSchema },
  compare: { title: 'connreq/compare/1', schema: comparisonSchema },
  merge: { title: 'connreq/merge/1', schema: mergeSchema },
  proof: { title: 'connreq/proof/1', schema: proofSchema },
  bench: { title: 'connreq/bench/1', schema: benchSchema },
  profile: { title: 'connreq profile', schema: profileSchema },
  plan: { title: 'connreq/plan/1', schema: planSchema },
}

/** The published JSON Schema of what ConnReq writes or reads. */
export function jsonSchema(name: SchemaName): Record<string, unknown> {
  const { title, schema } = schemas[name]
  return jsonSchemaOf(title, schema)
}
