import { isIP } from 'node:net'
import { type DeviceFacts, managementServer, type RootObject, type UdpFacts } from '../../harness/device/facts.ts'
import { readParameters } from '../../harness/device/probe.ts'
import { supportedMethods } from '../../harness/device/xmpp-parameters.ts'
import { type Conversation, type MetricJudges, type NoteProperty, scenario } from '../../harness/scenario.ts'
import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, should } from '../../harness/verdict/metric.ts'
import { aUdpDevice, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { isTrue } from './truth.ts'

/** UDPConnReq:1 in ManagementServer, with its access. TR-181 Issue 2, TR-098 */
const ofProfile: [name: string, access: 'readWrite' | 'readOnly'][] = [
  ['UDPConnectionRequestAddress', 'readOnly'],
  ['STUNEnable', 'readWrite'],
  ['STUNServerAddress', 'readWrite'],
  ['STUNServerPort', 'readWrite'],
  ['STUNUsername', 'readWrite'],
  ['STUNPassword', 'readWrite'],
  ['STUNMaximumKeepAlivePeriod', 'readWrite'],
  ['STUNMinimumKeepAlivePeriod', 'readWrite'],
  ['NATDetected', 'readOnly'],
]

/** In InternetGatewayDevice:1 only; Device:2 dropped it. */
const notificationLimit = 'UDPConnectionRequestAddressNotificationLimit'

const metrics = {
  parameters: must('CR-UDP-03', 'Every parameter of the profile UDPConnReq:1 is there, with its access.'),
  port: should('CR-UDP-05', 'STUNServerPort is 3478 before anybody sets it.'),
  methods: must('CR-GEN-19', 'SupportedConnReqMethods lists HTTP, and STUN only where that works.'),
}

/** CR-UDP-03, 05, CR-GEN-19: what the data model of a device with UDP Connection Requests has. */
export const profile = scenario({
  id: 'udp-profile',
  title: 'Parameters of UDP Connection Requests',
  purpose:
    'The data model has the profile UDPConnReq:1 with its access and the default port of STUN, and says truly which ways of asking it supports.',
  applies: needs(aUdpDevice),
  windows: facts => [rests(facts, 1)],
  metrics,

  async run({ bench, step, mark }: Conversation) {
    const { facts, timeline } = bench
    const { root, udp, bootstrapped } = facts
    await step('Read the names, values and access of the STUN parameters', () =>
      bench.inSession('read the parameters of UDP Connection Requests', async session => {
        const server = await readParameters(session, managementServer(facts, ''))
        const found = Object.entries(server).filter(([name]) => /\.(STUN\w+|NATDetected|UDP\w+)$/.test(name))
        mark('parameters', {
          root,
          readWrite: found.filter(([, { writable }]) => writable).map(([name]) => name),
          readOnly: found.filter(([, { writable }]) => !writable).map(([name]) => name),
          methods: server[managementServer(facts, 'SupportedConnReqMethods')]?.value,
        })
      }),
    )
    mark('device', {
      state: udp.state,
      detail: udp.detail,
      server: udp.server?.host,
      asked: entriesOf(timeline, 'stun-received').some(({ ofDeviceUnderTest }) => ofDeviceUnderTest),
      bootstrapped,
      before: { enable: valueOf(facts, 'STUNEnable'), port: valueOf(facts, 'STUNServerPort') },
    })
  },

  judge(timeline, verdict, property) {
    judgeParameters(timeline, verdict)
    judgePort(timeline, verdict)
    judgeMethods(timeline, verdict, property)
  },
})

/** As the probe found it, before the device was given a STUN server. */
const valueOf = (facts: DeviceFacts, name: string) => facts.parameters[managementServer(facts, name)]?.value

interface Found {
  root: RootObject
  readWrite: string[]
  readOnly: string[]
  methods?: string
}

interface Device {
  state: UdpFacts['state']
  detail: string
  /** Where the device was to find the STUN server. */
  server?: string
  /** A Binding Request of it has been seen, whatever was in it. */
  asked: boolean
  bootstrapped: boolean
  before: { enable?: string; port?: string }
}

function judgeParameters(timeline: Timeline, { parameters }: MetricJudges<typeof metrics>) {
  const mark = markNamed(timeline, 'parameters')
  if (!mark) return
  const { root, readWrite, readOnly } = mark.data as unknown as Found
  const wanted = root === 'Device.' ? ofProfile : [...ofProfile, [notificationLimit, 'readWrite'] as const]
  const problems = wanted.flatMap(([name, access]) => {
    const full = managementServer({ root }, name)
    const [right, other] = access === 'readWrite' ? [readWrite, readOnly] : [readOnly, readWrite]
    if (right.includes(full)) return []
    return [other.includes(full) ? `${full} is not ${access}` : `no ${full}`]
  })
  parameters.check(problems.length === 0, {
    expected: [`${wanted.length} parameters with their access`],
    actual: problems.length === 0 ? 'all are there with their access' : problems.join('; '),
    evidence: [mark.seq],
  })
}

function judgePort(timeline: Timeline, { port }: MetricJudges<typeof metrics>) {
  const mark = markNamed(timeline, 'device')
  if (!mark) return
  const { bootstrapped, before } = mark.data as unknown as Device
  const evidence = [mark.seq]
  if (before.port === undefined) return port.inconclusive('The device has no STUNServerPort; see CR-UDP-03.')
  // Whoever had the device before may have set it.
  if (!bootstrapped || before.enable === undefined || isTrue(before.enable))
    return port.inconclusive('The device was not in its factory state: another ACS may have set STUNServerPort.', {
      evidence,
    })
  port.check(before.port === '3478', { expected: ['3478'], actual: before.port, evidence })
}

function judgeMethods(timeline: Timeline, { methods }: MetricJudges<typeof metrics>, property: NoteProperty) {
  const mark = markNamed(timeline, 'parameters')
  const device = markNamed(timeline, 'device')
  if (!mark || !device) return
  const { methods: value } = mark.data as unknown as Found
  const { state, detail, asked, server } = device.data as unknown as Device
  const evidence = [mark.seq, device.seq]
  if (value === undefined)
    return methods.inconclusive('The device has no SupportedConnReqMethods, which only XMPPConnReq:1 asks for.', {
      evidence,
    })
  const listed = supportedMethods(value)
  const expected = ['HTTP in the list, and STUN only where it works']
  property('STUN in SupportedConnReqMethods', listed.includes('STUN') ? 'yes' : 'no')
  if (!listed.includes('HTTP')) return methods.fail({ expected, actual: `it lists "${value}"`, evidence })
  if (!listed.includes('STUN'))
    return methods.pass({ expected, actual: `it lists "${value}", and need not list STUN`, evidence })
  const isWorking = state === 'bound' || asked
  if (!isWorking && state !== 'no-binding')
    return methods.inconclusive(`Whether STUN works was not seen: ${detail}`, { expected, evidence })
  if (!isWorking && server !== undefined && isIP(server) === 0)
    return methods.inconclusive(`The device may not have found ${server} by its name: ${detail}`, {
      expected,
      evidence,
    })
  methods.check(isWorking, {
    expected,
    actual: isWorking ? `it lists "${value}", and sends Binding Requests` : `it lists "${value}", but: ${detail}`,
    evidence,
  })
}
