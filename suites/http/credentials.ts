import { isAccepted } from '../../harness/bench.ts'
import type { SessionHandle } from '../../harness/acs/acs.ts'
import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { type DeviceFacts, managementServer } from '../../harness/device/facts.ts'
import { newCredentials } from '../../harness/device/provisioning.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { evidenceOf, exchangeLabelled } from '../reply-and-session.ts'
import { rests } from '../rests.ts'

const withNew = 'with the new credentials'
const withOld = 'with the old credentials'

const metrics = {
  newAccepted: weakMust('CR-HTTP-25', 'After the session that set them, the new credentials are accepted.'),
  oldRefused: weakMust('CR-HTTP-25', 'After that session the old credentials are refused.'),
  notRejected: must(
    'CR-GEN-13',
    'A change of the credentials is no reason to refuse a correctly authenticated request.',
  ),
  hidden: must('CW-SPV-01', 'ConnectionRequestPassword reads back as the empty string.'),
  appliedAtOnce: must('CW-SPV-02', 'Status 0 means applied: both values work after the session.'),
  atomic: must('CW-SPV-02', 'SetParameterValues sets all of its parameters or none.'),
}

/** CR-GEN-13, CR-HTTP-25, CW-SPV-01, 02: new credentials replace the old ones. */
export const credentials = scenario({
  id: 'http-credentials',
  title: 'New Connection Request credentials',
  purpose: 'The ACS sets another username and password. They replace the old pair, and the password cannot be read.',
  applies: needs(aSessionOnRequest),
  windows: facts => [rests(facts, 3), { for: 'the sessions', ms: 4 * (facts.timeToSessionMs ?? 0) }],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    const old = bench.credentials
    const fresh = newCredentials(bench.redactor)
    await step('Set another username and password', () => setCredentials(conversation, fresh))
    await step('Ask with the new pair', async () => {
      bench.credentials = fresh
      const knock = await bench.knock(withNew)
      if (!isAccepted(knock)) bench.credentials = old
      await bench.seeSessionThrough(knock)
    })
    await step('Ask with the old pair', async () => {
      const knock = await bench.wrongKnock(withOld, { credentials: old })
      await bench.seeSessionThrough(knock)
    })
    await step('Read back what else was set, and try a write that must fail as a whole', () =>
      bench.inSession('try a write with one bad parameter', async session => {
        await readBackLater(conversation, session)
        await tryAtomicity(conversation, session)
      }),
    )
  },

  judge(timeline, verdict) {
    judgeHidden(timeline, verdict)
    judgeAtomicity(timeline, verdict)
    judgePairs(timeline, verdict)
  },
})

async function setCredentials({ bench, mark }: Conversation, pair: { username: string; password: string }) {
  const username = managementServer(bench.facts, 'ConnectionRequestUsername')
  const password = managementServer(bench.facts, 'ConnectionRequestPassword')
  const another = anotherParameter(bench.facts)
  await bench.inSession('set another username and password', async session => {
    const { status } = await session.call('SetParameterValues', {
      parameters: [
        { name: username, value: pair.username },
        { name: password, value: pair.password },
        ...(another ? [{ name: another, value: probeValue }] : []),
      ],
    })
    mark('credentials-set', { status })
    const { parameters } = await session.call('GetParameterValues', { names: [username, password] })
    const valueOf = (name: string) => parameters.find(parameter => parameter.name === name)?.value
    mark('read-back', {
      usernameAsSet: valueOf(username) === pair.username,
      passwordLength: valueOf(password)?.length,
    })
  })
}

/** Another parameter that is set along with the credentials: it must be in force after the session too. */
const anotherParameter = (facts: DeviceFacts) =>
  [`${facts.root}DeviceInfo.ProvisioningCode`].find(name => facts.parameters[name]?.writable)
const probeValue = 'CONNREQ.SPV'

/** Whether the other parameter has its value in a later session; then its old value is set again. */
async function readBackLater({ bench, mark }: Conversation, session: SessionHandle) {
  const name = anotherParameter(bench.facts)
  if (!name) return
  const { parameters } = await session.call('GetParameterValues', { names: [name] })
  mark('read-later', { name, expected: probeValue, value: parameters[0]?.value })
  await session.call('SetParameterValues', { parameters: [{ name, value: bench.facts.parameters[name]?.value ?? '' }] })
}

/** A good parameter beside one that does not exist: neither may change. A.3.2.1 */
async function tryAtomicity({ bench, mark }: Conversation, session: SessionHandle) {
  const interval = managementServer(bench.facts, 'PeriodicInformInterval')
  const read = async () => (await session.call('GetParameterValues', { names: [interval] })).parameters[0]?.value
  const before = await read()
  const other = String(Number(before) + 60)
  let fault: string | undefined
  try {
    await session.call('SetParameterValues', {
      parameters: [
        { name: interval, value: other, type: 'unsignedInt' },
        { name: managementServer(bench.facts, 'NoSuchParameterOfConnReq'), value: 'x' },
      ],
    })
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    fault = error.faultCode
  }
  const after = await read()
  mark('atomicity', { before, other, after, fault })
  if (after !== before && before !== undefined)
    await session.call('SetParameterValues', { parameters: [{ name: interval, value: before, type: 'unsignedInt' }] })
}

