import { z } from 'zod'

const ids = z.array(z.string())

/** What `npm run proof` writes as `proof.json`. */
export const proofSchema = z.object({
  schema: z.literal('connreq/proof/1'),
  ok: z.boolean(),
  faults: z.array(
    z.object({
      id: z.string(),
      transport: z.string(),
      requirement: z.string().describe('The one that it breaks'),
      alsoBreaks: ids.describe('Requirements that it cannot but break too'),
      caught: z.boolean(),
      otherwiseChanged: ids.describe('Requirements that turned red besides'),
      notBroken: ids.describe('In alsoBreaks, and yet not red'),
      undecided: ids.describe('Requirements that could not be decided because of the fault'),
    }),
  ),
  variants: z.array(z.object({ id: z.string(), transport: z.string(), green: z.boolean(), notGreen: ids })),
  metrics: z.array(
    z.object({
      scenario: z.string(),
      name: z.string(),
      requirement: z.string(),
      seenPass: z.boolean(),
      seenFail: z.boolean(),
      provenBy: ids.describe('Faults'),
    }),
  ),
})
