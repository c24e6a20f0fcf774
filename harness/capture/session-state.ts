import type { Milliseconds } from '../clock/clock.ts'
import type { EntryOf, InformContent } from '../timeline/entry.ts'
import type { CapturedConnection } from './connection.ts'
import type { HttpExchange } from './http-exchange.ts'

/** As long as the ACS of the harness waits for a device without a connection, and with one. */
const disconnectedMs: Milliseconds = 35_000
const connectedMs: Milliseconds = 120_000

export type Ending = EntryOf<'session-ended'>['how']
type Expected = EntryOf<'inform-repeated'>['why']
/** What the device said last. */
export type Turn = 'inform' | 'empty' | 'response' | 'request'

/** A session from its first Inform to its end, as far as the capture shows it. TR-069 3.7.1 */
export interface Session {
  id: number
  device: string
  address: string
  cwmp: string
  inform: InformContent
  cookies: Set<string>
  connections: Set<CapturedConnection>
  last: CapturedConnection
  expects?: Expected
  challenged: boolean
  outstanding?: { id: string; method: string }
  /** The request of the device that has no answer yet. */
  pending?: { exchange: HttpExchange; connection: CapturedConnection; turn: Turn }
  nothingMore: boolean
  liftedHold: boolean
  holding: boolean
  heardAt: Milliseconds
  open: boolean
}

/** When it is over if nothing more comes. */
export const deadlineOf = ({ heardAt, connections }: Session): Milliseconds =>
  heardAt + (connections.size > 0 ? connectedMs : disconnectedMs)

/** What tells one device from another; the OUI's case is a matter of syntax. */
export const deviceOf = ({ deviceId: { oui, serialNumber } }: InformContent) => `${oui?.toUpperCase()}-${serialNumber}`

/** A later attempt has another RetryCount or other events; CurrentTime and values may change within one. */
export function isSameAttempt(first: InformContent, again: InformContent): boolean {
  const essence = ({ deviceId, events, retryCount }: InformContent) => JSON.stringify([deviceId, events, retryCount])
  return essence(first) === essence(again)
}
