import { stringify } from 'yaml'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { wrapText } from '../../reports/terminal/wrap-text.ts'
import type { ProfileAnswers } from './answers.ts'

/** How the file is named in what it says of itself, and the day on which it is written. */
export interface WrittenProfile {
  file: string
  day: string
}

/** The text of a profile, with comments that tell of what may be changed. */
export function profileText(answers: ProfileAnswers, { file, day }: WrittenProfile): string {
  const lines = [
    `# What device is tested and in what lab; written by \`connreq init\` on ${day}. Next:`,
    '#',
    `#   connreq check ${plain(file)} --wait`,
    `#   connreq run ${plain(file)}`,
    '#',
    '# Everything may be left out; what stands here commented out is optional. Unknown keys are refused.',
    '',
    ...deviceLines(answers),
    '',
    ...featureLines(answers),
    '',
    ...acsLines(answers),
    '',
    ...requestLines,
    '',
    ...xmppLines(answers),
    '',
    ...stunLines(answers),
    '',
    ...controlLines(answers),
    '',
    ...timingLines,
  ]
  return `${lines.join('\n')}\n`
}

/** One line that neither moves the cursor nor ends a comment. */
const plain = (text: string) => visibleText(text)

/** A text as YAML writes it. */
const scalar = (text: string) => stringify(plain(text), { lineWidth: 0 }).trimEnd()

const longestName = 64
const widestComment = 116
const named = (text: string) => scalar(shortenedText(plain(text), longestName))

function deviceLines({ name, firmware, heard }: ProfileAnswers): string[] {
  return [
    ...heard.flatMap(sentence => wrapText(plain(sentence), widestComment)).map(line => `# ${line}`),
    ...(name || firmware
      ? [
          'device:',
          name ? `  name: ${named(name)}` : '  # name: ACME RG-500',
          firmware ? `  firmware: ${named(firmware)}` : '  # firmware: 1.2.3',
        ]
      : ['# device:', '#   name: ACME RG-500', '#   firmware: 1.2.3']),
  ]
}

const featureLines = ({ features: { http, udp, xmpp } }: ProfileAnswers) => [
  '# Which Connection Requests the device is said to support. `auto` believes what the probe finds.',
  `features: { http: ${http}, udp: ${udp}, xmpp: ${xmpp} }`,
]

function acsLines({ acsListen, acsUrl, tls, authentication }: ProfileAnswers): string[] {
  return [
    'acs:',
    '  # The address and port at which the ACS of ConnReq listens; 0.0.0.0 is every address of this machine.',
    `  listen: ${scalar(acsListen)}`,
    '  # The URL that the device has to be given (ManagementServer.URL).',
    acsUrl === undefined ? '  # url: http://192.0.2.10:7547/acs' : `  url: ${scalar(acsUrl)}`,
    '  # `generated` makes a certificate for this run and says where its authority is; or name files of your own.',
    tls ? '  tls: generated' : '  # tls: generated',
    '  # tls: { key: acs-key.pem, certificate: acs-certificate.pem }',
    ...authenticationLines(authentication),
  ]
}

function authenticationLines({ scheme, username, password }: ProfileAnswers['authentication']): string[] {
  const about = '  # How the device authenticates itself to the ACS: none, basic or digest.'
  if (scheme === 'none')
    return [
      about,
      ...commented([
        '  authentication:',
        '    scheme: digest',
        '    username: rg500',
        '    password: the-password-in-the-device',
      ]),
    ]
  const section = [
    '  authentication:',
    `    scheme: ${scheme}`,
    `    username: ${scalar(username || 'the-user-name-in-the-device')}`,
  ]
  if (password !== undefined && username) return [about, ...section, `    password: ${scalar(password)}`]
  return [
    about,
    '  # The password is in the device; write it here and take the comment signs away.',
    ...commented([...section, '    password: the-password-in-the-device']),
  ]
}

/** The sign before what the lines have in common. */
const commented = (lines: readonly string[]) => lines.map(line => `  # ${line.slice(2)}`)

const requestLines = [
  '# The pair that the device is given for Connection Requests; without it a fresh one for each run.',
  '# connectionRequest:',
  '#   username: connreq',
  '#   password: a-long-one',
  '#   # A second address of this machine, from which the device is asked too.',
  '#   secondAddress: 192.0.2.11',
]

function xmppLines({ xmppListen }: ProfileAnswers): string[] {
  const about = '# XMPP Connection Requests (Annex K); docs/xmpp.md tells the rest.'
  const domain = ['  # The domain of the server, and the DNS server that the device asks: `check` asks it too.']
  const rest = [...domain, '  # domain: xmpp.lab.example', '  # resolver: 192.0.2.53']
  if (xmppListen === undefined) return [about, '# xmpp:', '#   listen: 0.0.0.0:5222']
  return [about, 'xmpp:', `  listen: ${scalar(xmppListen)}`, ...rest]
}

function stunLines({ stunListen }: ProfileAnswers): string[] {
  const about = '# UDP Connection Requests through NAT (Annex G); docs/udp.md tells the rest.'
  if (stunListen === undefined) return [about, '# stun:', '#   listen: 0.0.0.0:3478']
  return [about, 'stun:', `  listen: ${scalar(stunListen)}`]
}

function controlLines({ reboot, canBeReset }: ProfileAnswers): string[] {
  const others = [
    `  # factoryReset: rpc${canBeReset ? ' # the device has this RPC; what it holds is lost' : ''}`,
    '  # start: ./switch-on.sh',
    '  # stop: ./switch-off.sh',
    '  # power: ./power-cycle.sh',
    '  # valueChange: ask',
  ]
  return [
    '# How the device can be controlled: a shell command, `rpc` for the CWMP method, or `ask` for the person at the bench.',
    '# What is not named is not done, and the scenarios that need it are left out.',
    ...(reboot === undefined
      ? ['# control:', '#   reboot: rpc', ...others.map(line => `# ${line.replace('# ', '')}`)]
      : ['control:', `  reboot: ${scalar(reboot)}`, ...others]),
  ]
}

const timingLines = [
  '# Durations that we chose, never those of the standard.',
  '# timing:',
  '#   # How long the first Inform is waited for.',
  '#   firstInform: 15m',
  '#   # How long the device takes to start.',
  '#   boot: 5m',
]
