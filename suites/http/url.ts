import type { SessionHandle } from '../../harness/acs/acs.ts'
import { CwmpFault } from '../../harness/cwmp/fault.ts'
import { parseConnectionRequestUrl } from '../../harness/device/connection-request-url.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, should } from '../../harness/verdict/metric.ts'
import { aSessionByAnyWay, applies } from '../needs.ts'
import { rests } from '../rests.ts'

const parameterName = 'ConnectionRequestURL'

const metrics = {
  same: must(
    'CR-HTTP-02',
    'The Inform carries the ConnectionRequestURL that GetParameterValues gives in the same session.',
  ),
  readOnly: must('CR-HTTP-02', 'The ConnectionRequestURL cannot be set.'),
  random: should('CR-HTTP-03', 'The path of the ConnectionRequestURL is not trivial.'),
  scheme: must('CR-HTTP-04', 'The ConnectionRequestURL is an http URL.'),
  notification: must('CR-HTTP-20', 'Active notification is on for the ConnectionRequestURL unless the ACS changed it.'),
  form: must('CR-HTTP-21', 'The ConnectionRequestURL has the form http://host:port/path.'),
}

/** CR-HTTP-02, 03, 04, 20, 21: the ConnectionRequestURL itself. */
export const url = scenario({
  id: 'http-url',
  title: 'The ConnectionRequestURL',
  purpose: 'The URL at which the device is asked: its form, its place in the data model, and who may change it.',
  applies: () => applies,
  windows: facts => [rests(facts, 1), { for: 'the session', ms: facts.timeToSessionMs ?? 0 }],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const { connectionRequestUrl, deviceId, bootstrapped } = bench.facts
    mark('url', { url: connectionRequestUrl, deviceId, bootstrapped })
    const call = aSessionByAnyWay(bench.facts)
    if (!call.applies) return mark('no-session', { reason: call.reason })
    await step('Read it, its attributes, and try to set it to the value it has', () =>
      bench.inSession('look at the ConnectionRequestURL', session => lookAtUrl(conversation, session)),
    )
  },

  judge(timeline, verdict, property) {
    judgeForm(timeline, verdict, property)
    const without = markNamed(timeline, 'no-session')
    if (without) {
      for (const metric of [verdict.same, verdict.readOnly, verdict.notification])
        metric.inconclusive(`There was no session in which it could be looked at. ${String(without.data?.['reason'])}`)
      return
    }
    judgeSame(timeline, verdict)
    judgeReadOnly(timeline, verdict)
    judgeNotification(timeline, verdict)
  },
})

async function lookAtUrl({ bench, mark }: Conversation, session: SessionHandle) {
  const name = managementServer(bench.facts, parameterName)
  const informed = session.inform.parameters.find(parameter => parameter.name === name)?.value
  const { parameters } = await session.call('GetParameterValues', { names: [name] })
  mark('url-read', {
    informed,
    read: parameters.find(parameter => parameter.name === name)?.value,
    session: session.id,
  })
  const attributes = await orFault(() => session.call('GetParameterAttributes', { names: [name] }))
  mark('url-attributes', { notification: attributes.value?.parameters[0]?.notification, fault: attributes.fault })
  const current = parameters[0]?.value
  if (current === undefined) return
  const write = await orFault(() => session.call('SetParameterValues', { parameters: [{ name, value: current }] }))
  mark('url-written', { fault: write.fault, parameterFaults: write.parameterFaults })
}

async function orFault<T>(call: () => Promise<T>): Promise<{ value?: T; fault?: string; parameterFaults?: string[] }> {
  try {
    return { value: await call() }
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    return { fault: error.faultCode, parameterFaults: error.parameterFaults.map(({ code }) => code) }
  }
}

function judgeSame(timeline: Timeline, { same }: MetricJudges<typeof metrics>) {
  const read = markNamed(timeline, 'url-read')
  if (!read) return
  const { informed, read: value } = read.data as { informed?: string; read?: string }
  if (informed === undefined)
    return same.inconclusive('The Inform carried no ConnectionRequestURL to compare with; see the invariants.', {
      evidence: [read.seq],
    })
  same.check(informed === value, {
    expected: ['the same value in Inform and in GetParameterValuesResponse'],
    actual: `Inform: ${informed}; GetParameterValues: ${value ?? 'no value'}`,
    evidence: [read.seq],
  })
}

