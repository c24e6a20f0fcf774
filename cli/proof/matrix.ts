import type { Fault, Variant } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import type { JudgedDevice } from './judge-all.ts'
import type { JudgedMetric } from './judged-device.ts'

/** `proof.json`: that every check has been seen to pass and to fail. */
export interface Proof {
  schema: 'connreq/proof/1'
  ok: boolean
  faults: FaultRow[]
  variants: VariantRow[]
  metrics: MetricRow[]
}

export interface FaultRow {
  id: string
  transport: string
  requirement: string
  alsoBreaks: string[]
  /** Its own requirement turned red. */
  caught: boolean
  /** Other requirements that turned red and are not in `alsoBreaks`. */
  otherwiseChanged: string[]
  /** In `alsoBreaks`, and yet not red. */
  notBroken: string[]
  /** Could not be decided because of the fault. */
  undecided: string[]
}

export interface VariantRow {
  id: string
  transport: string
  green: boolean
  notGreen: string[]
}

export interface MetricRow {
  scenario: string
  name: string
  requirement: string
  seenPass: boolean
  seenFail: boolean
  provenBy: string[]
}

const isRed = (verdict: Verdict) => verdict === 'fail' || verdict === 'warning' || verdict === 'error'
const isGreen = (verdict: Verdict) => verdict === 'pass' || verdict === 'not-asked' || verdict === 'not-applicable'

/** Requirements of which a metric has such a verdict, each once. */
const requirementsWith = (metrics: readonly JudgedMetric[], fits: (verdict: Verdict) => boolean) => [
  ...new Set(metrics.filter(({ verdict }) => fits(verdict)).map(({ requirement }) => requirement)),
]

/** Puts the outcomes together: pure. */
export function buildProof(
  judged: readonly JudgedDevice[],
  tables: { faults: readonly Fault[]; variants: readonly Variant[] },
): Proof {
  const faultRows = judged.flatMap(({ device, metrics }) => {
    const fault = tables.faults.find(({ id }) => device.faults.includes(id))
    return fault ? [faultRow(fault, metrics)] : []
  })
  const variantRows = judged.flatMap(({ device, metrics }) => {
    const variant = tables.variants.find(({ id }) => device.variants.includes(id))
    if (!variant) return []
    const notGreen = requirementsWith(metrics, verdict => !isGreen(verdict))
    return [{ id: variant.id, transport: variant.transport, green: notGreen.length === 0, notGreen }]
  })
  const metricRows = buildMetricRows(judged, tables.faults)
  const ok =
    faultRows.every(row => row.caught && row.otherwiseChanged.length === 0 && row.notBroken.length === 0) &&
    variantRows.every(row => row.green) &&
    metricRows.every(row => row.seenPass && row.seenFail)
  return { schema: 'connreq/proof/1', ok, faults: faultRows, variants: variantRows, metrics: metricRows }
}

function faultRow(fault: Fault, metrics: readonly JudgedMetric[]): FaultRow {
  const { id, transport, requirement, alsoBreaks } = fault
  const red = requirementsWith(metrics, isRed)
  const expected = [requirement, ...alsoBreaks]
  return {
    id,
    transport,
    requirement,
    alsoBreaks: [...alsoBreaks],
    caught: red.includes(requirement),
    otherwiseChanged: red.filter(other => !expected.includes(other)),
    notBroken: alsoBreaks.filter(other => !red.includes(other)),
    undecided: requirementsWith(metrics, verdict => verdict === 'inconclusive').filter(other => !red.includes(other)),
  }
}

/** A metric is proven by faults of its own requirement that turned this very metric red. */
function buildMetricRows(judged: readonly JudgedDevice[], faults: readonly Fault[]): MetricRow[] {
  const rows = new Map<string, MetricRow>()
  for (const { device, metrics } of judged) {
    const broken = faults.filter(({ id }) => device.faults.includes(id))
    for (const { scenario, name, requirement, verdict } of metrics) {
      const key = `${scenario} ${name}`
      const row = rows.get(key) ?? { scenario, name, requirement, seenPass: false, seenFail: false, provenBy: [] }
      rows.set(key, row)
      if (verdict === 'pass' && broken.length === 0) row.seenPass = true
      if (verdict !== 'fail' && verdict !== 'warning') continue
      for (const fault of broken) {
        if (fault.requirement !== requirement && !fault.alsoBreaks.includes(requirement)) continue
        row.seenFail = true
        row.provenBy.push(fault.id)
      }
    }
  }
  return [...rows.values()]
}
