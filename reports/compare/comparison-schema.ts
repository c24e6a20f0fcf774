import { z } from 'zod'
import { countsSchema, knownSchema, metricSchema, requirementSchema, runSchema } from '../run-schema.ts'
import { standings } from '../standing.ts'
import { requirementChangeKinds } from './comparison.ts'

const standing = z.enum(standings)
const change = z.object({ name: z.string(), before: z.string().optional(), after: z.string().optional() })
const metricName = z.object({ scenario: z.string(), name: z.string(), requirement: z.string() })

const metricState = z.object({
  standing,
  outcome: metricSchema,
  repetitions: z
    .object({ so: z.int().positive(), of: z.int().positive() })
    .describe('How many repetitions stand so, of how many'),
})

const requirementChange = z.object({
  ...requirementSchema.pick({ id: true, clause: true, level: true, sentence: true }).shape,
  before: standing,
  after: standing,
  known: knownSchema.optional().describe('It is broken now, and that is a known failure'),
  reasonBefore: z.string().optional(),
  reasonAfter: z.string().optional(),
  metrics: z
    .array(metricName.extend({ sentence: z.string(), before: metricState.optional(), after: metricState.optional() }))
    .describe('The metrics that account for the change'),
})

const measurement = z.object({
  measured: z.number().describe('Milliseconds; of several repetitions the median'),
  uncertainty: z.number().describe('Milliseconds'),
  limit: metricSchema.shape.limit,
})

const head = z.object({
  ...runSchema.pick({
    tool: true,
    device: true,
    clock: true,
    startedAt: true,
    durationMs: true,
    ended: true,
    verdict: true,
    sentence: true,
  }).shape,
  simulated: runSchema.shape.lab.shape.simulated,
  counts: countsSchema,
})

const sides = <T extends z.ZodType>(one: T) => z.object({ gone: z.array(one), added: z.array(one) })

/** What `connreq compare --format json` prints; the same as the type `Comparison`. */
export const comparisonSchema = z.object({
  schema: z.literal('connreq/compare/1'),
  before: head,
  after: head,
  caveats: z.array(z.string()),
  circumstances: z.array(change),
  requirements: z.record(z.enum(requirementChangeKinds), z.array(requirementChange)),
  timing: z.array(metricName.extend({ before: measurement, after: measurement })),
  properties: z.array(change).describe('How the device behaves'),
  scenarios: sides(z.object({ id: z.string(), title: z.string(), reason: z.string().optional() })),
  metrics: sides(metricName),
})
