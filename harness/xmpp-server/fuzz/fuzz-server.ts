import { type Socket, connect } from 'node:net'
import { createRealClock } from '../../clock/real-clock.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import { generateCertificate } from '../../tls/authority.ts'
import { openXmppServer, ordinaryPolicy } from '../xmpp-server.ts'

/** A server with inputs thrown at it over real connections. */
export interface FuzzedServer extends AsyncDisposable {
  /** Sends an input to the clients' or the components' side and resolves when the connection is closed. */
  throwAt: (side: 'clients' | 'components', input: Buffer) => Promise<void>
  /** Whether a client that came before all inputs is still served. */
  servesOn: () => Promise<boolean>
}

export async function openFuzzedServer(): Promise<FuzzedServer> {
  const clock = createRealClock()
  const forgetful = { add: (entry: unknown) => entry } as Pick<TimelineRecorder, 'add'>
  const loopback = { address: '127.0.0.1', port: 0 }
  const tls = await generateCertificate({ clock, hosts: ['xmpp.test'] })
  const server = await openXmppServer({ clock, timeline: forgetful, domain: 'xmpp.test', listen: loopback, tls })
  server.policy = { ...ordinaryPolicy, plainInClear: true }
  server.addAccount({ username: 'cpe', password: 'pencil case' })
  server.addAccount({ username: 'bystander', password: 'pencil case' })
  server.addComponent({ domain: 'acs.xmpp.test', secret: 'secret' })
  const bystander = connect(server.endpoint.port, server.endpoint.address)
  await say(
    bystander,
    `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='xmpp.test' version='1.0'>`,
    '</stream:features>',
  )
  const credentials = Buffer.from('\0bystander\0pencil case').toString('base64')
  await say(
    bystander,
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${credentials}</auth><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='xmpp.test' version='1.0'>`,
    '</stream:features>',
  )
  await say(bystander, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", '</iq>')
  return {
    throwAt(side, input) {
      const { address, port } = side === 'clients' ? server.endpoint : server.componentEndpoint
      return new Promise(resolve => {
        const socket = connect({ host: address, port, noDelay: true })
        socket.on('error', () => undefined).on('data', () => undefined)
        socket.once('close', () => resolve())
        socket.end(input)
      })
    },
    async servesOn() {
      const answer = await say(bystander, "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>", '>')
      return answer.includes('type="result"')
    },
    async [Symbol.asyncDispose]() {
      bystander.destroy()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** Sends text and resolves with what comes, as soon as it ends so; or with what came when the connection closes. */
function say(socket: Socket, text: string, end: string): Promise<string> {
  return new Promise(resolve => {
    let received = ''
    const finish = () => {
      socket.off('data', listen)
      socket.off('close', finish)
      resolve(received)
    }
    const listen = (bytes: Buffer) => {
      received += bytes.toString('utf8')
      if (received.endsWith(end)) finish()
    }
    socket.on('data', listen)
    socket.once('close', finish)
    socket.write(text)
  })
}
