import { CwmpFault } from '../../harness/cwmp/fault.ts'
import type { SessionHandle } from '../../harness/acs/session-plan.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionByAnyWay, needs, writable } from '../needs.ts'
import { rests } from '../rests.ts'

const given = 'connreq-taken'
const refused = 'connreq-refused'
const interval = 'PeriodicInformInterval'

const metrics = {
  taken: must('CW-SPV-03', 'After values were set, ParameterKey is what the ACS gave along with them.'),
  kept: must('CW-SPV-03', 'A SetParameterValues that was refused leaves ParameterKey as it is.'),
}

/** CW-SPV-03: ParameterKey after one SetParameterValues that is taken and one that is refused. */
export const parameterKey = scenario({
  id: 'session-parameter-key',
  title: 'ParameterKey',
  purpose:
    'The ACS sets a value along with a ParameterKey and reads it in the next session. Then it sets a parameter that there is not, with another key, which must change nothing.',
  applies: needs(aSessionByAnyWay, writable(interval)),
  windows: facts => [rests(facts, 3), { for: 'the sessions', ms: 3 * (facts.timeToSessionMs ?? 0) }],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    await step('Set a value along with a ParameterKey', () => setValue(conversation))
    await step('Read ParameterKey in the next session, and set a parameter that there is not', () =>
      bench.inSession('read ParameterKey and be refused', async session => {
        await read(conversation, session, 'after-success')
        await setUnknown(conversation, session)
      }),
    )
    await step('Read ParameterKey again', () =>
      bench.inSession('read ParameterKey again', session => read(conversation, session, 'after-refusal')),
    )
  },

  judge(timeline, verdict) {
    judgeTaken(timeline, verdict)
    judgeKept(timeline, verdict)
  },
})

async function setValue({ bench, mark }: Conversation) {
  const name = managementServer(bench.facts, interval)
  await bench.inSession('set a value along with a ParameterKey', async session => {
    const { parameters } = await session.call('GetParameterValues', { names: [name] })
    const value = parameters[0]?.value ?? bench.facts.parameters[name]?.value ?? ''
    const { status } = await session.call('SetParameterValues', {
      parameters: [{ name, value, type: 'unsignedInt' }],
      parameterKey: given,
    })
    mark('set', { status })
  })
}

/** What GetParameterValues tells, and the Inform of the session where it lists ParameterKey. */
async function read({ bench, mark }: Conversation, session: SessionHandle, name: string) {
  const key = managementServer(bench.facts, 'ParameterKey')
  const { parameters } = await session.call('GetParameterValues', { names: [key] })
  const informed = session.inform.parameters.find(parameter => parameter.name === key)?.value
  mark(name, { read: parameters[0]?.value, ...(informed === undefined ? {} : { informed }) })
}

async function setUnknown({ bench, mark }: Conversation, session: SessionHandle) {
  const name = managementServer(bench.facts, 'X_CONNREQ_NoSuchParameter')
  try {
    await session.call('SetParameterValues', { parameters: [{ name, value: '1' }], parameterKey: refused })
    mark('not-refused')
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    mark('refused')
  }
}

const keysIn = ({ data }: EntryOf<'mark'>) => [data?.['read'], data?.['informed']].filter(key => key !== undefined)
const shown = (keys: readonly unknown[]) => [...new Set(keys)].map(key => `"${String(key)}"`).join(' and ') || 'nothing'

function judgeTaken(timeline: Timeline, { taken }: MetricJudges<typeof metrics>) {
  const set = markNamed(timeline, 'set')
  const after = markNamed(timeline, 'after-success')
  if (!set || !after) return
  const keys = keysIn(after)
  const finding = { expected: [`"${given}"`], actual: shown(keys), evidence: [set.seq, after.seq] }
  const isTaken = keys.length > 0 && keys.every(key => key === given)
  if (!isTaken && set.data?.['status'] !== 0)
    return taken.inconclusive('The status says that the values take effect later, which may be at a reboot.', finding)
  taken.check(isTaken, finding)
}

function judgeKept(timeline: Timeline, { kept }: MetricJudges<typeof metrics>) {
  const before = markNamed(timeline, 'after-success')
  const after = markNamed(timeline, 'after-refusal')
  if (markNamed(timeline, 'not-refused'))
    return kept.inconclusive('The device took a parameter that there is not, so nothing was refused.')
  const refusal = markNamed(timeline, 'refused')
  if (!before || !refusal || !after) return
  const keys = keysIn(after)
  const [was] = keysIn(before)
  const finding = {
    expected: [`${shown([was])}, as before`],
    actual: shown(keys),
    evidence: [before.seq, refusal.seq, after.seq],
  }
  // A key that was not taken when it should have been is another matter; one that comes late is none.
  kept.check(keys.length > 0 && !keys.includes(refused) && keys.every(key => key === was || key === given), finding)
}
