/** The conditions of RFC 6120 6.5 that the server uses. */
export type SaslFailure =
  | 'aborted'
  | 'account-disabled'
  | 'credentials-expired'
  | 'encryption-required'
  | 'incorrect-encoding'
  | 'invalid-authzid'
  | 'invalid-mechanism'
  | 'malformed-request'
  | 'not-authorized'
  | 'temporary-auth-failure'

/** What the server says to a message of the client. */
export type SaslStep =
  | { kind: 'challenge'; data: string }
  | { kind: 'success'; username: string; data?: string }
  | { kind: 'failure'; condition: SaslFailure }

/** One authentication, from the client's first message on. */
export interface SaslExchange {
  /** The account that the client claims, as far as it has said; as it wrote it. */
  readonly claimed: string
  step(message: Buffer): SaslStep
}

export const saslFailure = (condition: SaslFailure): SaslStep => ({ kind: 'failure', condition })
