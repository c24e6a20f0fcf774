import type { Socket } from 'node:net'

/** Question and answer on a socket that speaks text, one at a time. */
export interface TextExchange {
  /** Writes, then waits for what the pattern fits. @returns everything up to its end. @throws Error at the end of the connection */
  ask(text: string, pattern: RegExp): Promise<string>
  /** Leaves the socket to somebody else. */
  release(): void
}

export function createTextExchange(socket: Socket): TextExchange {
  let received = ''
  let look = () => {}
  let fail = (_error: Error) => {}
  const onData = (bytes: Buffer) => {
    received += bytes.toString('latin1')
    look()
  }
  const onClose = () => fail(new Error(`The server closed the connection; it had said: ${received}`))
  socket.on('data', onData).once('close', onClose)
  return {
    ask: (text, pattern) =>
      new Promise((resolve, reject) => {
        fail = reject
        look = () => {
          const match = pattern.exec(received)
          if (match === null) return
          const end = match.index + match[0].length
          resolve(received.slice(0, end))
          received = received.slice(end)
        }
        socket.write(text)
      }),
    release: () => void socket.off('data', onData).off('close', onClose),
  }
}
