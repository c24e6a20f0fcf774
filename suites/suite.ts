import type { Scenario } from '../harness/scenario.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'

/** A requirement of one's own: what the device's maker or its customer demands beside the standard. */
export interface OwnRequirement
  extends Pick<Requirement, 'id' | 'clause' | 'level' | 'sentence'>,
    Partial<Pick<Requirement, 'since' | 'alternatives' | 'basis' | 'warningAtMost' | 'likelyCause' | 'untested'>> {}

/** Scenarios and requirements of one's own, which are played and reported beside the built-in ones. */
export interface Suite {
  /** For people; stands in the report at each of its requirements. */
  name: string
  /** Requirements that its scenarios judge beside those of the standard. Their ids are like `ACME-01`. */
  requirements?: readonly OwnRequirement[]
  /** In the order in which they are played: what disturbs least first. Their ids are like `acme-quiet-boot`. */
  scenarios: readonly Scenario[]
}

/** Checks the types of a suite and returns it, to be exported under the name `suite`. */
export const defineSuite = (suite: Suite): Suite => suite
