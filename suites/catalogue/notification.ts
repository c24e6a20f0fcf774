import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CW-NTF: calls the device makes because something changed. */
export const notificationRequirements: readonly Requirement[] = [
  {
    id: 'CW-NTF-01',
    clause: '3.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'What the ACS sets itself is no news to it: active notification makes the device call about changes from any other side.',
    alternatives: 'A call about a change by the ACS is needless and tolerated.',
    basis: 'text',
    warningAtMost: 'Calling about the ACS’s own change is superfluous but not forbidden.',
  },
  {
    id: 'CW-NTF-02',
    clause: '3.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Changes that pile up ahead of a session go into one Inform, and one that occurs in a session waits for a new session without troubling the current one.',
    alternatives: '',
    basis: 'text',
  },
  {
    id: 'CW-NTF-03',
    clause: '3.2.1 / DefaultActiveNotificationThrottle',
    level: 'MUST',
    who: 'CPE',
    since: 'A1; parameter A2/A3',
    sentence:
      'The notification throttle spaces out calls made for changed values only and holds back no call with another reason.',
    alternatives: 'At exceptional rates of change the device may also limit its notifications by itself.',
    basis: 'data model / XSD + text',
  },
  {
    id: 'CW-NTF-04',
    clause: '3.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'The device calls whenever one of the standard’s occasions arises: installation, start, period, schedule, Connection Request, another ACS URL, a watched change, a finished transfer, a failed session.',
    alternatives: '',
    basis: 'text',
    untested: {
      kind: 'not-observable',
      reason:
        'It sums up occasions that rows of their own describe. As a whole it could be shown only by causing every one of them, first installation and transfers included.',
    },
  },
]
