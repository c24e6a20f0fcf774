import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CW-RET: what happens after a session failed. */
export const retryRequirements: readonly Requirement[] = [
  {
    id: 'CW-RET-01',
    clause: '3.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'The device does not give up: after a failed session it tries again and again, each time after a random wait out of the range that is its turn.',
    alternatives: 'None; a configured maximum of attempts, as some vendors offer it, breaks the rule.',
    basis: 'text',
  },
  {
    id: 'CW-RET-02',
    clause: '3.2.1.1 Table 3',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Unless configured otherwise the first wait lies between 5 and 10 s, each next range is twice the one before, and the tenth, 2560 to 5120 s, is the last.',
    alternatives: 'A new event, a periodic Inform for one, may cut any wait short.',
    basis: 'text',
  },
  {
    id: 'CW-RET-03',
    clause: '3.2.1.1; data model CWMPRetryMinimumWaitInterval / CWMPRetryIntervalMultiplier',
    level: 'MUST',
    who: 'CPE',
    since: 'A3',
    sentence:
      'The two retry parameters govern the waits: the first range begins at CWMPRetryMinimumWaitInterval, and every bound is the one before it times CWMPRetryIntervalMultiplier/1000, up to the tenth range.',
    alternatives: 'Older data models do not have the parameters; then the default ranges hold.',
    basis: 'data model / XSD',
  },
  {
    id: 'CW-RET-04',
    clause: '3.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'The device tries again when its wait is over, or sooner if meanwhile something new, such as a Connection Request, gives it reason to call.',
    alternatives: 'The Inform then names event 6 beside the events still to be delivered.',
    basis: 'text',
  },
  {
    id: 'CW-RET-05',
    clause: '3.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'An attempt which a new event has brought forward is counted in RetryCount like any other.',
    alternatives: 'Starting over at 0 is seen in the field.',
    basis: 'implementations + recollection 75%',
    warningAtMost: 'Implementations disagree on the count, and the standard’s wording on it was not at hand.',
  },
  {
    id: 'CW-RET-06',
    clause: '3.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'After a successful session RetryCount is 0 again, and after a reboot the waits start over from the shortest range.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CW-RET-07',
    clause: '3.2.1.2',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'So as not to meet a connection that the ACS still remembers, the device picks its TCP source port at random when it first calls after starting up.',
    alternatives: '',
    basis: 'text + recollection 60%',
    warningAtMost: 'A few equal ports are weak evidence of a choice that is not random.',
    untested: {
      kind: 'not-observable',
      reason:
        'Randomness shows only over many starts, and a NAT in between chooses the port itself. It would take dozens of reboots on a direct link.',
    },
  },
]
