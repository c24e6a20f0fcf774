import type { EntryOf, NewEntry } from '../harness/timeline/entry.ts'
import { readMark, setMark } from './xmpp/connection-settings.ts'
import { type Happening, mark, type Moment } from './written-timeline.ts'

/** The device's account in written timelines. */
export const account = { username: 'cpe', domain: 'xmpp.example', resource: 'connreq' }

export interface WrittenStream {
  /** When the connection came. */
  at: number
  connection?: number
  for?: EntryOf<'xmpp-connection-accepted'>['for']
  /** The address it came from. */
  from?: string
  /** The `to` of its headers; `null` for headers without. */
  to?: string | null
  /** `failed`: asked for, and the handshake did not come off. */
  tls?: boolean | 'failed'
  /** `null` where it came to no authentication. */
  username?: string | null
  mechanism?: string
  /** The SASL error it got. */
  refused?: string
  /** The stream error it got from the server, instead of going on after its header. */
  violation?: string
  /** `null` where no resource was bound. */
  jid?: string | null
  /** How long after its connection the stream ended. */
  endedAfterMs?: number
  how?: EntryOf<'xmpp-stream-ended'>['how']
}

/** A connection of the device to the XMPP server, from TCP to the bound resource, as far as it came. */
export const xmppStream =
  (options: WrittenStream): Happening =>
  next => {
    const { at, connection = 500 + next('connection') } = options
    const stream = `stream-${connection}`
    const { mechanism = 'SCRAM-SHA-1', tls = true } = options
    const username = options.username === undefined ? account.username : options.username
    const ends = options.refused !== undefined || tls === 'failed'
    const jid = options.jid === undefined ? `${account.username}@${account.domain}/${account.resource}` : options.jid
    const secured = tls === true
    const here = (entry: NewEntry): Moment => ({ at, entry })
    const peer = { address: options.from ?? '192.0.2.2', port: 40_000 }
    const accepted: NewEntry = {
      type: 'xmpp-connection-accepted',
      ...{ connection, for: options.for ?? 'clients', from: peer, to: { address: '192.0.2.1', port: 5222 } },
      handling: 'served',
    }
    const to = options.to === undefined ? account.domain : options.to
    const header = (underTls: boolean, restartAfter?: 'tls' | 'sasl'): Moment =>
      here({
        type: 'xmpp-stream-opened',
        ...{ connection, stream, tls: underTls, version: '1.0' },
        ...(to === null ? {} : { to }),
        ...(restartAfter === undefined ? {} : { restartAfter }),
      })
    const received = (name: string, namespace: string, underTls: boolean): Moment =>
      here({
        type: 'xmpp-received',
        ...{ connection, stream, tls: underTls, what: 'nonza', name, namespace, raw: { text: '', length: 0 } },
      })
    const end: Moment[] =
      options.endedAfterMs === undefined
        ? []
        : [
            {
              at: at + options.endedAfterMs,
              entry: { type: 'xmpp-stream-ended', connection, stream, how: options.how ?? 'closed-by-peer' },
            },
          ]
    if (options.violation !== undefined)
      return [
        here(accepted),
        header(false),
        here({ type: 'xmpp-stream-error', connection, stream, by: 'server', condition: options.violation }),
        here({ type: 'xmpp-stream-ended', connection, stream, how: 'stream-error' }),
      ]
    return [
      ...[here(accepted), header(false)],
      ...(tls === false ? [] : [received('starttls', 'urn:ietf:params:xml:ns:xmpp-tls', false)]),
      ...(tls === 'failed' ? [here({ type: 'xmpp-tls-failed', connection, reason: 'unknown ca' })] : []),
      ...(secured
        ? [
            here({ type: 'xmpp-tls-established', connection, how: 'starttls', protocol: 'TLSv1.3' }),
            header(true, 'tls'),
          ]
        : []),
      ...(username === null || tls === 'failed'
        ? []
        : [
            received('auth', 'urn:ietf:params:xml:ns:xmpp-sasl', secured),
            here({
              type: 'xmpp-authenticated',
              ...{ connection, mechanism, username, ok: options.refused === undefined, tls: secured },
              ...(options.refused === undefined ? {} : { condition: options.refused }),
            }),
          ]),
      ...(username === null || ends || jid === null
        ? []
        : [header(secured, 'sasl'), here({ type: 'xmpp-bound', connection, stream, username, jid, tls: secured })]),
      ...end,
    ]
  }

/** What was read of the XMPP parameters. */
export const xmppReading = (when: string, at: number, values: Record<string, string>): Happening =>
  mark(readMark, at, { when, values })

/** What came of setting XMPP parameters. */
export const xmppSetting = (
  what: string,
  at: number,
  outcome: { status?: number; fault?: string } = { status: 0 },
): Happening => mark(setMark, at, { what, values: {}, ...outcome })
