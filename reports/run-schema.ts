import { z } from 'zod'

const verdict = z.enum(['none', 'not-asked', 'not-applicable', 'pass', 'warning', 'inconclusive', 'fail', 'error'])
const source = z.enum(['spec', 'ours']).describe('Who chose the limit: the standard, or we')
const seq = z.int().nonnegative().describe('Number of a timeline entry')
const timeSpan = { from: z.number().describe("Milliseconds on the timeline's clock"), to: z.number() }
const texts = z.record(z.string(), z.string())

const metric = z.object({
  name: z.string(),
  requirement: z.string(),
  severity: z.enum(['must', 'should', 'weak-must']),
  sentence: z.string(),
  verdict,
  reason: z.string().optional(),
  wouldApplyIf: z.string().optional(),
  expected: z.array(z.string()).optional().describe('Every outcome the standard allows here'),
  actual: z.string().optional(),
  evidence: z.array(seq).optional(),
  limit: z.object({ ms: z.number(), source, why: z.string() }).optional(),
  measured: z.number().optional().describe('Milliseconds'),
  uncertainty: z.number().optional().describe('Milliseconds by which the measurement can be off'),
})

const requirement = z.object({
  id: z.string(),
  clause: z.string(),
  level: z.enum(['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY', 'INFO']),
  who: z.enum(['CPE', 'ACS', 'both']),
  since: z.string(),
  sentence: z.string(),
  alternatives: z.string(),
  basis: z.string(),
  warningAtMost: z.string().optional(),
  likelyCause: z.string().optional().describe('What in the firmware usually lies behind a breach'),
  untested: z
    .object({ kind: z.enum(['not-yet', 'not-observable', 'harness-duty', 'information']), reason: z.string() })
    .optional(),
  verdict,
  reason: z.string().optional(),
  scenarios: z.array(z.string()).describe('Scenarios that judged it'),
  provenBy: z.array(z.string()).describe('Faults of the simulated device that its checks were seen to catch'),
})

const scenario = z.object({
  id: z.string(),
  title: z.string(),
  purpose: z.string(),
  repetition: z.int().positive(),
  verdict,
  reason: z.string().optional(),
  metrics: z.array(metric),
  properties: texts,
  steps: z.array(z.object({ text: z.string(), ...timeSpan })),
  watches: z.array(z.object({ for: z.string(), ...timeSpan })),
  entries: z.object({ from: seq, to: seq }),
  durationMs: z.number().nonnegative(),
})

/** What `run.json` holds; the same as the type `RunRecord`. */
export const runSchema = z.object({
  schema: z.literal('connreq/run/1'),
  tool: z.object({ version: z.string(), commit: z.string().optional() }),
  device: z
    .object({
      name: z.string(),
      manufacturer: z.string(),
      oui: z.string(),
      productClass: z.string(),
      serialNumber: z.string(),
      firmware: z.string(),
    })
    .partial(),
  profile: z.unknown().describe('The profile as used, redacted'),
  probe: z.unknown(),
  clock: z.enum(['real', 'virtual']),
  startedAt: z.iso.datetime({ offset: true }),
  finishedAt: z.iso.datetime({ offset: true }),
  durationMs: z.number().nonnegative(),
  ended: z.object({
    how: z.enum(['completed', 'interrupted', 'broken-off', 'killed']),
    reason: z.string().optional(),
  }),
  verdict: z.enum(['conformant', 'kept-in-part', 'kept-in-virtual-time', 'not-conformant', 'undecided', 'error']),
  sentence: z.string(),
  requirements: z.array(requirement),
  scenarios: z.array(scenario),
  notApplicable: z.array(z.object({ id: z.string(), reason: z.string(), wouldApplyIf: z.string().optional() })),
  limits: z.array(z.object({ name: z.string(), ms: z.number(), source, why: z.string() })),
  properties: texts,
  remarks: z.array(z.object({ text: z.string(), count: z.int().positive(), evidence: z.array(seq) })),
  lab: z.object({
    node: z.string(),
    platform: z.string(),
    simulated: z.object({ faults: z.array(z.string()), variants: z.array(z.string()) }).optional(),
  }),
  timing: z.object({ lowerBoundMs: z.number(), loopDelayMaxMs: z.number() }),
})

/** The JSON Schema of `run.json`. Later versions may add properties, so it allows others. */
export function runJsonSchema(): Record<string, unknown> {
  return { title: 'connreq/run/1', ...z.toJSONSchema(runSchema, { io: 'input' }) }
}
