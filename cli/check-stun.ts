import type { Profile } from '../harness/device/profile.ts'
import { stunSchema } from '../harness/device/profile-stun.ts'
import type { TestBench } from '../harness/test-bench.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'

/** Where the STUN server listens and where devices find it, in lines for people. */
export function stunLines({ stun }: Profile, place: TestBench['stun']): string[] {
  if (place === undefined) return []
  const { listen } = stun ?? stunSchema.parse({})
  const { host, port } = place.found
  return [
    `The STUN server can listen on ${listen} (UDP).`,
    `Devices find it at ${host} port ${port}; UDP Connection Requests come from there too.`,
  ].map(visibleText)
}
