import { z } from 'zod'
import { knownSchema, requirementSchema } from '../../reports/run-schema.ts'

const requirement = requirementSchema.pick({ id: true, clause: true, level: true, sentence: true })

/** What `connreq plan --format json` prints; the same as the type `RunPlan`. */
export const planSchema = z.object({
  schema: z.literal('connreq/plan/1'),
  device: z.string(),
  basis: z.enum(['simulated device', 'assumed until the probe']),
  scenarios: z
    .array(
      z.object({
        id: z.string(),
        title: z.string(),
        applies: z.boolean(),
        reason: z.string().optional(),
        wouldApplyIf: z.string().optional(),
        because: z.string().optional().describe('What it needs, and who says that it is so'),
        profile: z.array(z.string()).optional().describe('Lines of a profile (YAML) that would make it apply'),
        windows: z.array(z.object({ for: z.string(), ms: z.number().nonnegative() })),
        requirements: z.array(z.string()),
      }),
    )
    .describe('In the order in which they are played'),
  requirements: z.object({
    covered: z.array(requirement.extend({ scenarios: z.array(z.string()) })),
    notCovered: z.array(requirement.extend({ reason: z.string() })),
  }),
  lowerBoundMs: z.number().nonnegative().describe('The sum of the windows and rests: no run is shorter'),
  expected: z.object({ ms: z.number().nonnegative(), basis: z.string() }),
  baseline: z
    .object({
      run: z.object({ path: z.string(), startedAt: z.string(), broken: z.array(z.string()) }).optional(),
      knownFailures: z.array(
        knownSchema.extend({
          requirement: z.string(),
          metric: z.string().optional(),
          seen: z.string().optional(),
          covers: z.boolean().describe('Whether it can cover a failure'),
          writeInstead: z.array(z.string()).optional().describe('YAML that would cover it'),
        }),
      ),
    })
    .optional(),
})
