import { overXmpp } from '../../harness/bench.ts'
import type { XmppOutcome } from '../../harness/connection-request/xmpp/requester.ts'
import { chosen } from '../../harness/limits.ts'
import { xmppRefusalOf } from '../../harness/rate-limit.ts'
import type { Conversation } from '../../harness/scenario.ts'
import type { XmppAsk } from '../../harness/xmpp-bench.ts'

/**
 * One stanza at rest. Where the device refuses for now, once more after a rest, because rate limits are legal; a
 * refusal that stays is left to the judge, who may have something to hold it against.
 */
export async function askAtRest(
  { bench, watch }: Pick<Conversation, 'bench' | 'watch'>,
  label: string,
  ask: XmppAsk,
): Promise<XmppOutcome> {
  const xmpp = overXmpp(bench)
  await bench.rest()
  const first = await xmpp.ask(label, ask)
  if (xmppRefusalOf(first) === undefined) return first
  await watch('a rest, because the device refused for now', chosen.restAfter503)
  await bench.rest()
  return xmpp.ask(label, ask)
}
