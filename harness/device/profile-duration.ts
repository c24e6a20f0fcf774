import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** A duration with its unit, as profiles have it; milliseconds once it is read. */
export const duration = z
  .string({
    error: ({ input }) => (typeof input === 'number' ? `has no unit; write ${input}s or ${input}ms` : undefined),
  })
  .refine(text => parseDuration(text) !== undefined, 'is no duration; write for example 5s, 500ms or 2m')
  .transform(text => parseDuration(text) as number)
