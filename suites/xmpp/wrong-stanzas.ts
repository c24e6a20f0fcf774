import { xml } from '../../harness/connection-request/xmpp/xmpp-component.ts'
import { type Bench, overXmpp } from '../../harness/bench.ts'
import type { Credentials } from '../../harness/connection-request/http/requester.ts'
import { connectionRequestElement, connectionRequestNamespace } from '../../harness/connection-request/xmpp/stanza.ts'
import type { XmppAsk } from '../../harness/xmpp-bench.ts'
import type { XmppLab } from '../../harness/xmpp-lab.ts'
import type { Suspect } from '../shared-window.ts'

/** A stanza that must not cause a session, and how to send it. */
export interface WrongStanza extends Suspect {
  kind: 'other form' | 'sender not on the list' | 'wrong credentials' | 'malformed'
  /** Which rule a session would break. */
  breaks: 'CR-XMPP-26' | 'CR-XMPP-17' | 'CR-GEN-15' | 'CR-XMPP-22'
  /** What it asks for is right but for its form: that it must not be heard is concluded, not written down. */
  concluded?: true
  /** It can be sent from a second domain only. */
  fromLookAlike?: true
}

/** Long enough for a device to have taken in a stanza that it need not answer. */
const unansweredMs = 1_000

/** Sends a stanza; a device that ended its stream over it may come back before the next one. */
async function send(bench: Bench, label: string, ask: XmppAsk): Promise<void> {
  const xmpp = overXmpp(bench)
  const since = bench.timeline.lastSeq
  await xmpp.ask(label, ask)
  if (xmpp.lab.server !== undefined && xmpp.stream() === undefined)
    await xmpp.boundAfter(since, bench.facts.timing.xmppConnectMs)
}

const otherForm = (form: NonNullable<XmppAsk['form']>): WrongStanza => ({
  label: `request in a stanza of the form ${form}`,
  kind: 'other form',
  breaks: 'CR-XMPP-26',
  send: bench => send(bench, `request in a stanza of the form ${form}`, { form, answerTimeoutMs: unansweredMs }),
})

const sender = (label: string, from: (lab: XmppLab) => string): WrongStanza => ({
  label,
  kind: 'sender not on the list',
  breaks: 'CR-XMPP-17',
  send: bench => send(bench, label, { from: from(overXmpp(bench).lab) }),
})

const credentials = (label: string, pair: (right: Credentials, lab: XmppLab) => Credentials): WrongStanza => ({
  label,
  kind: 'wrong credentials',
  breaks: 'CR-GEN-15',
  send: bench => send(bench, label, { payload: pair(bench.credentials, overXmpp(bench).lab) }),
})

const malformed = (
  label: string,
  breaks: WrongStanza['breaks'],
  ask: (right: Credentials) => XmppAsk,
  more: { concluded?: true } = {},
): WrongStanza => ({
  label,
  kind: 'malformed',
  breaks,
  ...more,
  send: bench => send(bench, label, ask(bench.credentials)),
})

const qualified = { xmlns: connectionRequestNamespace }

/**
 * A list by which `acs1` may ask with any resource and `acs2` with the first only. The sender of ordinary requests is
 * on it in both forms: a device that knows only one of them still hears the request that sets the list back.
 */
export const restrictedList = ({ senders }: XmppLab) =>
  ['acs1@', 'acs2@/resource1', 'connreq@', 'connreq@/acs'].map(entry => entry.replace('@', `@${senders}`)).join(',')

/** Harmless ones first: what is known to crash or hang devices comes last. */
export const wrongStanzas: readonly WrongStanza[] = [
  otherForm('message'),
  otherForm('iq result'),
  otherForm('iq error'),
  {
    ...sender('sender in a domain that begins like the right one', lab => `acs1@${lab.lookAlikeSenders ?? ''}/r`),
    fromLookAlike: true,
  },
  sender('sender whose name begins like a right one', lab => `acs1x@${lab.senders}/r`),
  sender('sender whose resource begins like the right one', lab => `acs2@${lab.senders}/resource1x`),
  sender('sender with another resource than the right one', lab => `acs2@${lab.senders}/resource2`),
  sender('sender of whom the list knows nothing', lab => `other@${lab.senders}/r`),
  credentials('wrong password', right => ({ ...right, password: `${right.password}x` })),
  credentials('wrong username', right => ({ ...right, username: `${right.username}x` })),
  credentials('empty password', right => ({ ...right, password: '' })),
  credentials('credentials of the XMPP account', (_, { account: { username, password } }) => ({ username, password })),
  malformed('no username', 'CR-GEN-15', ({ password }) => ({
    payload: [xml('connectionRequest', qualified, xml('password', {}, password))],
  })),
  malformed('no password', 'CR-GEN-15', ({ username }) => ({
    payload: [xml('connectionRequest', qualified, xml('username', {}, username))],
  })),
  malformed('empty connectionRequest', 'CR-GEN-15', () => ({ payload: [xml('connectionRequest', qualified)] })),
  malformed('wrong namespace', 'CR-XMPP-22', ({ username, password }) => ({
    payload: [
      xml(
        'connectionRequest',
        { xmlns: 'urn:example:connectionRequest' },
        xml('username', {}, username),
        xml('password', {}, password),
      ),
    ],
  })),
  malformed('iq of type set', 'CR-XMPP-22', () => ({ form: 'iq set' }), { concluded: true }),
  malformed(
    'another element beside connectionRequest',
    'CR-XMPP-22',
    right => ({ payload: [connectionRequestElement(right), xml('extra', { xmlns: 'urn:example:extra' })] }),
    { concluded: true },
  ),
  malformed('username of 10 kB', 'CR-GEN-15', right => ({ payload: { ...right, username: 'x'.repeat(10_000) } })),
]
