import { type Element, xml } from './xmpp-component.ts'
import { type Clock, type Milliseconds, noLongerAwaited } from '../../clock/clock.ts'
import { bodyOf } from '../../timeline/body.ts'
import type { EntryOf } from '../../timeline/entry.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import {
  type ComponentConnection,
  type ComponentPlace,
  type ComponentRefused,
  connectComponent,
} from './component-connection.ts'
import { type RequestForm, conditionOf, connectionRequestElement, requestStanza } from './stanza.ts'

/** How long an answer is waited for: the 5 s that are asked for, and as long past them. */
export const answerWaitMs: Milliseconds = 10_000

export interface XmppRequestOptions {
  label: string
  /** The full JID of the device. */
  to: string
  /** Any JID of one of the requester's domains. */
  from: string
  authorised: boolean
  form?: RequestForm
  /** What the stanza holds: a connectionRequest with credentials, or any elements. */
  payload: { username: string; password: string } | readonly Element[]
  answerTimeoutMs?: Milliseconds
}

/** What became of one request. */
export type XmppOutcome = EntryOf<'xmpp-cr-answered'> | EntryOf<'xmpp-cr-unanswered'>

/** A request that is on its way. */
export interface PendingXmppRequest {
  /** The entry with which it was written. */
  sent: EntryOf<'xmpp-cr-sent'>
  outcome: Promise<XmppOutcome>
}

/** The sender of XMPP Connection Requests. Annex K */
export interface XmppRequester extends AsyncDisposable {
  /** Writes one stanza; the outcome rejects when the server is lost before it is known. @throws ComponentRefused when the server has closed the component's connection */
  send(options: XmppRequestOptions): Promise<PendingXmppRequest>
  /** Connects a further domain to send from; nothing where it is connected already. @throws ComponentRefused */
  join(place: ComponentPlace): Promise<void>
}

export interface XmppRequesterOptions {
  clock: Clock
  timeline: TimelineRecorder
  components: readonly ComponentPlace[]
  /** Whether the server's client streams are on the timeline too, so that it is known who answered. */
  serverIsEmbedded: boolean
}

interface Waiting {
  sent: EntryOf<'xmpp-cr-sent'>
  answers: number
  /** It asks only who is there, so nobody asks who answered it. */
  isProbe: boolean
  /** An answer came: its time-out no longer counts, though it may still be asked whose answer it is. */
  answered: () => void
  first: (answer: EntryOf<'xmpp-cr-answered'>) => void
  /** No answer can come any more. */
  lost: (error: Error) => void
}

/** Conditions with which a server answers for a device that is not there. */
const conditionsOfServers = new Set(['service-unavailable', 'recipient-unavailable', 'item-not-found'])

