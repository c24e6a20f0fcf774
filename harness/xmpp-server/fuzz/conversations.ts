const header = (attributes: string) =>
  `<?xml version='1.0'?><stream:stream ${attributes} xmlns:stream='http://etherx.jabber.org/streams'>`
const clientHeader = header("xmlns='jabber:client' to='xmpp.test' version='1.0' xml:lang='en'")
const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'
const base64 = (text: string) => Buffer.from(text).toString('base64')
const plain = `<auth xmlns='${sasl}' mechanism='PLAIN'>${base64('\0cpe\0pencil case')}</auth>`
const bind =
  "<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>box ü</resource></bind></iq>"

/** What clients of several makes send when all goes well, with the account and domains of the fuzzed server. */
export const conversations: readonly string[] = [
  [
    clientHeader,
    plain,
    clientHeader,
    bind,
    "<iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
    "<presence><show>chat</show><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:x' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
    "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>\n \n",
    "<iq type='result' id='cr1' to='acs@acs.xmpp.test/1' from='cpe@xmpp.test/box ü'/>",
    "<iq type='error' id='cr2' to='acs@acs.xmpp.test'><connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>u&amp;&#x26;&lt;</username><password>p🙂ä</password></connectionRequest><error type='cancel' code='503'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    '</stream:stream>',
  ].join(''),
  [
    "<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams' xmlns:x='urn:x' to=\"XMPP.test\" version=\"1.0\" >\n",
    plain,
    clientHeader,
    bind,
    "<message to='cpe@xmpp.test' x:a='1' type='chat'><body>a &gt; b ]] <![CDATA[<raw> & ]]></body><x:y xmlns:z='urn:z' z:q='2'><z:z/></x:y></message>",
    "<iq type='get' id='i' to='xmpp.test'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    "<iq type='get' id='p' to='cpe@xmpp.test/box ü'><ping xmlns='urn:xmpp:ping'/></iq></s:stream>",
  ].join(''),
  [
    clientHeader,
    `<auth xmlns='${sasl}' mechanism='SCRAM-SHA-1'>${base64('n,,n=cpe,r=fyko+d2lbbFgONRv9qkxdawL')}</auth>`,
    `<response xmlns='${sasl}'>${base64('c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfc,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=')}</response>`,
    `<abort xmlns='${sasl}'/>`,
    `<auth xmlns='${sasl}' mechanism='SCRAM-SHA-256'/>`,
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
  ].join(''),
  [
    header("xmlns='jabber:component:accept' to='acs.xmpp.test'"),
    '<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>',
    "<iq type='get' id='1' from='acs@acs.xmpp.test/1' to='cpe@xmpp.test/box'><connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>u</username><password>p</password></connectionRequest></iq>",
    "<message from='acs.xmpp.test' to='cpe@xmpp.test'><body/></message></stream:stream>",
  ].join(''),
]
