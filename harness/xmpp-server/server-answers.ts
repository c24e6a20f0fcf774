import { answerTo, stanzaError } from './stanza-error.ts'
import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, childElements, xmlElement } from './xml/xml-element.ts'

type Answer = (iq: XmlElement, query: XmlElement) => XmlElement

const emptyResult: Answer = iq => answerTo(iq, 'result')
const emptyQuery: Answer = (iq, query) => answerTo(iq, 'result', [xmlElement('query', query.namespace)])

const identities = {
  server: { category: 'server', type: 'im', name: 'ConnReq' },
  account: { category: 'account', type: 'registered', name: undefined },
}

const features = [namespaces.discoInfo, namespaces.discoItems, namespaces.ping, namespaces.roster]

const discoInfo =
  (of: keyof typeof identities): Answer =>
  iq =>
    answerTo(iq, 'result', [
      xmlElement('query', namespaces.discoInfo, {}, [
        xmlElement('identity', namespaces.discoInfo, identities[of]),
        ...features.map(feature => xmlElement('feature', namespaces.discoInfo, { var: feature })),
      ]),
    ])

/** By type, name and namespace of what is asked. */
const answers: Record<string, Answer> = {
  [`get query ${namespaces.roster}`]: emptyQuery,
  [`get query ${namespaces.discoItems}`]: emptyQuery,
  [`get ping ${namespaces.ping}`]: emptyResult,
  [`set session ${namespaces.session}`]: emptyResult,
}

/**
 * What the server says to an iq of type get or set to itself or, for an account, to its bare JID.
 * RFC 6120 8.2.3, RFC 6121 2.1.3, XEP-0030, XEP-0199, RFC 3921 3
 */
export function answerForServer(iq: XmlElement, of: 'server' | 'account'): XmlElement {
  const { id, type } = iq.attributes
  const [query, ...more] = childElements(iq)
  if (id === undefined || query === undefined || more.length > 0 || (type !== 'get' && type !== 'set'))
    return stanzaError(iq, 'bad-request')
  const asked = `${type} ${query.name} ${query.namespace}`
  const answer = asked === `get query ${namespaces.discoInfo}` ? discoInfo(of) : answers[asked]
  return answer === undefined ? stanzaError(iq, 'service-unavailable') : answer(iq, query)
}
