import { X509Certificate } from 'node:crypto'
import { resolveSrv } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { startSimulatedCpe, type Resolve, type Transport } from '../fixtures/simulated-cpe/simulated-cpe.ts'
import { faults, variants } from '../fixtures/simulated-cpe/simulated-cpe.ts'
import { createRealClock } from '../harness/clock/real-clock.ts'
import { parseListen } from '../harness/device/listen-address.ts'
import { ListenError } from '../harness/listening/listen-error.ts'
import { checkIds } from './known-ids.ts'
import { UsageProblem } from './usage-problem.ts'

/** How `connreq simulate` was called. */
export interface SimulateOptions {
  fault: string[]
  variant: string[]
  acs: string
  acsCa?: string
  clientKey?: string
  clientCertificate?: string
  xmppCa?: string
  /** One way for Connection Requests instead of all. */
  transport?: string
  listen: string
  /** Where UDP Connection Requests are awaited; the address of `listen` and any port by default. */
  udpListen?: string
  username: string
  password: string
  seed?: number
  json: boolean
}

/**
 * `connreq simulate`: the simulated device as a process of its own, until SIGINT or SIGTERM powers it off.
 * SIGUSR1 changes a value, SIGUSR2 reboots.
 * @throws UsageProblem, ListenError
 */
export async function simulate(options: SimulateOptions): Promise<void> {
  checkIds('fault', options.fault, faults)
  checkIds('variant', options.variant, variants)
  const { acs, listen, udpListen, username, password, acsCa, xmppCa, transport, seed, json } = options
  const end = new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  const place = listenPlace('--listen', listen)
  const udpPlace = udpListen === undefined ? undefined : listenPlace('--udp-listen', udpListen)
  await using device = await startSimulatedCpe({
    clock: createRealClock(),
    acsUrl: acsUrl(acs),
    listen: place,
    ...(udpPlace === undefined ? {} : { udpListen: udpPlace }),
    acsCredentials: { username, password },
    faults: options.fault,
    variants: options.variant,
    ...(acsCa === undefined ? {} : { acsCa: readAuthority('--acs-ca', acsCa) }),
    ...clientIdentity(options),
    ...(xmppCa === undefined ? {} : { xmppCa: readAuthority('--xmpp-ca', xmppCa) }),
    ...(transport === undefined ? {} : { transports: [transportOf(transport)] }),
    resolve: resolveByDns,
    ...(seed === undefined ? {} : { seed }),
    onLog: entry => say(json ? JSON.stringify(entry) : `${(entry.at / 1000).toFixed(3).padStart(9)} s  ${entry.text}`),
  }).catch(error => {
    if (!isListenFailure(error)) throw error
    throw error.syscall === 'bind'
      ? new ListenError(udpPlace ?? { ...place, port: 0 }, error, '--udp-listen')
      : new ListenError(place, error, '--listen')
  })
  process.on('SIGUSR1', () => device.changeValue())
  process.on('SIGUSR2', () => void device.reboot())
  if (!json) say(`ConnectionRequestURL: ${device.connectionRequestUrl || 'none'} (process ${process.pid})`)
  await end
}

function acsUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new UsageProblem(
    `--acs must be an http or https URL, for example http://127.0.0.1:7547/acs; "${text}" is none.`,
  )
}

function transportOf(text: string): Transport {
  if (text === 'http' || text === 'xmpp' || text === 'udp') return text
  throw new UsageProblem(`--transport must be http, xmpp or udp; "${text}" is none of them.`)
}

const xmppPort = 5222

/** The servers that the domain's SRV records name; without any the domain's own address (RFC 6120 3.2). */
const resolveByDns: Resolve = async domain => {
  const itself = [{ host: domain, port: xmppPort, priority: 0, weight: 0 }]
  if (isIP(domain) !== 0) return itself
  const records = await resolveSrv(`_xmpp-client._tcp.${domain}`).catch(() => [])
  if (records.length === 0) return itself
  // A single dot says that there is no such service (RFC 2782).
  return records.filter(({ name }) => !['', '.'].includes(name)).map(({ name, ...place }) => ({ host: name, ...place }))
}

function clientIdentity({ clientKey, clientCertificate }: SimulateOptions) {
  if (clientKey === undefined && clientCertificate === undefined) return {}
  if (clientKey === undefined || clientCertificate === undefined)
    throw new UsageProblem('--client-key and --client-certificate belong together; one of them is missing.')
  const key = readPem('--client-key', clientKey)
  const cert = readPem('--client-certificate', clientCertificate)
  try {
    createSecureContext({ key, cert })
  } catch (error) {
    throw new UsageProblem(
      `--client-key and --client-certificate are no key and certificate in PEM that belong together: ${(error as Error).message}.`,
    )
  }
  return { acsIdentity: { key, cert } }
}

function readPem(option: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageProblem(`${option} cannot be read: ${(error as Error).message}.`)
  }
}

function readAuthority(option: string, path: string): string {
  const text = readPem(option, path)
  if (!isCertificate(text))
    throw new UsageProblem(`${option} must name a file with a certificate in PEM; ${path} holds none that can be read.`)
  return text
}

function isCertificate(text: string): boolean {
  try {
    return text.includes('-----BEGIN') && new X509Certificate(text).subject !== ''
  } catch {
    return false
  }
}

const isListenFailure = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'bind')

function listenPlace(option: string, text: string) {
  const place = parseListen(text)
  if (!place)
    throw new UsageProblem(`${option} must be an address and a port, for example 127.0.0.1:30005; "${text}" is none.`)
  return place
}
