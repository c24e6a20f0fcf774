import { declaredControl } from '../../harness/device/profile-control.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { claimsUdp } from '../../harness/device/udp-parameters.ts'
import { claimsXmpp } from '../../harness/device/xmpp-parameters.ts'
import { whyNotComparable } from '../../harness/timeline/earlier-run.ts'
import type { EarlierRun } from '../baseline/earlier-run.ts'
import { type Finding, fine, note, problem } from './finding.ts'
import { type Heard, informed } from './hear-device.ts'

/** Everything in which the device contradicts its profile. */
export function contradictions(profile: Profile, heard: Heard, earlier: EarlierRun | undefined): Finding[] {
  const { findings: probed } = heard
  return [
    ...authenticationFindings(profile, heard),
    ...nameFindings(profile, heard),
    ...(probed === undefined
      ? [
          note(
            'device',
            'What the device supports could not be looked at: its session ended before it was asked.',
            'Mend what is said above, and check again.',
          ),
        ]
      : [...transportFindings(profile, probed), ...controlFindings(profile, probed)]),
    ...baselineFindings(heard, earlier),
  ]
}

type Probed = NonNullable<Heard['findings']>

/** How the device authenticated itself, against acs.authentication. TR-069 3.4.4 */
function authenticationFindings({ acs }: Profile, { authentication, ended }: Heard): Finding[] {
  const { scheme, username } = acs.authentication
  const called = authentication?.username === undefined ? '' : ` as "${authentication.username}"`
  if (scheme === 'none') {
    if (authentication === undefined) return []
    return [
      note(
        'device',
        `The device authenticates itself (${authentication.scheme}${called}), though acs.authentication is none.`,
        'Write its scheme, user name and password there: then it is tested whether it does so rightly.',
      ),
    ]
  }
  if (authentication?.ok === true && ended !== 'not-authenticated')
    return [fine('device', `The device authenticates itself${called}, as acs.authentication has it.`)]
  if (authentication === undefined || authentication.scheme === 'none')
    return [
      problem(
        'device',
        `acs.authentication is ${scheme}, but the device sends no credentials when it is asked for them.`,
        `Enter user name and password of the ACS in the device (ManagementServer.Username and Password), or write scheme: none.`,
      ),
    ]
  if (authentication.scheme !== scheme)
    return [
      problem(
        'device',
        `acs.authentication is ${scheme}, but the device answers the challenge by ${authentication.scheme}.`,
        `Write scheme: ${authentication.scheme}, if that is what it shall do.`,
      ),
    ]
  if (authentication.username !== undefined && authentication.username !== username)
    return [
      problem(
        'device',
        `The device authenticates itself${called}, but acs.authentication.username is "${username ?? ''}".`,
        'Correct one of them.',
      ),
    ]
  return [
    problem(
      'device',
      `The credentials of the device${called} are not those of acs.authentication: ${authentication.problem ?? 'they do not fit'}.`,
      'Enter the same password in both.',
    ),
  ]
}

function nameFindings({ device }: Profile, { opened, findings: probed }: Heard): Finding[] {
  const { manufacturer, productClass } = opened.inform.deviceId
  const parameter = (name: string) => probed?.parameters[`${probed.root}DeviceInfo.${name}`]?.value
  const findings: Finding[] = []
  const firmware = probed?.firmware ?? informed(opened.inform, 'SoftwareVersion')
  if (device.firmware !== undefined && firmware !== undefined && device.firmware !== firmware)
    findings.push(
      problem(
        'device',
        `device.firmware is "${device.firmware}", but the device says that it runs "${firmware}" (SoftwareVersion).`,
        'Write that, or install the other: the report names the firmware it is about.',
      ),
    )
  const names = [
    manufacturer,
    productClass,
    parameter('ModelName'),
    parameter('ModelNumber'),
    parameter('FriendlyName'),
  ]
  const known = names.filter(name => name !== undefined && name !== '') as string[]
  if (device.name !== undefined && known.length > 0 && !isLike(device.name, known))
    findings.push(
      note(
        'device',
        `device.name is "${device.name}", but the device calls itself ${[...new Set(known)].join(', ')}.`,
        'Make sure that the right device is connected.',
      ),
    )
  return findings
}

/** Whether a name has a word of three letters or more in common with others. */
function isLike(name: string, others: readonly string[]): boolean {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  const words = plain(name).split(' ')
  const theirs = others.map(plain)
  const run = (text: string) => text.replaceAll(' ', '')
  return (
    words.some(word => word.length >= 3 && theirs.some(text => run(text).includes(word))) ||
    theirs.some(text => text !== '' && run(plain(name)).includes(run(text)))
  )
}

const transports = {
  udp: {
    name: 'UDP',
    claims: claimsUdp,
    by: 'no STUNEnable with UDPConnectionRequestAddress, no SupportedConnReqMethods with STUN',
  },
  xmpp: { name: 'XMPP', claims: claimsXmpp, by: 'no ConnReqXMPPConnection, no SupportedConnReqMethods with XMPP' },
} as const

function transportFindings({ features }: Profile, probed: Probed): Finding[] {
  return (['udp', 'xmpp'] as const).flatMap(key => {
    const { name, claims, by } = transports[key]
    const isClaimed = claims(probed)
    const declared = features[key]
    if (declared === true && !isClaimed)
      return [
        problem(
          'device',
          `features.${key} is true, but the device does not say that it has ${name} Connection Requests (${by}).`,
          `Write features.${key}: auto or false, or enable it in the device.`,
        ),
      ]
    if (declared === false && isClaimed)
      return [
        note(
          'device',
          `features.${key} is false, but the device says that it has ${name} Connection Requests.`,
          `Write features.${key}: auto to have them tested.`,
        ),
      ]
    const has = isClaimed ? 'The device says that it has' : 'The device does not say that it has'
    return [fine('device', `${has} ${name} Connection Requests.`)]
  })
}

/** The RPCs that control actions are done by. TR-069 A.4.1.1, A.4.1.7 */
const rpcs = { reboot: 'Reboot', factoryReset: 'FactoryReset' } as const

function controlFindings({ control }: Profile, { rpcMethods }: Probed): Finding[] {
  if (rpcMethods.length === 0)
    return [note('device', 'The device did not say which RPCs it has (GetRPCMethods), so none is taken for granted.')]
  return (['reboot', 'factoryReset'] as const).flatMap(action => {
    const method = rpcs[action]
    if (declaredControl(control, action)?.means !== 'rpc' || rpcMethods.includes(method)) return []
    return [
      problem(
        'device',
        `control.${action} is rpc, but the device does not have the RPC ${method}: it has ${rpcMethods.join(', ')}.`,
        `Name a shell command, or ask, in control.${action}.`,
      ),
    ]
  })
}

function baselineFindings({ opened }: Heard, earlier: EarlierRun | undefined): Finding[] {
  if (earlier === undefined) return []
  const { oui, productClass } = opened.inform.deviceId
  const why = whyNotComparable(earlier.run, { simulated: false, oui, productClass })
  return why === undefined
    ? []
    : [problem('baseline', why, 'Name a run of this device in baseline.run, or leave it out.')]
}
