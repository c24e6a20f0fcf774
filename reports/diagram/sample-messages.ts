import type { NewEntry } from '../../harness/timeline/entry.ts'

/** Single entries for tests of the diagrams. */

const device = { address: '192.0.2.77', port: 30005 }
const server = { address: '192.0.2.10', port: 3478 }
const nothing = { text: '', length: 0 }

export const bindingRequest = (...attributes: string[]): NewEntry => ({
  type: 'stun-received',
  from: device,
  to: server,
  message: {
    code: 1,
    name: 'Binding Request',
    transaction: '0'.repeat(32),
    magicCookie: false,
    attributes: ['CONNECTION-REQUEST-BINDING', ...attributes].map(name => ({ code: 0xc001, name, length: 0, hex: '' })),
  },
  raw: nothing,
  problems: [],
  ofDeviceUnderTest: true,
})

export const bindingResponse = (answers: number): NewEntry => ({
  type: 'stun-sent',
  to: device,
  answers,
  message: { code: 0x101, name: 'Binding Response', transaction: '0'.repeat(32), magicCookie: false, attributes: [] },
  raw: nothing,
})

export const udpRequest = (request: number, copy = 1, copies = 1, label = 'ordinary UDP request'): NewEntry => ({
  type: 'udp-cr-sent',
  request,
  label,
  copy,
  copies,
  authorised: true,
  from: server,
  to: device,
  raw: nothing,
})

export const httpUnanswered = (request: number, reason: 'refused' | 'timeout'): NewEntry => ({
  type: 'http-cr-unanswered',
  request,
  connection: 100 + request,
  reason,
  detail: reason === 'refused' ? 'ECONNREFUSED' : 'within 30 s',
})

export const xmppRequest = (request: number, label = 'ordinary XMPP request'): NewEntry => ({
  type: 'xmpp-cr-sent',
  request,
  label,
  id: `cr-${request}`,
  from: 'acs@example.test/acs',
  to: 'cpe@example.test/connreq',
  form: 'iq get',
  authorised: true,
  raw: nothing,
})

export const xmppAnswer = (request: number, sentAt: number, receivedAt: number): NewEntry => ({
  type: 'xmpp-cr-answered',
  request,
  id: `cr-${request}`,
  kind: 'result',
  content: [],
  answeredBy: 'device',
  nth: 1,
  sentAt,
  receivedAt,
  raw: nothing,
})

/** A stanza on the device's stream, in or out. */
export const stanza = (
  type: 'xmpp-received' | 'xmpp-sent',
  stanzaType: string,
  id: string,
  text: string,
): NewEntry => ({
  type,
  connection: 7,
  tls: true,
  what: 'stanza',
  name: 'iq',
  stanzaType,
  id,
  raw: { text, length: text.length },
})

export const rpcSent = (session: number, id: string, method: string): NewEntry => ({
  type: 'rpc-sent',
  session,
  exchange: 1000,
  id,
  method,
  summary: method,
})

export const rpcAnswered = (session: number, id: string, method: string): NewEntry => ({
  type: 'rpc-answered',
  session,
  exchange: 1000,
  id,
  method,
  problems: [],
})
