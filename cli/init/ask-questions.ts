import { isLoopback, type MachineAddress } from '../check/machine.ts'
import type { ProfileAnswers } from './answers.ts'
import { acsAt, facing, otherListens, type Ports } from './defaults.ts'

/** How questions are put: the part of @inquirer/prompts that is used. */
export interface Prompts {
  input: (question: {
    message: string
    default?: string
    validate?: (text: string) => true | string
  }) => Promise<string>
  password: (question: { message: string; mask: string }) => Promise<string>
  select: <T>(question: { message: string; choices: { name: string; value: T }[] }) => Promise<T>
  checkbox: <T>(question: {
    message: string
    choices: { name: string; value: T }[]
    required?: boolean
  }) => Promise<T[]>
  confirm: (question: { message: string; default: boolean }) => Promise<boolean>
}

/** What was found on this machine. */
export interface Found {
  machine: readonly MachineAddress[]
  ports: Ports
}

const highestPort = 65_535

/** Asks whoever sits there for what a profile must know; each answer has a default. */
export async function askQuestions(prompts: Prompts, { machine, ports }: Found): Promise<ProfileAnswers> {
  const name = (await prompts.input({ message: 'Name of the device (empty: not told)' })).trim()
  const firmware = (await prompts.input({ message: 'Its firmware (empty: not told)' })).trim()
  const address = await prompts.select({
    message: 'Which address of this machine faces the device?',
    choices: addressChoices(machine),
  })
  const port = Number(
    await prompts.input({
      message: 'Port of the ACS',
      default: String(ports.acs),
      validate: text =>
        (/^\d+$/.test(text) && Number(text) > 0 && Number(text) <= highestPort) || 'a port is a number from 1 to 65535',
    }),
  )
  const tls = await prompts.confirm({ message: 'Shall the device call it over TLS (https)?', default: false })
  const features = await askFeatures(prompts)
  const authentication = await askAuthentication(prompts)
  const reboot = await askReboot(prompts)
  const place = acsAt(address, port, { tls })
  return {
    ...(name === '' ? {} : { name }),
    ...(firmware === '' ? {} : { firmware }),
    ...place,
    tls,
    features,
    authentication,
    ...(reboot === undefined ? {} : { reboot }),
    canBeReset: false,
    ...otherListens(place.acsListen, { features, ports }),
    heard: [],
  }
}

const addressChoices = (machine: readonly MachineAddress[]) => [
  ...facing(machine).map(own => ({ name: `${own.address} (${own.interface})`, value: own.address })),
  ...machine
    .filter(({ address }) => isLoopback(address))
    .slice(0, 1)
    .map(({ address }) => ({
      name: `${address} (only for a device on this machine, as connreq simulate)`,
      value: address,
    })),
]

async function askFeatures({ select, checkbox }: Prompts): Promise<ProfileAnswers['features']> {
  const isKnown = await select({
    message: 'Which Connection Requests does the device support?',
    choices: [
      { name: 'find out (auto)', value: false },
      { name: 'I know', value: true },
    ],
  })
  if (!isKnown) return { http: 'auto', udp: 'auto', xmpp: 'auto' }
  const has = await checkbox({
    message: 'Which?',
    choices: [
      { name: 'HTTP', value: 'http' as const },
      { name: 'UDP through NAT (Annex G)', value: 'udp' as const },
      { name: 'XMPP (Annex K)', value: 'xmpp' as const },
    ],
    required: true,
  })
  return { http: has.includes('http'), udp: has.includes('udp'), xmpp: has.includes('xmpp') }
}

async function askAuthentication({ select, input, password }: Prompts): Promise<ProfileAnswers['authentication']> {
  const scheme = await select({
    message: 'How does the device authenticate itself to the ACS?',
    choices: [
      { name: 'not at all, or not known', value: 'none' as const },
      { name: 'Digest', value: 'digest' as const },
      { name: 'Basic', value: 'basic' as const },
    ],
  })
  if (scheme === 'none') return { scheme }
  const written = await input({
    message: 'Its user name there (ManagementServer.Username)',
    validate: text => text.trim() !== '' || 'write the user name',
  })
  const username = written.trim()
  const secret = await password({ message: 'Its password there (empty: written into the file later)', mask: '*' })
  return { scheme, ...(username === '' ? {} : { username }), ...(secret === '' ? {} : { password: secret }) }
}

async function askReboot({ select, input }: Prompts): Promise<string | undefined> {
  const means = await select({
    message: 'How can the device be rebooted?',
    choices: [
      { name: 'by the RPC Reboot', value: 'rpc' },
      { name: 'by whoever is at the bench, who is asked', value: 'ask' },
      { name: 'by a shell command', value: 'command' },
      { name: 'not at all', value: 'not' },
    ],
  })
  if (means === 'not') return undefined
  if (means !== 'command') return means
  return input({ message: 'The command', validate: text => text.trim() !== '' || 'write a command' })
}
