import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CW-SES: how a session runs, from the Inform to its end. */
export const sessionRequirements: readonly Requirement[] = [
  {
    id: 'CW-SES-01',
    clause: '3.7 / 3.4.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'Sessions follow one another and never overlap, and the first thing said in each is the Inform.',
    alternatives: 'A session found dead may be abandoned and a new one begun.',
    basis: 'text',
  },
  {
    id: 'CW-SES-02',
    clause: '3.7.1.3',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'When it has neither a request of its own nor an answer to give, the device posts nothing but an empty body, and having done so while it was free to ask, asks nothing more in this session.',
    alternatives: 'Requests that were on hold while it posted the empty body may still follow.',
    basis: 'text',
    untested: {
      kind: 'not-yet',
      reason:
        'It shows only in a session in which the device has requests of its own, for instance after a Download; no scenario brings that about yet.',
    },
  },
  {
    id: 'CW-SES-03',
    clause: '3.7.1.4',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'An empty answer of the ACS ends the session, provided the device has posted an empty body and nothing is outstanding on either side.',
    alternatives: 'The TCP connection may be kept for later.',
    basis: 'text',
  },
  {
    id: 'CW-SES-04',
    clause: '3.7.1.4',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'The device bears with a slow ACS for 30 s at the least before it takes the session for lost.',
    alternatives: 'Any longer time.',
    basis: 'recollection 85%',
  },
  {
    id: 'CW-SES-05',
    clause: '3.4.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A1; RFC 6265 from A4/A5',
    sentence:
      'Once the ACS has set a cookie, the device shows it with each further request of this session, whichever connection that takes.',
    alternatives:
      'Cookies in the older style of RFC 2965 belong to older amendments; keeping them for the next session is not expected.',
    basis: 'text',
  },
  {
    id: 'CW-SES-06',
    clause: '3.4.6',
    level: 'MUST',
    who: 'both',
    since: 'A1',
    sentence:
      'The device posts only after the answer to its last post has come, and an ACS with nothing to say answers 204.',
    alternatives: 'An empty 200 should be tolerated too.',
    basis: 'text',
  },
  {
    id: 'CW-SES-07',
    clause: '3.4.4',
    level: 'MUST',
    who: 'both',
    since: 'A1',
    sentence:
      'Challenged by the ACS, the device proves who it is by Digest or Basic with its ManagementServer username and password; without TLS the ACS asks for Digest.',
    alternatives:
      'The device may send its credentials unasked. Being challenged does not make the session a failed one.',
    basis: 'text + recollection 90%',
  },
  {
    id: 'CW-SES-08',
    clause: '3.4.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'A post with an envelope has a SOAPAction header without a value; a post with no content has neither that header nor a Content-Type.',
    alternatives: '',
    basis: 'text',
    warningAtMost: 'Headers beyond or short of the rule do not keep a session from working.',
  },
  {
    id: 'CW-SES-09',
    clause: '3.4.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Redirected by 302 or 307, as many as five times running, the device posts to the new address, and goes back to its configured URL for the next session.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CW-SES-10',
    clause: '3.5 Table 4 / 3.7.1.3',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'While the ACS holds requests, the device keeps its own back and posts only answers or nothing.',
    alternatives: 'An answer without an envelope lifts the hold.',
    basis: 'data model / XSD + text',
  },
  {
    id: 'CW-SES-11',
    clause: '3.7.1.4 / 3.7.1.6',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Fault 8005 has the device repeat its request; any other fault in place of the InformResponse makes the session a failed one; a fault to a later request leaves it running.',
    alternatives: 'How often 8005 is obeyed in a row is not stated.',
    basis: 'text',
  },
]
