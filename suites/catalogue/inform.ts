import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CW-INF: what an Inform says of the device. */
export const informRequirements: readonly Requirement[] = [
  {
    id: 'CW-INF-01',
    clause: 'A.3.3.1 Table 37',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'The device identifies itself by the same DeviceId each time: an OUI of six digits, 0-9 and A-F, with a manufacturer, a product class and a serial number of up to 64 characters.',
    alternatives: 'The product class may be empty.',
    basis: 'data model / XSD',
  },
  {
    id: 'CW-INF-02',
    clause: 'A.3.3.1 / data model forcedInform',
    level: 'MUST',
    who: 'CPE',
    since: 'A1; list per model version',
    sentence: 'No Inform leaves out a parameter that the device’s data model wants in every Inform.',
    alternatives:
      'Which ones depends on the data model and its version: AliasBasedAddressing only where supported, RootDataModelVersion since Device:2.4. Vendors may add some.',
    basis: 'data model / XSD',
  },
  {
    id: 'CW-INF-03',
    clause: 'A.3.3.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'The value of MaxEnvelopes is 1.',
    alternatives: 'CWMP 1.0 allowed others.',
    basis: 'text',
    warningAtMost: 'The ACS has to disregard the value, so another one does no harm.',
  },
  {
    id: 'CW-INF-04',
    clause: 'A.3.3.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'CurrentTime is given as the time of day at the device, together with how far that is from UTC.',
    alternatives: 'A device that does not know the time sends 0001-01-01T00:00:00Z.',
    basis: 'text',
    warningAtMost: 'A time without its offset is widespread, and an ACS can still read it.',
  },
  {
    id: 'CW-INF-05',
    clause: 'A.3.3.1 / 3.2.1.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'RetryCount tells how often this session has been attempted in vain, 0 meaning that the one before succeeded.',
    alternatives: 'Whether the count goes on after a reboot is not settled.',
    basis: 'text',
  },
]
