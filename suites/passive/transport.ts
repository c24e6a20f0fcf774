/** What carries a Connection Request. */
export type Transport = 'http' | 'udp' | 'xmpp'
