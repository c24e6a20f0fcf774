import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CR-UDP-01 to 19: the STUN client that Annex G asks for, and what it sends. */
export const udpStunRequirements: readonly Requirement[] = [
  {
    id: 'CR-UDP-01',
    clause: 'G.1 (note)',
    level: 'INFO',
    who: 'both',
    since: 'note since A4',
    sentence:
      'Annex G speaks the first STUN, that of RFC 3489; its successor made the mechanism obsolete, and IPv6 has no use for it.',
    alternatives:
      'A transaction id may begin with the cookie of the newer STUN; the server returns all 16 bytes as they came.',
    basis: 'text',
    untested: { kind: 'information', reason: 'It says which STUN is meant and asks nothing of the device by itself.' },
  },
  {
    id: 'CR-UDP-02',
    clause: 'G.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A2 (TR-111 2005)',
    sentence:
      'A device reachable by UDP finds out under which public address it listens and how long that lasts, keeps it alive, tells of changes, and heeds what arrives there.',
    alternatives: 'Devices that do not claim the UDP mechanism are exempt.',
    basis: 'text',
  },
  {
    id: 'CR-UDP-03',
    clause: 'G.2 / profile UDPConnReq:1',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Claiming UDPConnReq:1 means having all its parameters: the read-only UDPConnectionRequestAddress and NATDetected, and the writable STUN switch, server, port, credentials and keep-alive periods.',
    alternatives: 'UDPConnectionRequestAddressNotificationLimit belongs to TR-098 and TR-106 only, not to Device:2.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-04',
    clause: 'data model STUNServerAddress',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Once STUN is enabled the device sends its Binding Requests to the configured server and port, or to the host of its ACS where no server is named.',
    alternatives: 'When it begins is not laid down; it may wait for the session to end and the change to take effect.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-05',
    clause: 'data model STUNServerPort',
    level: 'SHOULD',
    who: 'CPE',
    since: 'A2',
    sentence: 'Until somebody sets it, STUNServerPort reads 3478.',
    alternatives: 'What the ACS provisioned takes its place.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-06',
    clause: 'data model STUNEnable/NATDetected/UDPConnectionRequestAddress',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Turning STUN off ends the Binding Requests, sets NATDetected to false and makes UDPConnectionRequestAddress show where in its own network the device listens.',
    alternatives:
      'That it keeps listening is only implied, and many devices close the socket: for that part a warning is enough.',
    basis: 'data model / XSD + inference',
  },
  {
    id: 'CR-UDP-07',
    clause: 'G.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'The device explores its binding through the same socket, address and port, at which it expects UDP Connection Requests.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CR-UDP-08',
    clause: 'G.2.1.3',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'The attribute CONNECTION-REQUEST-BINDING marks all Binding Requests of the primary port and none of another port.',
    alternatives: 'A retransmission is the same request.',
    basis: 'text',
  },
  {
    id: 'CR-UDP-09',
    clause: 'G.2.1.3 (Table)',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'CONNECTION-REQUEST-BINDING is attribute 0xC001 with the 20 bytes of "dslforum.org/TR-111 ", one space at the end included.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CR-UDP-10',
    clause: 'G.2.1.3 (Table)',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence: 'BINDING-CHANGE is the empty attribute 0xC002 and never travels without CONNECTION-REQUEST-BINDING.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CR-UDP-11',
    clause: 'G.2.1.3',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'A binding newly learnt, whether the first or another one, is reported at once by a Binding Request with BINDING-CHANGE from the primary port.',
    alternatives: 'A device may set the attribute from its first request on. No number stands for "at once".',
    basis: 'text',
  },
  {
    id: 'CR-UDP-12',
    clause: 'G.2.1.3 / RFC 3489 9.3',
    level: 'SHOULD',
    who: 'CPE',
    since: 'A2',
    sentence:
      'The device repeats the report of a changed binding, at the pace of RFC 3489, as long as no response comes.',
    alternatives: 'The pace itself is a recommendation too.',
    basis: 'text + recollection 60%',
  },
  {
    id: 'CR-UDP-13',
    clause: 'RFC 3489 9.3',
    level: 'SHOULD',
    who: 'CPE',
    since: 'A2',
    sentence:
      'With no response, a Binding Request goes out nine times over 7.9 s, first at doubling gaps from 100 ms and then every 1.6 s, and is given up 9.5 s after its start.',
    alternatives: 'Newer implementations keep the timing of RFC 5389.',
    basis: 'text',
  },
  {
    id: 'CR-UDP-14',
    clause: 'G.2.1.3',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'A device with a STUN username gives it in the Binding Requests of its primary port, for the server to recognise it by.',
    alternatives:
      'The data model reads as if the username were due only after the server has asked for message integrity; both are accepted.',
    basis: 'data model / XSD + implementations + recollection 75%',
    warningAtMost:
      'Annex G and the data model disagree on when the username is due, so leaving it out until asked is not a failure.',
  },
  {
    id: 'CR-UDP-15',
    clause: 'RFC 3489 11.2.6 / G.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence: 'The USERNAME attribute is filled up at its end to a whole number of four-byte words.',
    alternatives: 'With spaces or with zero bytes: both are seen.',
    basis: 'text + recollection 50%',
  },
  {
    id: 'CR-UDP-16',
    clause: 'G.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'When the STUN server objects with 401, a device that has STUN credentials asks again, this time with USERNAME and MESSAGE-INTEGRITY.',
    alternatives: 'It may use a new transaction id; the mark of the primary port stays.',
    basis: 'text',
  },
  {
    id: 'CR-UDP-17',
    clause: 'RFC 3489 11.2.8',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'MESSAGE-INTEGRITY closes the message with the HMAC-SHA1, keyed by the STUN password, of all that precedes it, filled up with zeros to whole blocks of 64 bytes.',
    alternatives:
      'Many leave the filling out, and the length in the header may or may not count the attribute: only a value no variant explains is wrong.',
    basis: 'data model / XSD + text',
  },
  {
    id: 'CR-UDP-18',
    clause: 'data model STUNUsername',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A2',
    sentence: 'Without a STUN username the device leaves message integrity out.',
    alternatives: 'Challenged, it may fall silent or go on without.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-19',
    clause: 'G.2.1.1',
    level: 'INFO',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Of STUN the device may leave out shared secrets and everything about changed, source and reflected addresses.',
    alternatives: 'Having them does no harm.',
    basis: 'text',
    untested: { kind: 'information', reason: 'It lists what is not required; neither presence nor absence is wrong.' },
  },
]
