import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { IsFree } from './ports.ts'

/** Tries a port on all IPv4 addresses by listening there for a moment. */
export const isFree: IsFree = (protocol, port) => (protocol === 'tcp' ? tcpIsFree(port) : udpIsFree(port))

function tcpIsFree(port: number): Promise<boolean> {
  const server = createServer(socket => socket.destroy())
  return new Promise(resolve => {
    server.once('error', () => resolve(false))
    server.listen({ host: '0.0.0.0', port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

function udpIsFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise(resolve => {
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind({ address: '0.0.0.0', port, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}