function judgeHidden(timeline: Timeline, { hidden }: MetricJudges<typeof metrics>) {
  const read = markNamed(timeline, 'read-back')
  if (!read) return
  const { passwordLength: length } = (read.data ?? {}) as { passwordLength?: number }
  hidden.check(length === 0, {
    expected: ['an empty string'],
    actual: length === undefined ? 'no value' : `a value of ${length} characters`,
    evidence: [read.seq],
  })
}

function judgeAtomicity(timeline: Timeline, { atomic }: MetricJudges<typeof metrics>) {
  const tried = markNamed(timeline, 'atomicity')
  if (!tried) return
  const { before, after, fault } = tried.data as Record<string, string | undefined>
  atomic.check(fault !== undefined && before === after, {
    expected: ['a fault for the whole write, and the good parameter unchanged'],
    actual: `${fault === undefined ? 'no fault' : `fault ${fault}`}, PeriodicInformInterval ${before === after ? 'unchanged' : `changed from ${before} to ${after}`}`,
    evidence: [tried.seq],
  })
}

function isReadLater(timeline: Timeline): boolean {
  const { expected, value } = (markNamed(timeline, 'read-later')?.data ?? {}) as { expected?: string; value?: string }
  return expected === value
}

function judgePairs(timeline: Timeline, verdict: MetricJudges<typeof metrics>) {
  const set = markNamed(timeline, 'credentials-set')
  const fresh = exchangeLabelled(timeline, withNew)
  if (!set) return
  if (!fresh) {
    const last = requestsLabelled(timeline, withNew).at(-1) ?? httpRequests(timeline).at(-1)
    const reason = `No request with the new pair could be made: ${last ? outcomeOf(last) : 'none was sent'}.`
    for (const metric of [verdict.newAccepted, verdict.oldRefused, verdict.appliedAtOnce, verdict.notRejected])
      metric.inconclusive(reason, last ? { evidence: [set.seq, last.seq] } : { evidence: [set.seq] })
    return
  }
  const status = set.data?.['status']
  const evidence = [set.seq, ...evidenceOf(fresh)]
  const accepted = isSuccess(fresh.request)
  const refusal = outcomeOf(fresh.request)
  const oldRequest = requestsLabelled(timeline, withOld).at(-1)
  const oldAccepted = oldRequest !== undefined && isSuccess(oldRequest)

  if (status === 1 && (!accepted || oldAccepted)) {
    const reason = 'The device answered status 1: it applies the values later.'
    for (const metric of [verdict.newAccepted, verdict.oldRefused, verdict.appliedAtOnce, verdict.notRejected])
      metric.inconclusive(reason, { evidence })
    return
  }
  const pair = {
    expected: ['200 or 204 with the new pair'],
    actual: accepted ? refusal : `the new pair got ${refusal}`,
    evidence,
  }
  if (fresh.request.answer?.status === 503)
    verdict.newAccepted.inconclusive('The device refuses with 503; see CR-GEN-13.', pair)
  else verdict.newAccepted.check(accepted, pair)
  if (fresh.request.answer?.status === 401 && oldAccepted)
    verdict.appliedAtOnce.fail({
      expected: ['the new pair in force after the session, because the status was 0'],
      actual: 'the new pair is refused and the old one accepted',
      evidence: [...evidence, ...(oldRequest ? [oldRequest.seq] : [])],
    })
  else if (!isReadLater(timeline) && status === 1)
    verdict.appliedAtOnce.inconclusive('The device answered status 1: it applies the values later.', { evidence })
  else if (!isReadLater(timeline))
    verdict.appliedAtOnce.fail({
      expected: ['every value in force after the session, because the status was 0'],
      actual: 'another parameter of the same SetParameterValues has its old value in a later session',
      evidence: [set.seq, markNamed(timeline, 'read-later')?.seq ?? set.seq],
    })
  else if (accepted) verdict.appliedAtOnce.pass({ expected: ['the new pair in force'], actual: refusal, evidence })
  else
    verdict.appliedAtOnce.inconclusive(`The new pair got ${refusal}, which does not show which pair is in force.`, {
      evidence,
    })

  if (accepted) verdict.notRejected.pass({ expected: ['200 or 204'], actual: refusal, evidence })
  else if (fresh.request.answer && fresh.request.answer.status !== 401)
    verdict.notRejected.fail({ expected: ['200 or 204'], actual: refusal, evidence })
  else verdict.notRejected.inconclusive(`The new pair got ${refusal}; see CW-SPV-02.`, { evidence })

  if (!oldRequest) return verdict.oldRefused.inconclusive('The old pair was not tried.')
  const oldFinding = { expected: ['401 with the old pair'], actual: outcomeOf(oldRequest), evidence: [oldRequest.seq] }
  const status4xx = oldRequest.answer !== undefined && oldRequest.answer.status >= 400 && oldRequest.answer.status < 500
  if (oldAccepted || status4xx) verdict.oldRefused.check(!oldAccepted, oldFinding)
  else verdict.oldRefused.inconclusive(`The old pair got ${outcomeOf(oldRequest)}.`, oldFinding)
}
