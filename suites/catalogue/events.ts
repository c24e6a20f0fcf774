import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CW-EVT: event codes, and when an event counts as delivered. */
export const eventRequirements: readonly Requirement[] = [
  {
    id: 'CW-EVT-01',
    clause: '3.7.1.5 Table 8; cwmp-1-4.xsd',
    level: 'MUST',
    who: 'CPE',
    since: 'per code',
    sentence:
      'Every event code is spelled as in the table, from "0 BOOTSTRAP" to "14 HEARTBEAT", or begins with M and a method, or with X and a vendor.',
    alternatives:
      '"14 HEARTBEAT" is legal although the schema lacks it; the earliest devices know only the first codes.',
    basis: 'data model / XSD + recollection 85%',
  },
  {
    id: 'CW-EVT-02',
    clause: '3.7.1.5 / A.3.3.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'An Inform lists all causes of its session in at most 64 entries: a numbered event once and without a CommandKey, an M event once for each cause with its key.',
    alternatives: 'Their order means nothing.',
    basis: 'data model / XSD + recollection 90%',
  },
  {
    id: 'CW-EVT-03',
    clause: '3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'An event is done with once its own response has come, for most the InformResponse and for transfers and the like that of their method; until then it stays due.',
    alternatives: 'Events that are not retried, "6 CONNECTION REQUEST" above all, may go missing (CW-EVT-04).',
    basis: 'implementations + recollection 90%',
  },
  {
    id: 'CW-EVT-04',
    clause: '3.7.1.5',
    level: 'MUST NOT',
    who: 'CPE',
    since: 'A1',
    sentence:
      'When a session that was asked for fails, the attempts that follow do not name "6 CONNECTION REQUEST" any more.',
    alternatives:
      'With no other event left, the device may try again without events or not at all. A Connection Request received in between brings the event anew.',
    basis: 'text',
  },
  {
    id: 'CW-EVT-05',
    clause: '3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      '"4 VALUE CHANGE" comes with every watched parameter that is no longer as the ACS last heard, and both are repeated until they have arrived.',
    alternatives: 'A reboot may end the repetition; dropping the event drops the parameters with it.',
    basis: 'text + implementations + recollection 80%',
  },
  {
    id: 'CW-EVT-06',
    clause: '3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Starting up, after whatever kind of reset, the device reports "1 BOOT" and repeats it until it is heard or starts up again.',
    alternatives: 'Waking from standby is no start. After a Reboot by the ACS "M Reboot" stands beside it.',
    basis: 'text + implementations',
  },
  {
    id: 'CW-EVT-07',
    clause: '3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'To an ACS it meets for the first time, be it after installation, a factory reset or a change of the ACS URL, the device reports "0 BOOTSTRAP" until it is heard, and forgets older events.',
    alternatives: '"1 BOOT" may stand beside it. Another address by redirect or DNS is not another URL.',
    basis: 'text',
  },
  {
    id: 'CW-EVT-08',
    clause: '3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Periodic and scheduled events, finished transfers and M events are kept, across reboots too, until they could be delivered.',
    alternatives: 'A numbered event that occurs again meanwhile merges with the one that waits.',
    basis: 'text + implementations',
  },
  {
    id: 'CW-EVT-09',
    clause: '3.7.1.5',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'A Connection Request that meets other reasons to call shares one session with them, whose Inform names them all.',
    alternatives: 'If the first Inform had already been sent, a second session after the first is legal.',
    basis: 'text + recollection 85%',
  },
]
