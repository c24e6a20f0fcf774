import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CR-UDP-20 to 30: how the device keeps its binding open, and how it announces the address. */
export const udpBindingRequirements: readonly Requirement[] = [
  {
    id: 'CR-UDP-20',
    clause: 'data model STUNMaximumKeepAlivePeriod',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'The primary port is never silent for longer than STUNMaximumKeepAlivePeriod allows, -1 allowing any silence.',
    alternatives: 'A device may refuse periods that are too small for it (fault 9007).',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-21',
    clause: 'data model STUNMinimumKeepAlivePeriod',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Between two keep-alives the device lets at least STUNMinimumKeepAlivePeriod pass, retransmissions and reports of a change aside.',
    alternatives:
      'Presumably exempt as well: repeating a request that was answered 401, and starting after STUN was switched on.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-22',
    clause: 'G.2.1.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence: 'Two equal keep-alive limits fix the period, and the device has nothing left to discover.',
    alternatives: '',
    basis: 'implementations + recollection 85%',
  },
  {
    id: 'CR-UDP-23',
    clause: 'G.2.1.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Between two different limits the device works out by trial how rarely it can send without losing its binding.',
    alternatives:
      'The method is free. Simply keeping to the lower limit loses nothing but discovers nothing either: a warning.',
    basis: 'text + recollection 80%',
  },
  {
    id: 'CR-UDP-24',
    clause: 'G.2.1.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'To try a binding’s lifetime the device sends from a second port, names the mapped address under trial in RESPONSE-ADDRESS, and leaves both attributes of Annex G out.',
    alternatives: 'Which binding it tries, that of the primary port or one made for the purpose, is its own affair.',
    basis: 'text + recollection 80%',
  },
  {
    id: 'CR-UDP-25',
    clause: 'G.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence: 'Given a new IP address, the device explores its binding anew.',
    alternatives: '',
    basis: 'text',
    untested: {
      kind: 'not-observable',
      reason:
        'Nothing in the lab makes a device change its own address while it is watched: that is up to its network.',
    },
  },
  {
    id: 'CR-UDP-26',
    clause: 'data model NATDetected',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'NATDetected says true just when STUN is on and the server last saw the device under an address or port other than its own.',
    alternatives: '',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-27',
    clause: 'G.2.1.1 / data model UDPConnectionRequestAddress',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'While STUN is on, UDPConnectionRequestAddress repeats the mapped address which the newest response gave for the primary port.',
    alternatives: 'Before any response it may be anything; port 80 may be left out.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-28',
    clause: 'G.2.1.3',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'The device calls about a changed UDP address or NAT state if, and only if, the notification attribute is set to active.',
    alternatives:
      'The attribute’s initial value is the vendor’s. An ACS may rely on notifications or on STUN; the device serves both.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-UDP-29',
    clause: 'data model UDPConnectionRequestAddressNotificationLimit (TR-098/TR-106)',
    level: 'MUST',
    who: 'CPE',
    since: 'A2',
    sentence:
      'Calls about the UDP address keep the distance set by its notification limit, and what was held back is told when the time is over.',
    alternatives: 'Device:2 does not have the limit.',
    basis: 'data model / XSD + recollection 80%',
  },
  {
    id: 'CR-UDP-30',
    clause: 'Inform (data model)',
    level: 'INFO',
    who: 'CPE',
    since: '-',
    sentence: 'An Inform need not carry UDPConnectionRequestAddress.',
    alternatives: 'Its absence is never a fault.',
    basis: 'data model / XSD',
    untested: {
      kind: 'information',
      reason: 'It says that something is not demanded, so that nothing can be found missing.',
    },
  },
]
