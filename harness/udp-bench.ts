import type { BenchParts } from './bench.ts'
import type { Credentials } from './connection-request/http/requester.ts'
import type { DatagramSender, SentUdpRequest, UdpDefects } from './connection-request/udp/requester.ts'
import type { Milliseconds } from './clock/clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { DeviceFacts } from './device/facts.ts'
import { chosen } from './limits.ts'
import { restDevice } from './rest.ts'
import type { StunLab } from './stun-lab.ts'
import { endpointText as hostAndPort, sameEndpoint } from './stun-server/endpoint.ts'
import type { StunServer } from './stun-server/stun-server.ts'
import type { Endpoint, Entry, EntryOf } from './timeline/entry.ts'
import { isPrimaryRequest } from './timeline/stun-requests.ts'

export { hostAndPort, sameEndpoint }

/** A UDP Connection Request as scenarios ask for it; whatever is left out is that of an ordinary one. */
export interface UdpAsk {
  /** Whether the device should accept it; false by default for all but the ordinary request. */
  authorised?: boolean
  defects?: UdpDefects
  credentials?: Credentials
  copiesAfterMs?: readonly Milliseconds[]
  /** Where it goes and what it names as its authority, instead of where the device was last seen. */
  target?: UdpTarget
  /** Another sender than the STUN server's socket. */
  sender?: DatagramSender
}

/** Where a UDP Connection Request goes. */
export interface UdpTarget {
  to: Endpoint
  /** UDPConnectionRequestAddress as the device must have it, host:port. */
  authority: string
}

/** What an ordinary request came to. */
export interface UdpKnock {
  /** The last one that was sent. */
  sent: SentUdpRequest
  /** The session that it brought, which has ended. */
  session: EntryOf<'session-opened'> | undefined
  /** How many were sent until a session came, or in all. */
  attempts: number
}

/** What scenarios work with over UDP. Annex G */
export interface UdpBench {
  readonly lab: StunLab
  readonly server: StunServer
  /**
   * Where the newest Binding Request from the primary port came from, and the address it was told.
   * @throws ConditionsNotMet where none was seen
   */
  target(): UdpTarget
  /**
   * Ordinary requests at rest until one brings a session, at most three with rests between: a datagram may be lost,
   * and a rate limit is silence. The digits of the signature change from one to the next.
   */
  knock(label: string, ask?: UdpAsk): Promise<UdpKnock>
  /** The same, but returns as soon as the session is open. @returns whether one came */
  call(label: string): Promise<boolean>
  /** One request as it is given. Neither rests nor repeats. */
  ask(label: string, ask?: UdpAsk): Promise<SentUdpRequest>
  /**
   * Waits for a STUN request of the device after entry `seq`.
   * @returns `undefined` when none that fits came within `ms`
   */
  stunAfter(
    seq: number,
    ms: Milliseconds,
    fits?: (request: EntryOf<'stun-received'>) => boolean,
  ): Promise<EntryOf<'stun-received'> | undefined>
  /** The same for requests from the primary port. */
  primaryAfter(seq: number, ms: Milliseconds): Promise<EntryOf<'stun-received'> | undefined>
}

/** What the UDP verbs need of the rest of the bench. */
export interface UdpBenchContext {
  parts: BenchParts
  timing: DeviceFacts['timing']
  lab: StunLab
  credentials(): Credentials
  connectionRequestSessionAfter(seq: number): Promise<EntryOf<'session-opened'> | undefined>
  sessionEnd(id: number): Promise<void>
}

/** The mark that a request at rest brought no session and is sent again, with its `request`. */
export const unansweredAtRest = 'udp-request-without-session'

/** How often an ordinary request is sent before it counts as unheard. */
export const attemptsAtRest = 3

/** Puts the UDP verbs over the lab. */
export function createUdpBench(context: UdpBenchContext): UdpBench {
  const { parts, timing, lab } = context
  const { timeline, signal } = parts

  const untilSession = async (label: string, ask: UdpAsk): Promise<UdpKnock> => {
    for (let attempts = 1; ; attempts++) {
      await restDevice(parts, attempts === 1 ? timing.idleMs : chosen.restAfter503.ms)
      const sent = await udp.ask(label, { authorised: true, ...ask })
      const session = await context.connectionRequestSessionAfter(sent.first.seq)
      if (session !== undefined || attempts === attemptsAtRest) return { sent, session, attempts }
      timeline.add({ type: 'mark', name: unansweredAtRest, data: { request: sent.request } })
      // A device may take one kind of digits only, which is judged where both are asked for.
      const { requester } = lab
      if (ask.defects?.sign === undefined) requester.digits = requester.digits === 'capital' ? 'small' : 'capital'
    }
  }

  const udp: UdpBench = {
    lab,
    server: lab.server,

    target() {
      const newest = timeline.entries.findLast(isPrimary)
      if (newest === undefined) throw new ConditionsNotMet('No Binding Request of the device has been seen.')
      // By RESPONSE-ADDRESS the primary port also gets answers that tell of a secondary one.
      const told = timeline.entries.findLast(
        (entry): entry is EntryOf<'stun-sent'> =>
          entry.type === 'stun-sent' &&
          entry.mapped !== undefined &&
          sameEndpoint(entry.to, newest.from) &&
          isPrimary(timeline.entries[entry.answers - 1]),
      )
      return { to: newest.from, authority: hostAndPort(told?.mapped ?? newest.from) }
    },

    async knock(label, ask = {}) {
      const knock = await untilSession(label, ask)
      if (knock.session !== undefined) await context.sessionEnd(knock.session.session)
      return knock
    },

    call: async label => (await untilSession(label, {})).session !== undefined,

    ask(label, { authorised = false, target, defects, credentials, copiesAfterMs, sender } = {}) {
      const { to, authority } = target ?? udp.target()
      return lab.requester.send({
        label,
        to,
        authority,
        credentials: credentials ?? context.credentials(),
        authorised,
        signal,
        ...(defects === undefined ? {} : { defects }),
        ...(copiesAfterMs === undefined ? {} : { copiesAfterMs }),
        ...(sender === undefined ? {} : { sender }),
      })
    },

    async stunAfter(seq, ms, fits = () => true) {
      try {
        return await timeline.waitFor('stun-received', entry => entry.ofDeviceUnderTest && fits(entry), {
          after: seq,
          timeoutMs: ms,
          what: 'a Binding Request of the device',
          signal,
        })
      } catch (error) {
        if (signal.aborted) throw error
        return undefined
      }
    },

    primaryAfter: (seq, ms) => udp.stunAfter(seq, ms, isPrimaryRequest),
  }
  return udp
}

const isPrimary = (entry: Entry | undefined): entry is EntryOf<'stun-received'> =>
  entry?.type === 'stun-received' && isPrimaryRequest(entry)
