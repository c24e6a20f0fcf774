/** A capture cannot be read. The message is a sentence for people that says what to do. */
export class CaptureUnreadable extends Error {
  readonly code = 'CONNREQ_CAPTURE_UNREADABLE'
  override readonly name = 'CaptureUnreadable'
}
