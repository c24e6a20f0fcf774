import type { Requirement } from '../../harness/verdict/requirement.ts'

/** CW-SPV: setting parameters, as far as credentials depend on it. */
export const setParameterValuesRequirements: readonly Requirement[] = [
  {
    id: 'CW-SPV-01',
    clause: 'data model (hidden)',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'Asked for a password, whichever of them, the device answers with an empty string.',
    alternatives: 'Usernames are told.',
    basis: 'data model / XSD',
  },
  {
    id: 'CW-SPV-02',
    clause: 'A.3.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence:
      'Values set together take effect all or none, at the latest with the response if its status is 0; status 1 means that they are stored and will take effect later.',
    alternatives: 'With status 1 the moment may be the end of the session or the next reboot.',
    basis: 'text + recollection 90%',
  },
  {
    id: 'CW-SPV-03',
    clause: 'A.3.2.1',
    level: 'MUST',
    who: 'CPE',
    since: 'A1',
    sentence: 'ParameterKey becomes what the ACS gave along with the values, unless setting them failed.',
    alternatives: '',
    basis: 'data model / XSD',
  },
]
