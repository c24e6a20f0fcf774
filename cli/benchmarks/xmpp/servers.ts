import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled } from '../../../fixtures/xmpp-servers/external-server.ts'
import { startProsody } from '../../../fixtures/xmpp-servers/prosody.ts'
import type { Clock } from '../../../harness/clock/clock.ts'
import { timelineFileName } from '../../../harness/timeline/file.ts'
import { type CertificateFiles, writeCertificate } from '../certificate-files.ts'
import { type ChildProcess, startScript } from '../child-process.ts'
import { accountName, accountPassword, componentDomain, domain } from './accounts.ts'
import type { ServerPlace } from './server-place.ts'

/** A server in a process of its own. */
export interface ServerProcess extends AsyncDisposable {
  place: ServerPlace
}

interface ServerOptions {
  clock: Clock
  /** Where it may write. */
  directory: string
  certificate: CertificateFiles
  accounts: number
}

const embeddedScript = fileURLToPath(new URL('./embedded-server.js', import.meta.url))

/** The embedded server, recording to a file in the directory as it does in a run. */
export async function startEmbedded(options: ServerOptions): Promise<ServerProcess & { child: ChildProcess }> {
  const { clock, directory, certificate, accounts } = options
  const secret = randomBytes(16).toString('hex')
  const timeline = join(directory, timelineFileName)
  const args = [certificate.keyFile, certificate.certificateFile, timeline, secret, String(accounts)]
  const child = startScript(embeddedScript, args, clock)
  const [clientPort, port] = await portsSaidBy(child)
  return {
    child,
    place: { clientPort, ca: certificate.ca, component: { port, secret } },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  }
}

/** The numbers in the line in which a server process says where it listens. */
export async function portsSaidBy(child: ChildProcess): Promise<[number, number]> {
  await child.lineLike(/^ports /)
  const [clients = 0, components = 0] = (child.lines[0] ?? '').split(' ').slice(1).map(Number)
  return [clients, components]
}

/** Prosody with the same accounts; `undefined` where it is not installed. */
async function startComparison(options: ServerOptions): Promise<ServerProcess | undefined> {
  if (!isInstalled('prosody')) return undefined
  const { clock, certificate, accounts } = options
  const directory = join(options.directory, 'prosody')
  mkdirSync(directory)
  const server = await startProsody({ tls: certificate, domain, directory, sleep: ms => clock.sleep(ms) })
  for (let index = 0; index < accounts; index++)
    await server.register({ username: accountName(index), password: accountPassword })
  const { clientPort, component } = server
  if (component.domain !== componentDomain) throw new Error(`Its component is ${component.domain}.`)
  return {
    place: { clientPort, ca: certificate.ca, component },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** The embedded server and, where it is installed, Prosody; both run side by side. */
export async function startServers(
  options: Omit<ServerOptions, 'certificate'>,
): Promise<AsyncDisposable & { embedded: ServerProcess; comparison: ServerProcess | undefined }> {
  const certificate = await writeCertificate(domain, options.directory, options.clock)
  const embedded = await startEmbedded({ ...options, certificate })
  try {
    const comparison = await startComparison({ ...options, certificate })
    return {
      embedded,
      comparison,
      async [Symbol.asyncDispose]() {
        await embedded[Symbol.asyncDispose]()
        await comparison?.[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await embedded[Symbol.asyncDispose]()
    throw error
  }
}
