import type { Endpoint } from '../../harness/timeline/entry.ts'
import { isPrimaryRequest } from '../../harness/timeline/stun-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { requestsBegun } from './binding-requests.ts'

/** Where the first request with CONNECTION-REQUEST-BINDING of a stretch came from. */
export const primarySource = (stretch: Timeline): Endpoint | undefined =>
  requestsBegun(stretch).find(({ entry }) => isPrimaryRequest(entry))?.entry.from
