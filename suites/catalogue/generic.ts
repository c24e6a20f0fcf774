import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CR-GEN: what holds for every Connection Request, by whichever transport it comes. */
export const genericRequirements: readonly Requirement[] = [
  {
    id: 'CR-GEN-01',
    clause: '3.2.2 (intro)',
    level: 'MUST',
    who: 'CPE',
    since: 'TR-069 (2004)',
    sentence: 'The device can be asked by the ACS to call: it listens for HTTP Connection Requests and answers them.',
    alternatives:
      'Behind a NAT the listener may be out of reach, leaving UDP or XMPP; HTTP may also be switched off by an administrator (CR-HTTP-22).',
    basis: 'text + recollection 95%',
  },
  {
    id: 'CR-GEN-02',
    clause: '3.2.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'Who presents the right credentials is heard, wherever the request comes from.',
    alternatives:
      'None; address filters are common in the field and still a breach. Over XMPP the list of allowed senders is a filter the standard does provide (CR-XMPP-17).',
    basis: 'text',
  },
  {
    id: 'CR-GEN-03',
    clause: '3.2.2.1',
    level: 'SHOULD',
    who: 'CPE',
    since: 'A1',
    sentence: 'To blunt floods, the device accepts only so many Connection Requests in a given time.',
    alternatives:
      'The number and the time are the vendor’s choice, and a limit that no test reaches is as good as any.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-04',
    clause: '3.2.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Once it has answered with success while no session was running, the device starts to call its ACS in at most 30 s.',
    alternatives:
      'Trying is enough: a TCP or TLS opening within the time satisfies it, and the seconds count from the answer rather than from the request.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-05',
    clause: '3.2.2.1 / 3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'The Inform of a session that was asked for names "6 CONNECTION REQUEST" among its events.',
    alternatives: 'Further events may stand beside it, in any order.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-06',
    clause: '3.2.2 / 3.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'The device calls the ACS it is configured for and takes no address to call from the request itself.',
    alternatives: 'Redirects which that ACS gives during the session are followed as usual.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-07',
    clause: '3.2.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'An ACS that repeats itself while the device is about to call gets success for each repetition.',
    alternatives:
      'A 503 by the rate limit is legitimate; and a device that counts the setting up of the session as part of it may follow the rule for requests in a session (CR-GEN-12).',
    basis: 'text',
  },
  {
    id: 'CR-GEN-08',
    clause: '3.2.2.1',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Requests repeated ahead of the session are all served by that one session; the device does not call again on their account.',
    alternatives:
      'Sessions with other causes do not count. A request that reached the device when it took itself to be in session already may earn one further session.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-09',
    clause: '3.2.2.1',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A1',
    sentence: 'A running session goes on to its regular end although a Connection Request arrives in the middle of it.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CR-GEN-10',
    clause: '3.2.2.1 / 3.2.2.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'In a session the device either turns every Connection Request away, or says yes and calls once more afterwards, with event 6 and a single time for all of them.',
    alternatives:
      'Either way conforms, and a device may change between them. Over UDP, turning away means keeping silent. When a rate limit mixes the two, one accepted request is enough to make the later session due.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-11',
    clause: '3.2.2.1 / 3.2.2.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'A session promised during another one begins as soon as that one is over and what it changed has taken effect.',
    alternatives: 'No number of seconds is given, and putting changes into effect can take long.',
    basis: 'text',
    warningAtMost: 'The standard asks for promptness without naming a time, so lateness alone is not a failure.',
  },
  {
    id: 'CR-GEN-12',
    clause: '3.2.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'From the moment the device regards itself as in a session, the setting up included, it treats Connection Requests by the rule for sessions.',
    alternatives:
      'A device that does not see itself in a session yet follows CR-GEN-07 and CR-GEN-08, and may let the Inform serve the request as long as that has not been sent.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-13',
    clause: '3.2.2.1',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Apart from its rate limit and a session in progress, nothing makes the device refuse a request with valid credentials.',
    alternatives: 'Over HTTP the one permitted refusal is 503.',
    basis: 'text',
  },
  {
    id: 'CR-GEN-14',
    clause: '3.2.2.1',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A1',
    sentence: 'Having turned a request down, the device does not call because of it.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CR-GEN-15',
    clause: '3.2.2.1',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A1',
    sentence: 'Without valid credentials nobody can make the device call.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CR-GEN-16',
    clause: '3.2.2.1',
    level: 'MAY',
    who: 'ACS',
    since: 'A1',
    sentence: 'An ACS that got a yes but no session for 30 s or more is free to ask once more.',
    alternatives: 'Asking again sooner is the situation of CR-GEN-07.',
    basis: 'text',
    untested: {
      kind: 'harness-duty',
      reason:
        'It is a freedom of the ACS: the harness itself waits at least 30 s after a success before it asks again.',
    },
  },
  {
    id: 'CR-GEN-17',
    clause: '3.2.2 / data model',
    level: 'MUST',
    who: 'CPE',
    since: 'A2 (UDP), A5 (XMPP)',
    sentence: 'One username and one password, those for Connection Requests, open every transport the device offers.',
    alternatives: '',
    basis: 'data model / XSD + implementations + recollection 95%',
  },
  {
    id: 'CR-GEN-18',
    clause: '3.2.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A4/A5 (Annex J)',
    sentence:
      'A proxy for other devices keeps the rules for each CWMP endpoint on its own, and says 503 for one that is offline at the moment.',
    alternatives: '',
    basis: 'text + recollection 75%',
    untested: {
      kind: 'not-observable',
      reason:
        'A device that proxies nothing has a single endpoint. It would take a proxier with at least two virtual devices, one of which can be taken offline.',
    },
  },
  {
    id: 'CR-GEN-19',
    clause: 'TR-181 ManagementServer.SupportedConnReqMethods',
    level: 'MUST',
    who: 'CPE',
    since: 'A5 data models (TR-181 2.7)',
    sentence:
      'Where the device publishes the list of its Connection Request methods, each entry works and HTTP is one of them.',
    alternatives: 'Without that parameter, STUN and XMPP parameters in the data model tell what is there.',
    basis: 'data model / XSD',
  },
  {
    id: 'CR-GEN-20',
    clause: 'TR-181 ManagementServer.EnableCWMP',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'TR-181 2.0',
    sentence: 'With CWMP switched off the device neither informs the ACS nor takes Connection Requests.',
    alternatives: '',
    basis: 'data model / XSD',
    untested: {
      kind: 'not-observable',
      reason:
        'Once CWMP is off, nothing an ACS can send switches it on again. It would take a way into the device from its LAN side, or a factory reset.',
    },
  },
]
