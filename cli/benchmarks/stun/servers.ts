import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts, isInstalled } from '../../../fixtures/xmpp-servers/external-server.ts'
import type { Clock } from '../../../harness/clock/clock.ts'
import { timelineFileName } from '../../../harness/timeline/file.ts'
import { type ChildProcess, startProgram } from '../child-process.ts'

/** A STUN server in a process of its own, on one core. */
export interface StunServerProcess extends AsyncDisposable {
  pid: number
  port: number
}

interface ServerOptions {
  clock: Clock
  /** An empty directory that the server may fill. */
  directory: string
  /** The number of the core. */
  core: string
}

const embeddedScript = fileURLToPath(new URL('./embedded-server.js', import.meta.url))

/** The embedded server, recording to a file in the directory as it does in a run. */
export async function startEmbedded({ clock, directory, core }: ServerOptions): Promise<StunServerProcess> {
  const timeline = join(directory, timelineFileName)
  const child = startProgram('taskset', ['-c', core, process.execPath, embeddedScript, timeline], clock)
  await child.lineLike(/^port /)
  return serverProcess(child, Number(child.lines[0]?.split(' ')[1]))
}

export const isCoturnInstalled = (): boolean => isInstalled('turnserver')

/** coturn with STUN by UDP only, one relay thread, and no log of requests. */
export async function startCoturn({ clock, directory, core }: ServerOptions): Promise<StunServerProcess> {
  const [port] = (await freePorts(1)) as [number]
  const settings = [
    ...['--listening-ip', '127.0.0.1', '--listening-port', String(port), '--relay-threads', '1'],
    ...['-n', '--stun-only', '--no-auth', '--no-tcp', '--no-tls', '--no-dtls', '--no-cli'],
    ...['--log-file', 'stdout', '--pidfile', join(directory, 'coturn.pid'), '--userdb', join(directory, 'coturn.db')],
  ]
  const child = startProgram('taskset', ['-c', core, 'turnserver', ...settings], clock)
  await child.lineLike(/admin thread/)
  return serverProcess(child, port)
}

const serverProcess = (child: ChildProcess, port: number): StunServerProcess => ({
  pid: child.pid,
  port,
  [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
})