function judgeReadOnly(timeline: Timeline, { readOnly }: MetricJudges<typeof metrics>) {
  const written = markNamed(timeline, 'url-written')
  if (!written) return
  const { fault, parameterFaults = [] } = written.data as { fault?: string; parameterFaults?: string[] }
  const inner = parameterFaults.length > 0 ? ` with ${parameterFaults.join(', ')} inside` : ''
  readOnly.check(fault !== undefined, {
    expected: ['fault 9003 with 9008 (non-writable parameter) inside', 'fault 9008'],
    actual: fault === undefined ? 'the write was accepted' : `fault ${fault}${inner}`,
    evidence: [written.seq],
  })
}

function judgeNotification(timeline: Timeline, { notification }: MetricJudges<typeof metrics>) {
  const attributes = markNamed(timeline, 'url-attributes')
  if (!attributes) return
  const { notification: value, fault } = attributes.data as { notification?: number; fault?: string }
  if (value === undefined)
    return notification.inconclusive(
      `GetParameterAttributes gave ${fault === undefined ? 'no attribute' : `fault ${fault}`}.`,
      { evidence: [attributes.seq] },
    )
  const finding = {
    expected: ['Notification 2 (active), the default of the data model', 'another value that an ACS set before'],
    actual: `Notification ${value}; nobody changed it in this run`,
    evidence: [attributes.seq],
  }
  const bootstrapped = markNamed(timeline, 'url')?.data?.['bootstrapped'] === true
  if (value !== 2 && !bootstrapped)
    notification.inconclusive(
      'The device did not report "0 BOOTSTRAP": an earlier ACS may have changed the attribute. Reset it to its factory state and run again.',
      finding,
    )
  else notification.check(value === 2, finding)
}

function judgeForm(
  timeline: Timeline,
  verdict: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const informed = markNamed(timeline, 'url')
  if (!informed) return
  const { url, deviceId = {} } = informed.data as { url?: string; deviceId?: Record<string, string> }
  judgeUrl({ url, deviceId, evidence: [informed.seq] }, verdict, property)
}

/** CR-HTTP-03, 04, 21: the form of a ConnectionRequestURL as it was told. */
export function judgeUrl(
  told: { url: string | undefined; deviceId: Readonly<Record<string, string>>; evidence: number[] },
  verdict: Pick<MetricJudges<typeof metrics>, 'scheme' | 'form' | 'random'>,
  property: (name: string, value: string) => void,
): void {
  const { url, deviceId, evidence } = told
  if (url === undefined || url === '') {
    for (const metric of [verdict.scheme, verdict.form, verdict.random])
      metric.inconclusive('The device gave no ConnectionRequestURL.')
    return
  }
  const parsed = parseConnectionRequestUrl(url)
  verdict.scheme.check(parsed.scheme === 'http', { expected: ['scheme http'], actual: parsed.scheme ?? url, evidence })
  verdict.form.check(parsed.problem === undefined, {
    expected: ['http://host:port/path by RFC 3986, an IPv6 address in brackets'],
    actual: parsed.problem ?? url,
    evidence,
  })
  if (parsed.problem !== undefined) return verdict.random.inconclusive('The URL cannot be taken apart.', { evidence })
  property('ConnectionRequestURL port', String(parsed.port))
  const why = triviality(
    parsed.path,
    Object.values(deviceId).filter(value => value.length >= 4),
  )
  verdict.random.check(why === undefined, {
    expected: ['a random path that nobody can guess'],
    actual: why ?? 'a path that is neither short nor made from the identity of the device',
    evidence,
  })
}

/** Why a path can be guessed; `undefined` when it looks random. A heuristic, hence only a recommendation is judged by it. */
function triviality(path: string, identity: readonly string[]): string | undefined {
  const text = path.replace(/^\//, '')
  if (text.length < 4) return `the path "${path}" is too short to be random`
  if (/^(tr-?0?69|cwmp|acs|cpe|connection-?request|index)[/.a-z]*$/i.test(text))
    return `the path "${path}" is a plain word`
  const part = identity.find(value => text.toLowerCase() === value.toLowerCase())
  return part === undefined ? undefined : `the path is "${part}", which stands in DeviceId too`
}
