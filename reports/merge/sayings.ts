import type { Saying } from './merged-runs.ts'

/** Who says the same, in the order in which it was said first. */
export function sayingsOf(said: readonly { says: string; run: string }[]): Saying[] {
  const runs = new Map<string, string[]>()
  for (const { says, run } of said) runs.set(says, [...(runs.get(says) ?? []), run])
  return [...runs].map(([says, sayers]) => ({ says, runs: sayers }))
}
