/** Errors whose message says all that a user needs: their `code` begins with CONNREQ. */
const isForUsers = (error: Error) => 'code' in error && String(error.code).startsWith('CONNREQ_')

/** What to tell a person of an error; a stack only where it is a defect of ours. */
export function explainFailure(error: unknown): string {
  if (!(error instanceof Error)) return `connreq failed: ${String(error)}`
  if (isForUsers(error)) return error.message
  return `connreq failed, which is a defect of its own: ${error.stack ?? error.message}`
}
