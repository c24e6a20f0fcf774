import { parseHost } from '../../harness/device/advertised-host.ts'
import { profileSchema } from '../../harness/device/profile.ts'
import { claimsUdp } from '../../harness/device/udp-parameters.ts'
import { claimsXmpp } from '../../harness/device/xmpp-parameters.ts'
import { type Heard, informed } from '../check/hear-device.ts'
import { isOfMachine, type MachineAddress } from '../check/machine.ts'
import type { ProfileAnswers } from './answers.ts'
import { acsAt, otherListens, type Ports } from './defaults.ts'

/** What a device told of itself, as a profile. What it did not tell is left as `given` has it. */
export function heardAnswers(
  given: ProfileAnswers,
  heard: Heard,
  { machine, ports }: { machine: readonly MachineAddress[]; ports: Ports },
): ProfileAnswers {
  const { opened, findings } = heard
  const { manufacturer, oui, productClass, serialNumber } = opened.inform.deviceId
  const firmware = findings?.firmware ?? informed(opened.inform, 'SoftwareVersion')
  const name = [manufacturer, productClass].filter(Boolean).join(' ')
  const url = informed(opened.inform, 'ConnectionRequestURL')
  const features = {
    http: url ? true : ('auto' as const),
    udp: findings !== undefined && claimsUdp(findings) ? true : ('auto' as const),
    xmpp: findings !== undefined && claimsXmpp(findings) ? true : ('auto' as const),
  }
  const acsUrl = calledUrl(given, heard, { machine, port: ports.acs })
  const { acsListen } = given
  const rpcs = findings?.rpcMethods ?? []
  return {
    ...given,
    ...(name === '' ? {} : { name }),
    ...(firmware ? { firmware } : {}),
    ...(acsUrl === undefined ? {} : { acsUrl }),
    features,
    authentication: authenticationOf(heard),
    ...reboot(given, findings?.rpcMethods),
    canBeReset: rpcs.includes('FactoryReset'),
    ...otherListens(acsListen, { features, ports }),
    heard: [
      `Heard: OUI ${oui ?? 'none'}, ProductClass ${productClass ?? 'none'}, serial number ${serialNumber ?? 'none'}${heard.from === undefined ? '' : `, from ${heard.from}`}.`,
      ...(findings === undefined
        ? ['Its session ended before it was asked what it supports.']
        : [`Data model: ${dataModel(findings)}; ${opened.cwmp}. RPCs: ${rpcs.join(', ') || 'not told'}.`]),
      ...(acsUrl === given.acsUrl || given.acsUrl === undefined
        ? []
        : [`The device called ${acsUrl}, not ${given.acsUrl}: the URL it called is written.`]),
    ],
  }
}

/** The URL by which the device called; what it does not tell is taken from the address at which it arrived. */
function calledUrl(
  given: ProfileAnswers,
  { host, target = '', to }: Heard,
  { machine, port }: { machine: readonly MachineAddress[]; port: number },
): string | undefined {
  const arrived = to !== undefined && isOfMachine(to, machine) ? acsAt(to, port, given).acsUrl : given.acsUrl
  if (host === undefined || arrived === undefined || !isHost(host)) return arrived
  const { protocol, pathname } = new URL(arrived)
  // Some devices leave the port out where there is one: at an address of ours nothing else can have taken the call.
  const isOurs = !hasPort(host) && isOfMachine(parseHost(host).host, machine)
  const url = `${protocol}//${host}${isOurs ? `:${port}` : ''}${target.startsWith('/') ? target : pathname}`
  return profileSchema.safeParse({ acs: { url } }).success ? url : arrived
}

const isHost = (text: string) => /^([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$/.test(text)
const hasPort = (host: string) => parseHost(host).port !== undefined

function dataModel({ root, parameters }: NonNullable<Heard['findings']>): string {
  const version = parameters[`${root}RootDataModelVersion`]?.value
  const name = root === 'Device.' ? 'Device: (TR-181)' : 'InternetGatewayDevice: (TR-098)'
  return `${name}${version ? ` ${version}` : ''}`
}

/** A user name that it sends or holds; the password only its owner knows. */
function authenticationOf({ authentication, findings }: Heard): ProfileAnswers['authentication'] {
  const held = findings?.parameters[`${findings.root}ManagementServer.Username`]?.value
  const username = authentication?.username ?? held
  if (!username) return { scheme: 'none' }
  return { scheme: authentication?.scheme === 'basic' ? 'basic' : 'digest', username }
}

function reboot(given: ProfileAnswers, rpcs: readonly string[] | undefined): Pick<ProfileAnswers, 'reboot'> {
  if (rpcs === undefined || rpcs.length === 0) return given.reboot === undefined ? {} : { reboot: given.reboot }
  return { reboot: rpcs.includes('Reboot') ? 'rpc' : 'ask' }
}
