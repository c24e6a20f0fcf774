import type { MetricJudges } from '../../harness/scenario.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { must } from '../../harness/verdict/metric.ts'

export const mappingMetrics = {
  natDetected: must('CR-UDP-26', 'NATDetected says whether the newest mapped address is another one than its own.'),
  address: must('CR-UDP-27', 'UDPConnectionRequestAddress is the newest mapped address.'),
  notified: must('CR-UDP-28', 'With active notification another address brings a session that tells it.'),
  notNotified: must('CR-UDP-28', 'Without notification another address brings no session.'),
  limited: must('CR-UDP-29', 'Notifications of the address keep the distance that is set, and tell the last value.'),
}

export type MappingJudges = MetricJudges<typeof mappingMetrics>

/** The parameters that follow the binding. */
export const followers = ['UDPConnectionRequestAddress', 'NATDetected'] as const
export const limitParameter = 'UDPConnectionRequestAddressNotificationLimit'

/** What the server tells: the truth, or a place that nobody has. RFC 5737 */
export type Told = 'truth' | 'other-address' | 'other-port'
export const readings: readonly Told[] = ['truth', 'other-address', 'other-port']

/** The reading between those and the changes: NATDetected is false again, so that it changes once more. */
export const truthAgain = 'truth-again'
/** The setting that lifts a limit which was there before. */
export const liftingLimit = 'lift the notification limit'

/** Public places for the changes that follow. */
export const places = {
  notified: { address: '203.0.113.91', port: 40_091 },
  quiet: { address: '203.0.113.92', port: 40_092 },
  first: { address: '203.0.113.93', port: 40_093 },
  last: { address: '203.0.113.94', port: 40_094 },
} as const satisfies Record<string, Endpoint>

/** The mark that an answer told the device a mapped address. */
export const toldMark = (what: string) => `told-${what}`

const valueChange = '4 VALUE CHANGE'

/** The value of that parameter in an Inform that tells of changes; `undefined` where it is not in it. */
export function announced(
  { inform }: Pick<EntryOf<'session-opened'>, 'inform'>,
  name: (typeof followers)[number],
): string | undefined {
  if (!inform.events.some(({ eventCode }) => eventCode === valueChange)) return undefined
  return inform.parameters.find(parameter => parameter.name.endsWith(`.ManagementServer.${name}`))?.value
}
