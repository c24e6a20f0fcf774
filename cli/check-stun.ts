import type { Profile } from '../harness/device/profile.ts'
import type { TestBench } from '../harness/test-bench.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'

/** Where the STUN server listens and where devices find it, in lines for people. */
export function stunLines({ stun }: Profile, place: TestBench['stun']): string[] {
  if (stun === undefined || place === undefined) return []
  const { host, port } = place.found
  return [
    `The STUN server can listen on ${stun.listen} (UDP).`,
    `Devices find it at ${host} port ${port}; UDP Connection Requests come from there too.`,
  ].map(visibleText)
}
