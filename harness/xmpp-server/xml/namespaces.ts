/** Namespace names of RFC 6120, RFC 6121 and of the extensions the server knows. */
export const namespaces = {
  client: 'jabber:client',
  component: 'jabber:component:accept',
  streams: 'http://etherx.jabber.org/streams',
  streamErrors: 'urn:ietf:params:xml:ns:xmpp-streams',
  stanzaErrors: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  tls: 'urn:ietf:params:xml:ns:xmpp-tls',
  sasl: 'urn:ietf:params:xml:ns:xmpp-sasl',
  bind: 'urn:ietf:params:xml:ns:xmpp-bind',
  session: 'urn:ietf:params:xml:ns:xmpp-session',
  roster: 'jabber:iq:roster',
  ping: 'urn:xmpp:ping',
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
} as const

/** The namespaces that stanzas themselves are in: which one depends on who the stream is for. */
export type ContentNamespace = typeof namespaces.client | typeof namespaces.component

export const isContentNamespace = (namespace: string): namespace is ContentNamespace =>
  namespace === namespaces.client || namespace === namespaces.component
