/** What a device sent as SOAP could not be read. The message is a sentence for people. */
export class MalformedEnvelope extends Error {
  readonly code = 'CONNREQ_MALFORMED_ENVELOPE'
  override readonly name = 'MalformedEnvelope'
}
