import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Clock } from '../../../harness/clock/clock.ts'
import { componentDomain, requestCredentials } from './accounts.ts'
import type { ServerPlace } from './server-place.ts'
import { createTextExchange } from './text-exchange.ts'

/** The ACS on a server (XEP-0114). */
export interface ComponentStream {
  /** Sends a Connection Request; `onAnswer` is called when its result has come. */
  request(to: string, onAnswer: () => void): void
  close(): void
}

const { username, password } = requestCredentials
const connectionRequest = `<connectionRequest xmlns='urn:broadband-forum-org:cwmp:xmppConnReq-1-0'><username>${username}</username><password>${password}</password></connectionRequest>`

/**
 * Connects a component that reads no more of what comes than it must: what is measured is the server. An answer that
 * is no result ends the process.
 */
export async function openComponentStream(clock: Clock, { component }: ServerPlace): Promise<ComponentStream> {
  const socket = clock.watch(connect({ host: '127.0.0.1', port: component.port, noDelay: true }))
  await once(socket, 'connect')
  const exchange = createTextExchange(socket)
  const header = `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${componentDomain}'>`
  const id = / id=['"]([^'"]*)/.exec(await exchange.ask(header, /<stream:stream[^>]*>/))?.[1] ?? ''
  const digest = createHash('sha1')
    .update(id + component.secret)
    .digest('hex')
  await exchange.ask(`<handshake>${digest}</handshake>`, /<handshake\s*\/>/)
  exchange.release()

  const waiting = new Map<string, () => void>()
  let requests = 0
  let rest = ''
  socket.on('data', bytes => {
    rest += bytes.toString('latin1')
    for (const [stanza, answered] of rest.matchAll(/<iq(?: [^>]*)? id=['"]([^'"]*)[^>]*>/g)) {
      if (!/ type=['"]result/.test(stanza)) throw new Error(`The answer is no result: ${rest}`)
      const onAnswer = waiting.get(answered as string)
      waiting.delete(answered as string)
      onAnswer?.()
    }
    rest = rest.slice(rest.lastIndexOf('>') + 1)
  })
  return {
    request(to, onAnswer) {
      const requestId = `connreq-${++requests}`
      waiting.set(requestId, onAnswer)
      socket.write(
        `<iq type='get' id='${requestId}' from='connreq@${componentDomain}/acs' to='${to}'>${connectionRequest}</iq>`,
      )
    },
    close: () => socket.destroy(),
  }
}
