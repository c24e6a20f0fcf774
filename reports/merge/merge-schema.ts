import { z } from 'zod'
import { baselineRecordSchema, countsSchema, knownSchema, requirementSchema, runSchema } from '../run-schema.ts'
import { standings } from '../standing.ts'

const { device, tool, clock, startedAt, durationMs, ended, verdict, sentence, lab, shard } = runSchema.shape

const run = z.object({
  path: z.string(),
  ...{ tool, clock, startedAt, durationMs, ended, verdict, sentence },
  firmware: z.string().optional(),
  simulated: lab.shape.simulated,
  shard,
  knownFailures: baselineRecordSchema.shape.knownFailures.optional(),
})

const contradiction = z.object({
  about: z.string().describe('A metric as scenario.name, or a property of the device'),
  requirement: z.string().optional(),
  sayings: z.array(z.object({ says: z.string(), runs: z.array(z.string()) })),
})

const cell = z.object({
  standing: z.enum(standings),
  reason: z.string().optional(),
  known: knownSchema.optional().describe('It is broken, and in every run that broke it that is a known failure'),
  run: z.string().optional().describe('The directory of the first run that says so'),
})

/** What `connreq merge --format json` prints and `merged.json` holds; the same as the type `MergedRuns`. */
export const mergeSchema = z.object({
  schema: z.literal('connreq/merge/1'),
  verdict,
  sentence,
  caveats: z.array(z.string()),
  devices: z.array(
    z.object({
      ...{ device, clock, verdict, sentence },
      label: z.string(),
      counts: countsSchema,
      known: z.int().positive().optional().describe('How many of the broken requirements are known failures'),
      beneathKnown: z
        .object({ errors: z.int().nonnegative(), undecided: z.int().nonnegative() })
        .optional()
        .describe('How many of these have an error of ours or something undecided beside them'),
      missingParts: z
        .object({ parts: z.array(z.int().positive()), of: z.int().positive() })
        .optional()
        .describe('Which parts of how many none of its runs is'),
      firmwares: z
        .array(z.string())
        .optional()
        .describe('Of parts of one run that are of different firmware, what each is of'),
      playedNothing: z.literal(true).optional().describe('No scenario applied in any of its runs'),
      runs: z.array(run),
      contradictions: z.array(contradiction),
    }),
  ),
  requirements: z.array(
    z.object({
      ...requirementSchema.pick({ id: true, clause: true, level: true, sentence: true }).shape,
      cells: z.array(cell).describe('One for each device, in their order'),
    }),
  ),
})
