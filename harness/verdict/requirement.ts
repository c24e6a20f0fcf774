/** One row of the catalogue: a requirement of the standard and what is known of it. */
export interface Requirement {
  /** Stable, for example `CR-GEN-08`. */
  id: string
  /** The clause of TR-069 Issue 1 Amendment 6 or the data model it stands in. */
  clause: string
  level: 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'MAY' | 'INFO'
  /** Whose duty it is. `ACS` rows bind the harness itself and are tested on it. */
  who: 'CPE' | 'ACS' | 'both'
  /** The first amendment or data model version that has it. */
  since: string
  /** Our own sentence. */
  sentence: string
  /** What else the standard allows, in our own words; empty when nothing. */
  alternatives: string
  /** What the requirement rests on: normative text, official schema, implementations seen, recollection. */
  basis: string
  /** Present when the basis or the row itself allows a warning at most although the level is MUST. */
  warningAtMost?: string
  /** What in a device's firmware usually lies behind a breach, and where to look first. */
  likelyCause?: string
  /** The suite of the user's own that it is from; absent for what the standard demands. */
  suite?: string
  /** Present when no scenario judges it: why. */
  untested?: { kind: 'not-yet' | 'not-observable' | 'harness-duty' | 'information'; reason: string }
}

/** What a metric's failure means for the device. */
export type Severity = 'must' | 'should' | 'weak-must'
