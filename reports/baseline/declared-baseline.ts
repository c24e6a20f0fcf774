import { z } from 'zod'

const knownFailure = z.object({
  requirement: z.string(),
  reason: z.string(),
  until: z.string().optional(),
  metric: z.string().optional(),
  seen: z.string().optional(),
})

const profile = z.object({ baseline: z.object({ knownFailures: z.array(knownFailure).default([]) }) })

/** A failure that the profile accepts for a while; what it shows only where the profile says so. */
export type KnownFailure = z.output<typeof knownFailure>

/** The known failures of the profile that a run was made with; nothing where it has no baseline. */
export const declaredFailures = (usedProfile: unknown): KnownFailure[] | undefined =>
  profile.safeParse(usedProfile).data?.baseline.knownFailures
