import type { RecogniserTable } from './recognisers.ts'
import { readDeliveredOnce, readNotRetried, readRedelivered, readRetryCounts } from './retries.ts'

const failed = 'session that failed at its Inform'

/** What a capture may show of sessions, besides the rules that hold at all times. */
export const sessionRecognisers: RecogniserTable = {
  'session-cookies': {
    returned: {
      of: 'session in which the ACS set a cookie',
      read: ({ cookies }) => cookies.any,
    },
    onNewConnection: {
      of: 'session with a cookie and another connection',
      read: ({ cookies }) => cookies.another,
    },
  },
  'session-event-6-not-retried': {
    notRetried: { of: `${failed} and had event 6`, read: ({ capture }) => readNotRetried(capture) },
    redelivered: { of: `${failed} and had events to deliver again`, read: ({ capture }) => readRedelivered(capture) },
    deliveredOnce: {
      of: 'session after one that delivered "M ScheduleInform"',
      read: ({ capture }) => readDeliveredOnce(capture),
    },
    count: { of: failed, read: ({ capture }) => readRetryCounts(capture) },
  },
}
