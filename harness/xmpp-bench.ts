import { abortable } from './abortable.ts'
import type { BenchParts } from './bench.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Credentials } from './connection-request/http/requester.ts'
import type { XmppOutcome, XmppRequestOptions } from './connection-request/xmpp/requester.ts'
import type { DeviceFacts, XmppConnectionFacts } from './device/facts.ts'
import { followInforms } from './follow-informs.ts'
import { RefusedAtRest, repeatAfterRests, xmppRefusalOf } from './rate-limit.ts'
import { restDevice } from './rest.ts'
import { dropStreamsBeforeBoot } from './streams-before-boot.ts'
import type { EntryOf } from './timeline/entry.ts'
import type { XmppLab } from './xmpp-lab.ts'
import type { BoundStream, XmppServer } from './xmpp-server/xmpp-server.ts'

/** A stanza of the ACS, as scenarios ask for it; whatever is left out is that of an ordinary request. */
export type XmppAsk = Partial<Pick<XmppRequestOptions, 'from' | 'to' | 'form' | 'payload' | 'answerTimeoutMs'>> & {
  /** Whether the device should accept it; false by default for all but the ordinary request. */
  authorised?: boolean
}

/** What scenarios work with over XMPP. Annex K */
export interface XmppBench {
  readonly lab: XmppLab
  /** The embedded server. @throws ConditionsNotMet where an external one is used */
  readonly server: XmppServer
  /** The XMPP.Connection instance of the run. */
  readonly connection: XmppConnectionFacts
  /** The sender of ordinary requests, a full JID. */
  readonly sender: string
  /** The full JID of the device: that of its stream, or the newest ConnReqJabberID that was heard of. */
  jid(): string
  /** The bound stream of the device's account, if there is one just now. Embedded server only. */
  stream(): BoundStream | undefined
  /** One request at rest with the right credentials; refusals for now are repeated after rests. */
  knock(label: string, ask?: XmppAsk): Promise<XmppOutcome>
  /** One stanza as it is given. Neither rests nor repeats. */
  ask(label: string, ask?: XmppAsk): Promise<XmppOutcome>
  /** Writes one stanza and does not wait for its answer. */
  write(label: string, ask?: XmppAsk): ReturnType<XmppLab['requester']['send']>
  /**
   * Waits until a stream of the device's account is bound that was bound after entry `seq`.
   * @returns `undefined` when none came within `ms`. Embedded server only
   */
  boundAfter(seq: number, ms: number): Promise<EntryOf<'xmpp-bound'> | undefined>
  /** Waits for the session that an accepted request brings, and for its end. */
  seeSessionThrough(outcome: XmppOutcome): Promise<EntryOf<'session-opened'> | undefined>
}

/** The request was answered by a result of the device. */
export const isAcceptedByXmpp = (outcome: XmppOutcome): outcome is EntryOf<'xmpp-cr-answered'> =>
  outcome.type === 'xmpp-cr-answered' && outcome.kind === 'result'

/** A refusal of another request than the ordinary one may be meant for that one only. */
const isOrdinary = ({ from, to, form, payload }: XmppAsk) => [from, to, form, payload].every(part => part === undefined)

/** What the XMPP verbs need of the rest of the bench. */
export interface XmppBenchContext {
  parts: BenchParts
  facts: DeviceFacts
  lab: XmppLab
  connection: XmppConnectionFacts
  credentials(): Credentials
  connectionRequestSessionAfter(seq: number): Promise<EntryOf<'session-opened'> | undefined>
  sessionEnd(id: number): Promise<void>
}

/** Puts the XMPP verbs over the lab. */
export function createXmppBench(context: XmppBenchContext): XmppBench {
  const { parts, facts, lab, connection } = context
  const { timeline, signal } = parts
  const informedJid = followInforms(timeline, 'ConnReqJabberID')
  const sender = `connreq@${lab.senders}/acs`
  let refusedForGood = false

  if (lab.server !== undefined) {
    const stop = dropStreamsBeforeBoot({ timeline, server: lab.server, username: lab.account.username })
    signal.addEventListener('abort', stop, { once: true })
  }

  const bench: XmppBench = {
    lab,
    connection,
    sender,
    get server() {
      if (lab.server === undefined)
        throw new ConditionsNotMet('The XMPP server of the lab cannot be controlled from here.')
      return lab.server
    },
    jid: () => bench.stream()?.jid ?? informedJid()?.value ?? facts.xmpp.jid ?? '',
    stream: () => lab.server?.streams().findLast(({ username }) => username === lab.account.username),

    async knock(label, ask = {}) {
      if (refusedForGood)
        throw new ConditionsNotMet('The device refuses every XMPP request at rest, see the scenarios before.')
      try {
        return await repeatAfterRests(parts, facts.timing, label, xmppRefusalOf, async () => {
          await restDevice(parts, facts.timing.idleMs)
          return bench.ask(label, { authorised: true, ...ask })
        })
      } catch (error) {
        if (error instanceof RefusedAtRest && isOrdinary(ask)) refusedForGood = true
        throw error
      }
    },
    ask: async (label, ask = {}) => (await bench.write(label, ask)).outcome,
    async write(label, ask = {}) {
      const { sent, outcome } = await lab.requester.send({
        label,
        to: bench.jid(),
        from: sender,
        authorised: false,
        payload: context.credentials(),
        ...ask,
      })
      const unlessStopped = abortable(outcome, signal)
      unlessStopped.catch(() => undefined)
      return { sent, outcome: unlessStopped }
    },

    async boundAfter(seq, ms) {
      const fits = (entry: EntryOf<'xmpp-bound'>) => entry.username === lab.account.username
      return timeline
        .waitFor('xmpp-bound', fits, { after: seq, timeoutMs: ms, what: 'the device to bind its stream', signal })
        .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
    },

    async seeSessionThrough(outcome) {
      if (!isAcceptedByXmpp(outcome)) return undefined
      const written = timeline.entries.find(entry => entry.type === 'xmpp-cr-sent' && entry.request === outcome.request)
      const session = await context.connectionRequestSessionAfter(written?.seq ?? outcome.seq)
      if (session) await context.sessionEnd(session.session)
      return session
    },
  }
  return bench
}
