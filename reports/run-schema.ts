import { z } from 'zod'
import { knownFailureStates } from './run-record.ts'
import { standings } from './standing.ts'

const verdict = z.enum(['none', 'not-asked', 'not-applicable', 'pass', 'warning', 'inconclusive', 'fail', 'error'])
const source = z.enum(['spec', 'ours']).describe('Who chose the limit: the standard, or we')
const seq = z.int().nonnegative().describe('Number of a timeline entry')
const timeSpan = { from: z.number().describe("Milliseconds on the timeline's clock"), to: z.number() }
const texts = z.record(z.string(), z.string())

/** On what is broken and accepted for now. */
export const knownSchema = z.object({
  reason: z.string(),
  until: z.iso.date().optional().describe('The last day on which it is accepted, UTC'),
})

/** The outcome of a metric. */
export const metricSchema = z.object({
  name: z.string(),
  requirement: z.string(),
  severity: z.enum(['must', 'should', 'weak-must']),
  sentence: z.string(),
  verdict,
  reason: z.string().optional(),
  wouldApplyIf: z.string().optional(),
  expected: z.array(z.string()).optional().describe('Every outcome the standard allows here'),
  actual: z.string().optional(),
  alsoSeen: z.array(z.string()).optional().describe('What else was seen in further failures of the same playing'),
  evidence: z.array(seq).optional(),
  limit: z.object({ ms: z.number(), source, why: z.string() }).optional(),
  measured: z.number().optional().describe('Milliseconds'),
  uncertainty: z.number().optional().describe('Milliseconds by which the measurement can be off'),
  known: knownSchema.optional().describe('Its failure is a known one'),
})

/** A requirement and where it stands. */
export const requirementSchema = z.object({
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
  suite: z.string().optional().describe("The suite of the user's own that it is from"),
  untested: z
    .object({ kind: z.enum(['not-yet', 'not-observable', 'harness-duty', 'information']), reason: z.string() })
    .optional(),
  verdict,
  reason: z.string().optional(),
  scenarios: z.array(z.string()).describe('Scenarios that judged it'),
  provenBy: z.array(z.string()).describe('Faults of the simulated device that its checks were seen to catch'),
  known: knownSchema.optional().describe('It is broken, and every failure of its metrics is a known one'),
})

const scenario = z.object({
  id: z.string(),
  suite: z.string().optional().describe("The suite of the user's own that it is from"),
  title: z.string(),
  purpose: z.string(),
  repetition: z.int().positive(),
  verdict,
  reason: z.string().optional(),
  metrics: z.array(metricSchema),
  properties: texts,
  steps: z.array(z.object({ text: z.string(), ...timeSpan })),
  watches: z.array(z.object({ for: z.string(), ...timeSpan })),
  entries: z.object({ from: seq, to: seq }),
  durationMs: z.number().nonnegative(),
})

const earlierDevice = z
  .object({
    name: z.string(),
    manufacturer: z.string(),
    oui: z.string(),
    productClass: z.string(),
    firmware: z.string(),
  })
  .partial()

/** A run against its baseline. */
export const baselineRecordSchema = z.object({
  run: z
    .object({
      path: z.string(),
      startedAt: z.string(),
      clock: z.enum(['real', 'virtual']).optional(),
      device: earlierDevice.optional(),
      ended: z.object({ how: z.enum(['completed', 'interrupted', 'broken-off', 'killed']) }).optional(),
      simulated: z.boolean().optional(),
      scenarios: z.array(z.string()).optional().describe('What was played there'),
      caveats: z.array(z.string()).optional().describe('How far the two runs can be compared'),
      newlyBroken: z.array(z.string()).describe('Requirements'),
      repaired: z.array(z.string()).describe('Requirements'),
    })
    .optional()
    .describe('The earlier run that it is compared with'),
  knownFailures: z.array(
    z.object({
      requirement: z.string(),
      metric: z.string().optional().describe('scenario.name'),
      seen: z.string().optional().describe('The shape of what it shows when it fails'),
      ...knownSchema.shape,
      state: z.enum(knownFailureStates),
      text: z.string().describe('The state in a sentence for people'),
    }),
  ),
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
  profilePath: z.string().optional().describe('The profile file as it was named'),
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
  requirements: z.array(requirementSchema),
  scenarios: z.array(scenario),
  notApplicable: z.array(z.object({ id: z.string(), reason: z.string(), wouldApplyIf: z.string().optional() })),
  limits: z.array(z.object({ name: z.string(), ms: z.number(), source, why: z.string() })),
  properties: texts,
  remarks: z.array(z.object({ text: z.string(), count: z.int().positive(), evidence: z.array(seq) })),
  captured: z
    .object({ file: z.string(), sha256: z.string(), packets: z.int().nonnegative() })
    .optional()
    .describe('The capture that was judged, where nothing was played'),
  suites: z
    .array(z.object({ name: z.string(), folder: z.string() }))
    .optional()
    .describe("Suites of the user's own that were played"),
  shard: z
    .object({ index: z.int().positive(), total: z.int().positive(), division: z.string() })
    .optional()
    .describe('The part of a run that this is (--shard), counted from 1; parts of one division share its name'),
  shelf: z
    .object({
      device: z.string(),
      devices: z.array(z.string()),
      part: z.object({ index: z.int().positive(), total: z.int().positive() }).optional(),
    })
    .optional()
    .describe('Of devices that were played side by side: which this is, which there are, and the part that was played'),
  lab: z.object({
    node: z.string(),
    platform: z.string(),
    simulated: z.object({ faults: z.array(z.string()), variants: z.array(z.string()) }).optional(),
  }),
  timing: z.object({ lowerBoundMs: z.number(), loopDelayMaxMs: z.number() }),
  baseline: baselineRecordSchema.optional(),
})

/** How many requirements stand where. */
export const countsSchema = z.record(z.enum(standings), z.int().nonnegative())

/** The JSON Schema of what we write or read. Later versions may add properties, so it allows others. */
export const jsonSchemaOf = (title: string, schema: z.ZodType): Record<string, unknown> => ({
  title,
  ...z.toJSONSchema(schema, { io: 'input' }),
})
