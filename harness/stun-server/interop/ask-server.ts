import { type Socket, createSocket } from 'node:dgram'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { noLongerAwaited } from '../../clock/clock.ts'
import type { Endpoint } from '../../timeline/entry.ts'
import { headerBytes } from '../message-types.ts'

/** More often than any server needs to start. */
const copies = 150
const betweenCopiesMs = 100

export async function openClient(): Promise<{ socket: Socket; own: Endpoint }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return { socket, own: { address: '127.0.0.1', port: socket.address().port } }
}

/** Sends a request until it is answered. @throws Error when it never is */
export async function askServer(socket: Socket, port: number, request: Buffer): Promise<Buffer> {
  const clock = createRealClock()
  const stop = new AbortController()
  const answered = new Promise<Buffer>(resolve => {
    const listen = (datagram: Buffer) => {
      if (!datagram.subarray(4, headerBytes).equals(request.subarray(4, headerBytes))) return
      socket.off('message', listen)
      stop.abort(noLongerAwaited)
      resolve(datagram)
    }
    socket.on('message', listen)
  })
  try {
    for (let copy = 0; copy < copies; copy++) {
      socket.send(request, port, '127.0.0.1')
      await clock.sleep(betweenCopiesMs, stop.signal)
    }
  } catch (error) {
    if (error === noLongerAwaited) return answered
    throw error
  }
  throw new Error(`Port ${port} never answered.`)
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
