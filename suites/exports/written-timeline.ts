/**
 * What `import { ... } from 'connreq/written-timeline'` gives: timelines written by hand, for testing a judge in no time
 * and for what the simulated device cannot do.
 */
export {
  bareConnection,
  control,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  request,
  session,
  verdictsOf,
  written,
} from '../written-timeline.ts'
export type { Happening, WrittenRequest, WrittenSession } from '../written-timeline.ts'
export { udpControl, udpCopies, udpReply, udpRequest } from '../written-udp.ts'
export type { WrittenUdpRequest } from '../written-udp.ts'
export { xmppBound, xmppControl, xmppEnded, xmppRequest } from '../written-xmpp.ts'
export type { WrittenXmppRequest } from '../written-xmpp.ts'
