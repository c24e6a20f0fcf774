import { claimsUdp } from '../../harness/device/udp-parameters.ts'
import { claimsXmpp } from '../../harness/device/xmpp-parameters.ts'
import type { Heard } from '../check/hear-device.ts'
import { isOfMachine, type MachineAddress } from '../check/machine.ts'
import type { ProfileAnswers } from './answers.ts'
import { acsAt, otherListens, type Ports } from './defaults.ts'

/** What a device told of itself, as a profile. What it did not tell is left as `given` has it. */
export function heardAnswers(
  given: ProfileAnswers,
  heard: Heard,
  { machine, ports }: { machine: readonly MachineAddress[]; ports: Ports },
): ProfileAnswers {
  const { opened, findings, to } = heard
  const { manufacturer, oui, productClass, serialNumber } = opened.inform.deviceId
  const informed = (name: string) =>
    opened.inform.parameters.find(parameter => parameter.name.endsWith(`.${name}`))?.value
  const firmware = findings?.firmware ?? informed('SoftwareVersion')
  const name = [manufacturer, productClass].filter(Boolean).join(' ')
  const url = informed('ConnectionRequestURL')
  const features = {
    http: url ? true : ('auto' as const),
    udp: findings !== undefined && claimsUdp(findings) ? true : ('auto' as const),
    xmpp: findings !== undefined && claimsXmpp(findings) ? true : ('auto' as const),
  }
  const place = to !== undefined && isOfMachine(to, machine) ? acsAt(to, ports.acs, given) : given
  const { acsListen } = given
  const rpcs = findings?.rpcMethods ?? []
  return {
    ...given,
    ...(name === '' ? {} : { name }),
    ...(firmware ? { firmware } : {}),
    ...(place.acsUrl === undefined ? {} : { acsUrl: place.acsUrl }),
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
    ],
  }
}

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
