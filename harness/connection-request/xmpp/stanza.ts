import { type Element, xml } from './xmpp-component.ts'
import type { EntryOf } from '../../timeline/entry.ts'

/** The namespace of cwmp-xmppConnReq-1-0.xsd; its children are qualified by it. */
export const connectionRequestNamespace = 'urn:broadband-forum-org:cwmp:xmppConnReq-1-0'

/** The namespace of the defined error conditions. RFC 6120 8.3.3 */
const stanzaErrorNamespace = 'urn:ietf:params:xml:ns:xmpp-stanzas'

export type RequestForm = EntryOf<'xmpp-cr-sent'>['form']

interface Credentials {
  username: string
  password: string
}

/** The element that asks for a session: username, then password, without white space between. Annex K */
export const connectionRequestElement = ({ username, password }: Credentials): Element =>
  xml(
    'connectionRequest',
    { xmlns: connectionRequestNamespace },
    xml('username', {}, username),
    xml('password', {}, password),
  )

/** A stanza to the device. The right form of a Connection Request is `iq get`. */
export function requestStanza(options: {
  form: RequestForm
  id: string
  from: string
  to: string
  payload: readonly Element[]
}): Element {
  const { form, payload, ...addresses } = options
  const [name = 'iq', type] = form.split(' ')
  return xml(name, { ...(type === undefined ? {} : { type }), ...addresses }, ...payload)
}

/** The defined condition of an error stanza: the one child of `error` that is no `text`. RFC 6120 8.3.2 */
export function conditionOf(stanza: Element): { condition: string; conditionDefined: boolean; errorType?: string } {
  const error = stanza.getChild('error')
  const children = error?.getChildElements() ?? []
  const condition =
    children.find(child => child.getNS() === stanzaErrorNamespace && child.getName() !== 'text') ??
    children.find(child => child.getName() !== 'text')
  const errorType = error?.attrs['type']
  return {
    condition: condition?.getName() ?? '',
    conditionDefined:
      condition !== undefined &&
      condition.getNS() === stanzaErrorNamespace &&
      definedConditions.has(condition.getName()),
    ...(errorType === undefined ? {} : { errorType }),
  }
}

/** RFC 6120 8.3.3 */
const definedConditions = new Set([
  'bad-request',
  'conflict',
  'feature-not-implemented',
  'forbidden',
  'gone',
  'internal-server-error',
  'item-not-found',
  'jid-malformed',
  'not-acceptable',
  'not-allowed',
  'not-authorized',
  'policy-violation',
  'recipient-unavailable',
  'redirect',
  'registration-required',
  'remote-server-not-found',
  'remote-server-timeout',
  'resource-constraint',
  'service-unavailable',
  'subscription-required',
  'undefined-condition',
  'unexpected-request',
])
