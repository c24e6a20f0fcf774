import { isSingleEvent, kindOfEvent } from '../../harness/cwmp/event-code.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'

type Inform = EntryOf<'session-opened'>

/** Every Inform of the device under test, and those with another identity from the same address. */
export const informs = (timeline: Timeline) => entriesOf(timeline, 'session-opened')

/** Judges each Inform by all that is wrong with it; the metric keeps the first breach and what else was seen. */
export function judgeEach(
  timeline: Timeline,
  metric: MetricJudge,
  expected: string[],
  problemsOf: (inform: Inform) => readonly string[],
  severity: 'fail' | 'warn' = 'fail',
): void {
  const all = informs(timeline).filter(({ ofDeviceUnderTest }) => ofDeviceUnderTest)
  if (all.length === 0) return metric.inconclusive('No Inform came.')
  for (const inform of all)
    for (const problem of problemsOf(inform)) metric[severity]({ expected, actual: problem, evidence: [inform.seq] })
  metric.pass({ expected, actual: `so in all of ${all.length} Informs`, evidence: [all[0]?.seq ?? 0] })
}

/** CW-INF-01: the shape of DeviceId. */
export function deviceIdProblems({ inform: { deviceId } }: Inform): string[] {
  const { manufacturer, oui, productClass, serialNumber } = deviceId
  const problems: string[] = []
  if (oui === undefined || !/^[0-9A-F]{6}$/.test(oui))
    problems.push(`OUI "${oui ?? ''}" is not six upper-case hexadecimal digits`)
  for (const [name, value] of Object.entries({
    Manufacturer: manufacturer,
    ProductClass: productClass,
    SerialNumber: serialNumber,
  })) {
    if (value === undefined) problems.push(`DeviceId has no ${name}`)
    else if (Array.from(value).length > 64) problems.push(`${name} is longer than 64 characters`)
  }
  return serialNumber === '' ? [...problems, 'SerialNumber is empty'] : problems
}

/**
 * CW-INF-01: the identity stays the same. Another identity is that of this device only where it comes from the same
 * address with its ConnectionRequestURL or the ParameterKey of this run; else it may be a second device.
 */
export function judgeConstancy(timeline: Timeline, metric: MetricJudge): void {
  const all = informs(timeline)
  const own = all.find(({ ofDeviceUnderTest }) => ofDeviceUnderTest)
  if (!own) return
  const fromSameAddress = all.filter(
    other => !other.ofDeviceUnderTest && addressOf(timeline, other) === addressOf(timeline, own),
  )
  const ownMarks = new Set(all.filter(({ ofDeviceUnderTest }) => ofDeviceUnderTest).flatMap(marksOf))
  const changed = fromSameAddress.find(other => marksOf(other).some(mark => ownMarks.has(mark)))
  const expected = ['the same DeviceId in every session']
  if (changed)
    return metric.fail({
      expected,
      actual: `${identityOf(own)}, later ${identityOf(changed)} with the same ConnectionRequestURL or ParameterKey`,
      evidence: [own.seq, changed.seq],
    })
  const [stranger] = fromSameAddress
  if (stranger)
    metric.inconclusive(
      `${identityOf(stranger)} called from the same address: a second device, or a changed identity.`,
      {
        expected,
        evidence: [own.seq, stranger.seq],
      },
    )
}

/** Other keys that begin so are set by scenarios, in every run alike: a device that was tested before may hold them. */
const keyOfARun = /^connreq-[0-9a-f]{8}$/

/** What no two devices share: the ConnectionRequestURL, and the ParameterKey that only this run sets. */
const marksOf = ({ inform }: Inform) =>
  inform.parameters
    .filter(({ name, value }) => /ManagementServer\.(ConnectionRequestURL|ParameterKey)$/.test(name) && value !== '')
    .filter(({ name, value }) => name.endsWith('URL') || keyOfARun.test(value))
    .map(({ value }) => value)

const addressOf = (timeline: Timeline, { connection }: Inform) =>
  entriesOf(timeline, 'connection-accepted').find(entry => entry.connection === connection)?.from.address

const identityOf = ({ inform: { deviceId } }: Inform) => `${deviceId.oui ?? '?'}-${deviceId.serialNumber ?? '?'}`

/**
 * CW-INF-02: parameters that every Inform must carry by the data model, without ConnectionRequestURL, which is
 * CR-HTTP-02. Of the TR-181 ones that came with a later version, those that the device has.
 */
export function missingForced(facts: DeviceFacts): (inform: Inform) => string[] {
  const { root, parameters } = facts
  const always = [
    'DeviceInfo.HardwareVersion',
    'DeviceInfo.SoftwareVersion',
    'DeviceInfo.ProvisioningCode',
    'ManagementServer.ParameterKey',
  ]
  const ifThere = ['RootDataModelVersion', 'ManagementServer.AliasBasedAddressing'].filter(
    name => `${root}${name}` in parameters,
  )
  const tr098 = root === 'InternetGatewayDevice.' ? ['DeviceSummary', 'DeviceInfo.SpecVersion'] : []
  const required = [...always, ...ifThere, ...tr098].map(name => `${root}${name}`)
  return ({ inform }) => {
    const carried = new Set(inform.parameters.map(({ name }) => name))
    const missing = required.filter(name => !carried.has(name))
    if (root === 'InternetGatewayDevice.' && ![...carried].some(name => name.endsWith('.ExternalIPAddress')))
      missing.push('the ExternalIPAddress of the default WAN connection')
    return missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]
  }
}

/** CW-INF-04: local time with its offset from UTC. An unknown time is no breach. */
export function currentTimeProblems({ inform: { currentTime } }: Inform): string[] {
  if (currentTime === undefined) return ['no CurrentTime']
  if (currentTime.startsWith('0001-01-01T00:00:00')) return []
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(currentTime)
    ? []
    : [`CurrentTime "${currentTime}" has no offset from UTC`]
}

/** CW-EVT-01: every EventCode is one of the standard or has the form of a vendor's. */
export const unknownEvents = ({ inform }: Inform): string[] =>
  inform.events
    .filter(({ eventCode }) => kindOfEvent(eventCode) === 'unknown')
    .map(({ eventCode }) => `"${eventCode}" is no EventCode`)

/** CW-EVT-02: single events once and without a CommandKey, at most 64 entries. */
export function eventListProblems({ inform: { events } }: Inform): string[] {
  const problems = events.length > 64 ? [`${events.length} events in one Inform`] : []
  const seen = new Set<string>()
  for (const { eventCode, commandKey, commandKeyMissing } of events) {
    if (commandKeyMissing) problems.push(`"${eventCode}" has no CommandKey element`)
    if (!isSingleEvent(eventCode)) continue
    if (seen.has(eventCode)) problems.push(`"${eventCode}" is listed twice`)
    else if (!commandKeyMissing && commandKey !== '') problems.push(`"${eventCode}" has the CommandKey "${commandKey}"`)
    seen.add(eventCode)
  }
  return problems
}
