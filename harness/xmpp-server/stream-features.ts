import type { SaslMechanism, StreamPolicy } from './stream-policy.ts'
import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, xmlElement } from './xml/xml-element.ts'

/** How far a stream has come. */
export interface StreamProgress {
  tls: boolean
  authenticated: boolean
}

/** What is offered at this point of a client's stream. RFC 6120 4.3.2 */
export function writeFeatures(policy: StreamPolicy, progress: StreamProgress): XmlElement {
  const features = { ...xmlElement('features', namespaces.streams), prefix: 'stream' }
  features.children = progress.authenticated
    ? [
        xmlElement('bind', namespaces.bind),
        xmlElement('session', namespaces.session, {}, [xmlElement('optional', namespaces.session)]),
      ]
    : negotiationFeatures(policy, progress)
  return features
}

function negotiationFeatures(policy: StreamPolicy, progress: StreamProgress): XmlElement[] {
  const features: XmlElement[] = []
  if (!progress.tls && policy.startTls !== 'none') {
    const required = policy.startTls === 'required' ? [xmlElement('required', namespaces.tls)] : []
    features.push(xmlElement('starttls', namespaces.tls, {}, required))
  }
  const mechanisms = mechanismsOffered(policy, progress)
  if (mechanisms.length > 0) {
    const named = mechanisms.map(mechanism => xmlElement('mechanism', namespaces.sasl, {}, [mechanism]))
    features.push(xmlElement('mechanisms', namespaces.sasl, {}, named))
  }
  return features
}

/** None as long as TLS is required and not there. RFC 6120 5.3.1, 13.8 */
export function mechanismsOffered(policy: StreamPolicy, { tls }: { tls: boolean }): readonly SaslMechanism[] {
  if (tls) return policy.mechanisms
  if (policy.startTls === 'required') return []
  return policy.mechanisms.filter(mechanism => mechanism !== 'PLAIN' || policy.plainInClear)
}