/** Connects the components. @throws ComponentRefused */
export async function createXmppRequester(options: XmppRequesterOptions): Promise<XmppRequester> {
  const { clock, timeline, serverIsEmbedded } = options
  const disposed = new AbortController()
  const waiting = new Map<string, Waiting>()
  /** When answers arrived from client streams, by their id. */
  const received = new Map<string, number[]>()
  let requests = 0

  const stopListening = timeline.onEntry(entry => {
    if (entry.type !== 'xmpp-received' || entry.what !== 'stanza' || entry.id === undefined) return
    if (waiting.has(entry.id)) received.set(entry.id, [...(received.get(entry.id) ?? []), entry.at])
  })

  const onStanza = (stanza: Element) => {
    const { id, type, from, to } = stanza.attrs
    const kind = stanza.name === 'iq' && (type === 'result' || type === 'error') ? type : undefined
    const asked = id === undefined ? undefined : waiting.get(id)
    const content = stanza.getChildElements().map(child => child.getName())
    const raw = bodyOf(Buffer.from(stanza.toString()))
    if (asked === undefined || kind === undefined) {
      if (stanza.name === 'presence') return
      timeline.add({
        type: 'xmpp-stray-stanza',
        name: stanza.name,
        ...(type === undefined ? {} : { stanzaType: type }),
        ...(id === undefined ? {} : { id }),
        ...(from === undefined ? {} : { from }),
        content,
        raw,
      })
      return
    }
    const arrival = received.get(asked.sent.id)?.[asked.answers]
    asked.answers++
    asked.answered()
    const error = kind === 'error' ? conditionOf(stanza) : undefined
    const answer: Omit<EntryOf<'xmpp-cr-answered'>, 'seq' | 'at' | 'type' | 'answeredBy'> = {
      request: asked.sent.request,
      id: asked.sent.id,
      kind,
      ...error,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      content,
      nth: asked.answers,
      sentAt: asked.sent.at,
      receivedAt: arrival ?? clock.now(),
      raw,
    }
    const { nth } = answer
    const note = (answeredBy: EntryOf<'xmpp-cr-answered'>['answeredBy']) => {
      const entry = timeline.add({ type: 'xmpp-cr-answered', ...answer, answeredBy })
      if (nth === 1) asked.first(entry)
    }
    if (serverIsEmbedded) return note(arrival === undefined ? 'server' : 'device')
    if (error === undefined || !conditionsOfServers.has(error.condition)) return note('device')
    if (asked.isProbe) return note('unknown')
    isThere(asked.sent).then(
      there => note(there ? 'device' : 'unknown'),
      (error: unknown) => asked.lost(error as Error),
    )
  }

  const components: ComponentConnection[] = []
  const join = async (place: ComponentPlace) => {
    if (components.some(({ domain }) => domain === place.domain)) return
    components.push(await connectComponent(place, { clock, onStanza, onClosed }))
  }
  const onClosed = (error: ComponentRefused) => {
    for (const each of waiting.values()) each.lost(error)
  }
  const dispose = async () => {
    stopListening()
    disposed.abort(new Error('The sender of XMPP Connection Requests was closed.'))
    for (const component of components) await component[Symbol.asyncDispose]()
  }
  try {
    for (const place of options.components) await join(place)
  } catch (error) {
    await dispose()
    throw error
  }

  const componentOf = (from: string): ComponentConnection => {
    const domain = from.replace(/\/.*$/s, '').replace(/^.*@/s, '')
    const found = components.find(component => component.domain === domain)
    if (!found) throw new Error(`No component of the ACS may send from ${from}.`)
    return found
  }

  /** Whether the device's stream is there: a ping gets an answer that no server gives for an absent one. */
  async function isThere(sent: EntryOf<'xmpp-cr-sent'>): Promise<boolean> {
    const ping = await write(
      {
        label: 'ping, to see whose answer that was',
        ...{ to: sent.to, from: sent.from, authorised: false },
        payload: [xml('ping', { xmlns: 'urn:xmpp:ping' })],
      },
      { isProbe: true },
    )
    const outcome = await ping.outcome
    return outcome.type === 'xmpp-cr-answered' && outcome.answeredBy === 'device'
  }

  async function write(request: XmppRequestOptions, { isProbe }: { isProbe: boolean }): Promise<PendingXmppRequest> {
    const { label, to, from, authorised, form = 'iq get', payload } = request
    const id = `connreq-${++requests}-${Math.floor(clock.wallTime().getTime()).toString(36)}`
    const stanza = requestStanza({
      ...{ form, id, from, to },
      payload: 'username' in payload ? [connectionRequestElement(payload)] : payload,
    })
    const component = componentOf(from)
    component.assertOpen()
    const raw = bodyOf(Buffer.from(stanza.toString()))
    const sent = timeline.add({ type: 'xmpp-cr-sent', request: requests, label, id, from, to, form, authorised, raw })
    const stop = new AbortController()
    const outcome = new Promise<XmppOutcome>((resolve, reject) => {
      waiting.set(id, {
        sent,
        answers: 0,
        isProbe,
        answered: () => stop.abort(noLongerAwaited),
        first: resolve,
        lost: error => {
          stop.abort(noLongerAwaited)
          reject(error)
        },
      })
      const waitedMs = request.answerTimeoutMs ?? answerWaitMs
      clock.sleep(waitedMs, AbortSignal.any([stop.signal, disposed.signal])).then(
        () =>
          resolve(timeline.add({ type: 'xmpp-cr-unanswered', request: sent.request, id, waitedMs, reason: 'timeout' })),
        error => error !== noLongerAwaited && reject(error as Error),
      )
    })
    outcome.catch(() => undefined)
    try {
      await component.send(stanza)
    } catch (error) {
      waiting.get(id)?.lost(error as Error)
      throw error
    }
    return { sent, outcome }
  }

  return {
    send: request => write(request, { isProbe: false }),
    join,
    [Symbol.asyncDispose]: dispose,
  }
}
