import { standard } from '../../harness/limits.ts'
import { ours } from '../../harness/verdict/limit.ts'

/** How long a capture must show nothing before that counts: all but as long as a run watches by default. */
export const quietWindow = ours(59, 'nearly twice the 30 s within which a session would have to be attempted')

/** How long past its limit a session is looked for, so that late and never differ. */
export const lookedPast = standard.sessionAfterReply.ms + 15_000
