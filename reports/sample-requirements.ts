import type { Requirement } from '../harness/verdict/requirement.ts'

/** Some rows as the catalogue has them, for tests of the reports. */
export const sampleRequirements: readonly Requirement[] = [
  row('CR-GEN-04', '3.2.2.1', 'MUST', 'A device at rest tries to open a session within 30 s of its success reply.'),
  row('CR-GEN-05', '3.2.2.1 / 3.7.1.5', 'MUST', 'The session it opens lists the event 6 CONNECTION REQUEST.'),
  row('CR-GEN-07', '3.2.2.1', 'MUST', 'Every request accepted before the session begins gets a success reply.'),
  row('CR-GEN-08', '3.2.2.1', 'MUST NOT', 'Requests repeated before the session bring no further session.'),
  row(
    'CR-GEN-10',
    '3.2.2.1 / 3.2.2.2',
    'MUST',
    'During a session a request is refused or served by one later session.',
    {
      alternatives: 'Refuse with 503 and forget it, or accept it and open one session after the running one.',
    },
  ),
  row('CR-GEN-13', '3.2.2.1', 'MUST NOT', 'A request without valid credentials brings no session.'),
  row('CR-GEN-18', '3.2.2.1', 'MUST', 'A proxier passes a request on to the device behind it.', {
    basis: 'text + recollection 75%',
    untested: {
      kind: 'not-observable',
      reason: 'Needs a proxied device behind the device under test; the bench has only one.',
    },
  }),
  row('CR-HTTP-05', '3.2.2.2', 'SHOULD', 'The path of the Connection Request URL cannot be guessed.'),
  row('CR-HTTP-06', '3.2.2.2', 'MUST', 'Only the GET method asks for a session.'),
  row('CR-HTTP-10', '3.2.2.2', 'MUST', 'The success reply is 200 or 204.'),
  row('CR-HTTP-14', '3.2.2.2', 'SHOULD NOT', 'A 503 carries no Retry-After header.'),
  row('CR-HTTP-17', 'RFC 7235/7616 by reference', 'MUST', 'A 401 carries a Digest challenge.', {
    basis: 'recollection 85%',
  }),
  row(
    'CR-HTTP-22',
    'TR-181 ManagementServer.HTTPConnectionRequestEnable',
    'MUST',
    'Switched off, it listens no more.',
    {
      basis: 'data model / XSD',
    },
  ),
  row('CR-XMPP-05', 'Annex K', 'MUST', 'Wrong credentials in an iq are answered by not-authorized.', {
    basis: 'recollection 70%',
    untested: { kind: 'not-yet', reason: 'The XMPP scenarios will judge it.' },
  }),
  row('CW-INF-01', 'A.3.3.1 Table 37', 'MUST', 'An Inform has all its arguments with the right types.', {
    basis: 'data model / XSD',
  }),
  row('CW-RET-02', '3.2.1.1 Table 3', 'MUST', 'The first retry of a failed session comes after 5 to 10 s.'),
]

function row(
  id: string,
  clause: string,
  level: Requirement['level'],
  sentence: string,
  more: Partial<Requirement> = {},
): Requirement {
  return { id, clause, level, who: 'CPE', since: 'A1', sentence, alternatives: '', basis: 'text', ...more }
}
