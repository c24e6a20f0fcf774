import { faults } from '../../fixtures/simulated-cpe/simulated-cpe.ts'

/** One simulated device of the benchmark. */
export interface PlannedDevice {
  /** `device-07`, as its profile names it. */
  name: string
  /** The port of its ACS. */
  port: number
  seed: number
  /** Nothing for a conforming one. */
  fault?: string
}

/** Faults that leave the other devices of the suite nothing to wait for, each caught by another scenario. */
const faultsOfSuite = [
  'second-request-reset',
  'session-per-request',
  'in-session-request-lost',
  'connecting-request-lost',
  'reply-body-ok',
  'rate-limit-429',
  'auth-int-only',
  'cookies-lost',
  'redirect-with-get',
  'event-unknown',
]

/** The scenarios of a first look. */
export const quickScenarios = ['http-challenge', 'http-request', 'session-faults']

/** Faults that these scenarios catch. */
const faultsOfQuickScenarios = [
  'auth-int-only',
  'reply-202',
  'reply-body-ok',
  '8005-not-resent',
  'goes-on-after-fault',
  'event-unknown',
  'software-version-missing',
  'reply-body-html',
  'oui-lower-case',
  'basic-challenge',
]

/** Every so many devices one has a fault. */
const oneFaultIn = 5

/** As many devices as there are ports: most of them conform. */
export function planDevices(ports: readonly number[], { quick }: { quick: boolean }): PlannedDevice[] {
  const choice = quick ? faultsOfQuickScenarios : faultsOfSuite
  return ports.map((port, index) => {
    const number = index + 1
    const fault = number % oneFaultIn === 0 ? choice[(number / oneFaultIn - 1) % choice.length] : undefined
    const name = `device-${String(number).padStart(2, '0')}`
    return { name, port, seed: number, ...(fault === undefined ? {} : { fault }) }
  })
}

/** The requirements that a run must find broken, and those that it may find broken besides. */
export function expectedBreaches({ fault }: PlannedDevice): { must: readonly string[]; may: readonly string[] } {
  if (fault === undefined) return { must: [], may: [] }
  const row = faults.find(({ id }) => id === fault)
  if (!row) throw new Error(`There is no fault ${fault}.`)
  return { must: [row.requirement], may: row.alsoBreaks }
}
