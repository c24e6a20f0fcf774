import { labAddresses } from '../../fixtures/nat/nat-lab.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { hostAndPort } from '../../harness/udp-bench.ts'
import type { RequirementRecord, RunRecord } from '../../reports/run-record.ts'
import type { Check } from './check.ts'
import { type Undecidable, undecidableBehindNat } from './undecided-behind-nat.ts'

/** The end of the sentence with which the probe explains itself. */
const explanation = 'so there is a NAT between'

/** What must hold of the suite when it is played through the NAT, from its timeline and its run record. */
export function suiteChecks(timeline: Timeline, record: RunRecord, httpScenarios: readonly string[]): Check[] {
  const facts = entriesOf(timeline, 'probed').at(-1)?.probe as DeviceFacts | undefined
  if (facts === undefined)
    return [{ ok: false, text: 'The device calls the ACS through the NAT', seen: record.sentence }]
  return [
    httpDoesNotReach(timeline, facts),
    httpIsExplained(record, httpScenarios),
    isBound(facts),
    udpReaches(facts),
    playedToItsEnd(record),
    nothingBroken(record),
    undecidedAsExpected(record),
  ]
}

function httpDoesNotReach(timeline: Timeline, { connectionRequestUrl, reachability }: DeviceFacts): Check {
  const answers = entriesOf(timeline, 'http-cr-answered').length
  return {
    ok: reachability.state === 'unreachable' && answers === 0,
    text: `An HTTP Connection Request to ${connectionRequestUrl ?? 'nowhere'} fails, and the probe says why`,
    seen: reachability.detail,
  }
}

/** A scenario that asks whether HTTP works at all is played; what it leaves undecided is seen to below. */
function httpIsExplained({ notApplicable }: RunRecord, httpScenarios: readonly string[]): Check {
  const leftOut = notApplicable.filter(({ id }) => httpScenarios.includes(id))
  const others = leftOut.filter(({ reason }) => !reason.includes(explanation))
  return {
    ok: leftOut.length > 0 && others.length === 0,
    text: 'Scenarios that need HTTP are not applicable, for that reason',
    seen: [leftOut.map(({ id }) => id).join(', '), ...others.map(({ id, reason }) => `${id}: ${reason}`)].join('\n'),
  }
}

function isBound({ udp }: DeviceFacts): Check {
  return {
    ok: udp.state === 'bound' && udp.natted === true && udp.binding?.address === labAddresses.routerOutside,
    text: `Binding Requests come from the router, not from ${labAddresses.device}`,
    seen: udp.binding === undefined ? udp.detail : `from ${hostAndPort(udp.binding)}`,
  }
}

function udpReaches({ udp }: DeviceFacts): Check {
  const ms = udp.timeToSessionMs
  return {
    ok: ms !== undefined,
    text: 'A UDP Connection Request to that place brings a session',
    seen: ms === undefined ? 'no session' : `after ${ms.toFixed(0)} ms`,
  }
}

const playedScenarios = ({ scenarios }: RunRecord) => scenarios.filter(({ verdict }) => verdict !== 'not-applicable')

function playedToItsEnd(record: RunRecord): Check {
  const { ended, durationMs } = record
  const played = playedScenarios(record)
  return {
    ok: ended.how === 'completed' && played.length > 0,
    text: 'The suite is played to its end',
    seen: `${ended.how}: ${played.length} scenarios in ${(durationMs / 1000).toFixed(0)} s, ${played.map(({ id }) => id).join(', ')}`,
  }
}

function nothingBroken({ requirements, sentence }: RunRecord): Check {
  const bad = requirements.filter(({ verdict }) => verdict === 'fail' || verdict === 'error' || verdict === 'warning')
  return {
    ok: bad.length === 0,
    text: 'No requirement is broken, none has a warning, and nothing went wrong in the harness',
    seen: bad.map(describe).join('\n') || sentence,
  }
}

const describe = ({ id, verdict, reason }: RequirementRecord) => `${id} ${verdict}: ${reason ?? 'no reason given'}`

function undecidedAsExpected(record: RunRecord): Check {
  const undecided = undecidedMetrics(record)
  const isPlayed = (id: string) => playedScenarios(record).some(scenario => scenario.id === id)
  const listed = undecidableBehindNat.filter(({ scenario }) => isPlayed(scenario))
  const unexpected = undecided.filter(({ scenario, metric }) => !isListed(listed, scenario, metric))
  const decided = listed.flatMap(({ scenario, metrics }) =>
    metrics
      .filter(name => !undecided.some(({ scenario: id, metric }) => id === scenario && metric === name))
      .map(name => `${scenario}/${name}`),
  )
  return {
    ok: unexpected.length === 0 && decided.length === 0,
    text: 'Undecided is only what a NAT makes impossible to build',
    seen: [
      ...listed.map(({ scenario, metrics, because }) => `${scenario} (${metrics.join(', ')}): ${because}`),
      ...unexpected.map(({ scenario, metric, reason }) => `UNEXPECTED ${scenario}/${metric}: ${reason}`),
      ...decided.map(place => `DECIDED all the same: ${place}`),
    ].join('\n'),
  }
}

const isListed = (listed: readonly Undecidable[], scenario: string, metric: string) =>
  listed.some(entry => entry.scenario === scenario && entry.metrics.includes(metric))

const undecidedMetrics = ({ scenarios }: RunRecord) =>
  scenarios.flatMap(({ id, metrics }) =>
    metrics
      .filter(({ verdict }) => verdict === 'inconclusive')
      .map(({ name, requirement, reason }) => ({
        scenario: id,
        metric: name,
        reason: `${requirement}: ${reason ?? 'no reason given'}`,
      })),
  )
