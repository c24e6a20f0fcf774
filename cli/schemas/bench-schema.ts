import { z } from 'zod'

/** What `npm run bench` writes as `bench.json`. */
export const benchSchema = z.object({
  schema: z.literal('connreq/bench/1'),
  tool: z.object({ version: z.string(), commit: z.string().optional() }),
  quick: z.boolean(),
  machine: z.object({
    cores: z.int().positive(),
    cpu: z.string(),
    memoryMB: z.number(),
    platform: z.string(),
    node: z.string(),
    measuredAt: z.iso.datetime(),
    load: z
      .object({ before: z.number(), after: z.number().optional() })
      .describe('Processes running or waiting, averaged over the last minute'),
  }),
  results: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      target: z.number().nullable(),
      bound: z.enum(['at most', 'at least']).optional().describe('At most by default'),
      comparedWith: z.object({ what: z.string(), value: z.number() }).optional(),
      ratio: z.number().optional(),
      note: z.string(),
    }),
  ),
})
