import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'
import type { Endpoint } from '../timeline/entry.ts'
import { ListenError } from './listen-error.ts'

/** A listening port that can be closed and opened again without touching the connections it has accepted. */
export interface Listener {
  readonly endpoint: Endpoint
  /** From now on connections are refused. */
  close(): void
  /** Listens again on the same port. @throws ListenError */
  reopen(): Promise<void>
}

/**
 * Listens; port 0 takes any free one, which it then keeps.
 * @param setting the key of the profile that names the place, for the error
 * @throws ListenError
 */
export async function openListener(
  listen: Endpoint,
  onConnection: (socket: Socket) => void,
  setting: string,
): Promise<Listener> {
  let server: Server | undefined = await start(listen, onConnection, setting)
  const { address, port } = server.address() as AddressInfo
  const endpoint = { address, port }
  return {
    endpoint,
    close() {
      server?.close()
      server = undefined
    },
    async reopen() {
      server ??= await start(endpoint, onConnection, setting)
    },
  }
}

function start(listen: Endpoint, onConnection: (socket: Socket) => void, setting: string): Promise<Server> {
  const server = createServer({ noDelay: true }, onConnection)
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(new ListenError(listen, error, setting)))
    server.listen({ host: listen.address, port: listen.port }, () => resolve(server))
  })
}
