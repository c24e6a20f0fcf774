import { z } from 'zod'

const reasonMissing = 'is empty; write why this failure is accepted for now'

/** A reason that a person gave. `connreq baseline` leaves its place empty, because it cannot know one. */
const reason = z
  .string({ error: ({ input }) => (input === null || input === undefined ? reasonMissing : undefined) })
  .max(500)
  .refine(text => !/^(why|todo)?[^\p{L}\p{N}]*$/iu.test(text.trim()), reasonMissing)

/** A failure that the lab knows of and accepts for a while. */
const knownFailure = z
  .strictObject({
    requirement: z.string().min(1).max(64),
    reason,
    until: z.iso.date('is no date; write for example 2027-01-31').optional(),
    metric: z
      .string()
      .max(128)
      .regex(/^[\w-]+\.\w+$/, 'is no metric; write scenario.metric, for example http-duplicates.onlyOne')
      .optional(),
    seen: z.string().max(4000).optional(),
  })
  .refine(({ metric, seen }) => seen === undefined || metric !== undefined, {
    path: ['seen'],
    message: 'says nothing without the metric that showed it; write metric: scenario.metric',
  })

/** What of an earlier run is known: the run to compare with, and the failures that are accepted for now. */
export const baselineSchema = z.strictObject({
  run: z.string().min(1).max(4096).optional(),
  knownFailures: z.array(knownFailure).max(1000).default([]),
})

/** A known failure as a profile has it. */
export type KnownFailure = z.output<typeof knownFailure>
