import type { DeviceFacts } from '../harness/device/facts.ts'

/** The rests that a device gets before each of `requests` requests (`timing.idle`), as a window of the plan. */
export const rests = (facts: DeviceFacts, requests: number) => ({
  for: requests === 1 ? 'a rest of the device' : `${requests} rests of the device between requests`,
  ms: requests * facts.timing.idleMs,
})
