import { connectionRows, supportedMethods } from '../../harness/device/xmpp-parameters.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { readParameters } from '../../harness/device/probe.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { anXmppDevice, needs } from '../needs.ts'
import { rests } from '../rests.ts'

/** A parameter of the data model and whether the ACS may set it. TR-157 Amendment 8, TR-181 Issue 2 Amendment 7 */
type Access = [name: string, access: 'readWrite' | 'readOnly']

/** XMPPConnReq:1 in ManagementServer. */
const ofManagementServer: Access[] = [
  ['SupportedConnReqMethods', 'readOnly'],
  ['ConnReqXMPPConnection', 'readWrite'],
  ['ConnReqAllowedJabberIDs', 'readWrite'],
  ['ConnReqJabberID', 'readOnly'],
]

/** XMPPBasic:1 in one XMPP.Connection. */
const ofConnection: Access[] = [
  ['Enable', 'readWrite'],
  ['Username', 'readWrite'],
  ['Password', 'readWrite'],
  ['Domain', 'readWrite'],
  ['Resource', 'readWrite'],
  ['JabberID', 'readOnly'],
  ['Status', 'readOnly'],
  ['LastChangeDate', 'readOnly'],
]

const metrics = {
  parameters: must(
    'CR-XMPP-01',
    'Every parameter of the profiles XMPPBasic:1 and XMPPConnReq:1 is there, with the access that they give it.',
  ),
  rows: must('CR-XMPP-01', 'Instances of XMPP.Connection can be created and deleted.'),
  methods: must('CR-GEN-19', 'SupportedConnReqMethods lists HTTP, and XMPP only where that works.'),
}

/** CR-XMPP-01, CR-GEN-19: what the data model of a device with XMPP Connection Requests has. */
export const profile = scenario({
  id: 'xmpp-profile',
  title: 'Parameters of XMPP Connection Requests',
  purpose:
    'The data model has the profiles XMPPBasic:1 and XMPPConnReq:1 with their access, and says truly which ways of asking it supports.',
  applies: needs(anXmppDevice),
  windows: facts => [rests(facts, 1)],
  metrics,

  async run({ bench, step, mark }: Conversation) {
    const { root, xmpp } = bench.facts
    await step('Read the names, values and access of the XMPP parameters', () =>
      bench.inSession('read the parameters of XMPP Connection Requests', async session => {
        const server = await readParameters(session, `${root}ManagementServer.`)
        const objects = await readParameters(session, `${root}XMPP.`)
        const found = Object.entries({ ...server, ...objects }).filter(
          ([name]) => name.startsWith(`${root}XMPP.`) || name.includes('ConnReq'),
        )
        // Lists of names: what stands behind the name of a password is redacted.
        mark('parameters', {
          root,
          readWrite: found.filter(([, { writable }]) => writable).map(([name]) => name),
          readOnly: found.filter(([, { writable }]) => !writable).map(([name]) => name),
          row: xmpp.connection?.path ?? connectionRows({ root, parameters: objects })[0],
          methods: server[managementServer({ root }, 'SupportedConnReqMethods')]?.value,
        })
      }),
    )
    mark('device', {
      state: xmpp.state,
      detail: xmpp.detail,
      created: xmpp.connection?.created,
      refusal: xmpp.connection?.refusal,
      called: xmpp.timeToSessionMs !== undefined,
    })
  },

  judge(timeline, verdict, property) {
    judgeParameters(timeline, verdict, property)
    judgeRows(timeline, verdict)
    judgeMethods(timeline, verdict)
  },
})

interface Found {
  root: string
  readWrite: string[]
  readOnly: string[]
  row?: string
  methods?: string
}

interface Device {
  state: string
  detail: string
  created?: boolean
  refusal?: { code: string; text: string }
  called: boolean
}

function judgeParameters(
  timeline: Timeline,
  { parameters }: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const mark = markNamed(timeline, 'parameters')
  if (!mark) return
  const { root, readWrite, readOnly, row } = mark.data as unknown as Found
  const access = Object.fromEntries([
    ...readWrite.map(name => [name, 'readWrite']),
    ...readOnly.map(name => [name, 'readOnly']),
  ]) as Record<string, string>
  const wanted: Access[] = [
    ...ofManagementServer.map(([name, mode]): Access => [`${root}ManagementServer.${name}`, mode]),
    [`${root}XMPP.ConnectionNumberOfEntries`, 'readOnly'],
    ...(row === undefined ? [] : ofConnection.map(([name, mode]): Access => [`${row}${name}`, mode])),
  ]
  const missing = wanted.filter(([name]) => access[name] === undefined).map(([name]) => `no ${name}`)
  const otherwise = wanted
    .filter(([name, mode]) => access[name] !== undefined && access[name] !== mode)
    .map(([name]) => `${name} is ${access[name]}`)
  const expected = [`${wanted.length} parameters with their access`]
  const evidence = [mark.seq]
  const problems = [...missing, ...otherwise]
  if (row === undefined && problems.length === 0)
    parameters.inconclusive('The device has no instance of XMPP.Connection whose parameters could be read.', {
      evidence,
    })
  else
    parameters.check(problems.length === 0, {
      expected,
      actual: problems.length === 0 ? 'all are there with their access' : problems.join('; '),
      evidence,
    })
  const has = (name: string) => row !== undefined && access[`${row}${name}`] !== undefined
  property('XMPPAdvanced:1', has('ServerConnectAlgorithm') && has('UseTLS') ? 'yes' : 'no')
  property('XMPPReconnect:1', has('ServerRetryInitialInterval') ? 'yes' : 'no')
}

function judgeRows(timeline: Timeline, { rows }: MetricJudges<typeof metrics>) {
  const mark = markNamed(timeline, 'device')
  if (!mark) return
  const { created, refusal, detail } = mark.data as unknown as Device
  const evidence = [mark.seq]
  const expected = ['AddObject makes an instance of XMPP.Connection']
  if (created === true) return rows.pass({ expected, actual: 'an instance was made for this run', evidence })
  if (refusal)
    return rows.warn({
      expected,
      actual: `AddObject was refused with ${refusal.code} ${refusal.text}; an instance that the device ships was used`,
      evidence,
    })
  rows.inconclusive(detail, { expected, evidence })
}

function judgeMethods(timeline: Timeline, { methods }: MetricJudges<typeof metrics>) {
  const mark = markNamed(timeline, 'parameters')
  const device = markNamed(timeline, 'device')
  if (!mark || !device) return
  const { methods: value } = mark.data as unknown as Found
  const { state, detail, called } = device.data as unknown as Device
  const evidence = [mark.seq, device.seq]
  if (value === undefined)
    return methods.inconclusive('The device has no SupportedConnReqMethods; see CR-XMPP-01.', { evidence })
  const listed = supportedMethods(value)
  const expected = ['HTTP in the list, and XMPP where it works']
  if (!listed.includes('HTTP')) return methods.fail({ expected, actual: `it lists "${value}"`, evidence })
  if (!listed.includes('XMPP'))
    return methods.inconclusive(`It lists "${value}", without XMPP.`, { expected, evidence })
  if (state !== 'connected')
    return methods.inconclusive(`Whether XMPP works was not seen: ${detail}`, { expected, evidence })
  methods.check(called, {
    expected,
    actual: called
      ? `it lists "${value}", and calls after XMPP requests`
      : `it lists "${value}", but no XMPP request brought a session`,
    evidence,
  })
}
