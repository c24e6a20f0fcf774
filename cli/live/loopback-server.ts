import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UsageProblem } from '../usage-problem.ts'

/** HTTP on this machine only, over both versions of IP where there are both. */
export interface LoopbackServer {
  readonly port: number
  close(): void
}

const largestHeader = 8192
const mostConnections = 64
const attempts = 10

/** An IPv6 that this machine does not have. */
const noSuchAddress = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'])

/**
 * Listens on the loopback addresses; port 0 takes any free one.
 * @throws UsageProblem when the port cannot be had
 */
export async function openLoopbackServer(port: number, onRequest: RequestListener): Promise<LoopbackServer> {
  for (let attempt = 1; ; attempt++) {
    const first = await listen('127.0.0.1', port, onRequest)
    if (first instanceof Error) throw portProblem(port, first)
    const taken = (first.address() as AddressInfo).port
    const second = await listen('::1', taken, onRequest)
    if (!(second instanceof Error)) return { port: taken, close: () => [first, second].forEach(closeAtOnce) }
    if (noSuchAddress.has(second.code ?? '')) return { port: taken, close: () => closeAtOnce(first) }
    closeAtOnce(first)
    // Another program would answer those who ask for "localhost".
    if (port !== 0 || attempt === attempts) throw portProblem(port, second)
  }
}

function listen(host: string, port: number, onRequest: RequestListener): Promise<Server | NodeJS.ErrnoException> {
  const server = createServer(
    { maxHeaderSize: largestHeader, headersTimeout: 5000, requestTimeout: 10_000, noDelay: true },
    onRequest,
  )
  server.maxConnections = mostConnections
  return new Promise(resolve => {
    server.once('error', resolve)
    server.listen({ host, port }, () => resolve(server))
  })
}

function closeAtOnce(server: Server): void {
  server.close()
  server.closeAllConnections()
}

function portProblem(port: number, { code, message }: NodeJS.ErrnoException): UsageProblem {
  const why =
    code === 'EADDRINUSE'
      ? `Port ${port} is taken by another program, perhaps by another run with --live`
      : `The live view cannot listen on port ${port} (${message})`
  return new UsageProblem(`${why}; choose another with --live <port>, or any free one with --live 0.`)
}
