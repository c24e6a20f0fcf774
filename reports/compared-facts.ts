import { durationText } from './durations.ts'
import type { RunRecord } from './run-record.ts'

/** One fact about the device or the lab: what the profile says of it, and what the probe found. */
export interface ComparedFact {
  fact: string
  declared?: string
  found?: string
  /** The two contradict each other. */
  differs: boolean
}

/**
 * The profile as it was used beside what the probe found, a row a fact. Facts of which neither says anything are left
 * out. Both are plain data of any version: whatever has another shape says nothing.
 */
export function comparedFacts({ profile, probe }: Pick<RunRecord, 'profile' | 'probe'>): ComparedFact[] {
  const declared = (...path: string[]) => textOf(valueAt(profile, path))
  const found = (...path: string[]) => textOf(valueAt(probe, path))
  const root = found('root') ?? 'Device.'
  const parameter = (name: string) => found('parameters', `${root}${name}`, 'value')
  const name = [found('deviceId', 'manufacturer'), found('deviceId', 'productClass')].filter(Boolean).join(' ')
  return [
    only('Device', declared('device', 'name'), name || undefined),
    compared('Firmware', declared('device', 'firmware'), found('firmware')),
    only('OUI', undefined, found('deviceId', 'oui')),
    only('Serial number', undefined, found('deviceId', 'serialNumber')),
    only(
      'Data model',
      undefined,
      [found('root'), parameter('RootDataModelVersion')].filter(Boolean).join(' ') || undefined,
    ),
    only('CWMP namespace', undefined, found('cwmp')),
    only('RPC methods', undefined, found('rpcMethods')),
    only('First contact with this ACS', undefined, found('bootstrapped')),
    compared('ACS URL', declared('acs', 'url'), parameter('ManagementServer.URL')),
    only('The device authenticates to the ACS with', declared('acs', 'authentication', 'scheme'), undefined),
    feature('HTTP', 'http', 'reachability', 'reachable'),
    only('ConnectionRequestURL', undefined, found('connectionRequestUrl')),
    credentials(),
    feature('UDP', 'udp', 'udp', 'bound'),
    only('STUN server', declared('stun', 'advertise') ?? declared('stun', 'listen'), stunServer()),
    only('STUN keep-alive period, in seconds', undefined, found('udp', 'keepAliveSeconds')),
    only('NAT between the device and the lab', undefined, found('udp', 'natted')),
    feature('XMPP', 'xmpp', 'xmpp', 'connected'),
    compared('XMPP server', declared('xmpp', 'server'), found('xmpp', 'server')),
    only('XMPP domain', declared('xmpp', 'domain'), undefined),
    only('JabberID', declared('xmpp', 'account', 'username'), found('xmpp', 'jid')),
    ...actions.map(([action, text]) => only(text, controlOf(action), found('control', action))),
    only('Waits', waits(valueAt(profile, ['timing'])), undefined),
  ].filter(({ declared, found }) => declared !== undefined || found !== undefined)

  function feature(text: string, key: string, part: string, good: string): ComparedFact {
    const wanted = declared('features', key)
    const state = found(part, 'state')
    return {
      ...only(`Connection Requests by ${text}`, wanted, found(part, 'detail') ?? state),
      differs: wanted === 'yes' && state !== undefined && state !== good,
    }
  }

  function credentials(): ComparedFact {
    const user = declared('connectionRequest', 'username')
    const work = valueAt(probe, ['credentialsWork'])
    const text = work === undefined ? undefined : work === true ? 'accepted' : 'not accepted'
    const isSet = valueAt(profile, ['connectionRequest']) !== undefined
    const set = user === undefined ? (isSet ? 'set by the harness' : undefined) : `user "${user}"`
    return { ...only('Credentials of Connection Requests', set, text), differs: set !== undefined && work === false }
  }

  /** With a time-out of its own, or a sentence for the person, it is more than a text. */
  function controlOf(action: string): string | undefined {
    const sentence = declared('control', action, 'ask')
    return declared('control', action) ?? declared('control', action, 'command') ?? (sentence && `ask: ${sentence}`)
  }

  function stunServer(): string | undefined {
    const host = found('udp', 'server', 'host')
    return host === undefined ? undefined : `${host} port ${found('udp', 'server', 'port') ?? '?'}`
  }
}

const actions: [key: string, text: string][] = [
  ['start', 'It is started by'],
  ['stop', 'It is stopped by'],
  ['reboot', 'It is rebooted by'],
  ['factoryReset', 'It is reset by'],
  ['power', 'Its power is cycled by'],
  ['valueChange', 'A value is changed by'],
]

function only(fact: string, declared: string | undefined, found: string | undefined): ComparedFact {
  return {
    fact,
    ...(declared === undefined ? {} : { declared }),
    ...(found === undefined ? {} : { found }),
    differs: false,
  }
}

const compared = (fact: string, declared: string | undefined, found: string | undefined): ComparedFact => ({
  ...only(fact, declared, found),
  differs: declared !== undefined && found !== undefined && declared !== found,
})

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inside, key) =>
      inside !== null && typeof inside === 'object' && Object.hasOwn(inside, key)
        ? (inside as Record<string, unknown>)[key]
        : undefined,
    value,
  )
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return value === '' ? undefined : value
  if (Array.isArray(value) && value.length > 0) return value.map(item => textOf(item) ?? '?').join(', ')
  return undefined
}

function waits(timing: unknown): string | undefined {
  if (timing === null || typeof timing !== 'object') return undefined
  const texts = Object.entries(timing).flatMap(([name, ms]) =>
    typeof ms === 'number' ? [`${name} ${durationText(ms)}`] : [],
  )
  return texts.length === 0 ? undefined : texts.join(', ')
}
