/** What arrived cannot be read as an answer, or is larger than what is read. The message completes "refused: ...". */
export class RefusedResponse extends Error {
  readonly code = 'CONNREQ_REFUSED_RESPONSE'
  override readonly name = 'RefusedResponse'
}
