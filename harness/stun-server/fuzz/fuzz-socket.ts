import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Clock, withTimeout } from '../../clock/clock.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import { messageTypes } from '../message-types.ts'
import { openStunServer } from '../open-stun-server.ts'
import { writeStunMessage } from '../write-message.ts'

/** An answer on the loopback takes no longer, in milliseconds, even where the machine is busy. */
const longestWaitMs = 5000

/** The server with inputs thrown at it through a real socket. */
export interface FuzzedServer extends AsyncDisposable {
  throwAt: (input: Buffer) => Promise<void>
  /** Whether an ordinary request is answered. */
  servesOn: () => Promise<boolean>
}

export async function openFuzzedServer(clock: Clock): Promise<FuzzedServer> {
  const forgetful = { add: (entry: object) => ({ ...entry, seq: 1 }) } as unknown as Pick<TimelineRecorder, 'add'>
  const listen = { address: '127.0.0.1', port: 0 }
  const server = await openStunServer({ clock, timeline: forgetful, listen, isOfDeviceUnderTest: () => true })
  const attacker = createSocket('udp4').bind(0, '127.0.0.1')
  const bystander = createSocket('udp4').bind(0, '127.0.0.1')
  await Promise.all([once(attacker, 'listening'), once(bystander, 'listening')])
  let asked = 0

  const servesOn = async () => {
    const id = Buffer.alloc(16)
    id.writeUInt32BE(++asked, 12)
    const answered = new Promise<true>(resolve => {
      bystander.on('message', answer => answer.subarray(4, 20).equals(id) && resolve(true))
    })
    bystander.send(writeStunMessage(messageTypes.bindingRequest, id, []), server.endpoint.port, '127.0.0.1')
    try {
      return await withTimeout(clock, longestWaitMs, answered, () => new Error('No answer'))
    } catch {
      return false
    } finally {
      bystander.removeAllListeners('message')
    }
  }

  return {
    servesOn,
    throwAt: input =>
      new Promise((resolve, reject) => {
        attacker.send(input, server.endpoint.port, '127.0.0.1', error => (error === null ? resolve() : reject(error)))
      }),
    async [Symbol.asyncDispose]() {
      attacker.close()
      bystander.close()
      await server[Symbol.asyncDispose]()
    },
  }
}
