import { once } from 'node:events'
import { connect } from 'node:net'
import { type Acs, openAcs } from '../../harness/acs/acs.ts'
import { envelopeText, informText } from '../../harness/acs/stub-envelopes.ts'
import { type Clock, withTimeout } from '../../harness/clock/clock.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { type Ingredients, mutated } from '../../harness/fuzzing/mutation.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import { TimelineRecorder } from '../../harness/timeline/recorder.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'

/** After so many inputs the ACS and its timeline, which is there to grow, are made anew. */
const inputsPerAcs = 200
/** A connection on which nothing more comes is closed or answered within this, in milliseconds. */
const patienceMs = 5000

const post = (body: string, ...headers: string[]) =>
  Buffer.from(
    [`POST /acs HTTP/1.1`, 'Host: acs', ...headers, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join(
      '\r\n',
    ),
  )
const chunked = (body: string) =>
  Buffer.from(
    `POST /acs HTTP/1.1\r\nHost: acs\r\nTransfer-Encoding: chunked\r\n\r\n${Buffer.byteLength(body).toString(16)};x=y\r\n${body}\r\n0\r\nX: y\r\n\r\n`,
  )
const inform = informText()
const empty = post('')

const ingredients: Ingredients = {
  samples: [
    post(inform, 'Content-Type: text/xml', 'SOAPAction: ""'),
    Buffer.concat([post(inform), empty]),
    Buffer.concat([
      post(inform, 'Cookie: connreq-session=1; $Path=/'),
      post(envelopeText('<cwmp:GetRPCMethods/>')),
      empty,
    ]),
    chunked(inform),
    post(inform, 'Authorization: Digest username="x", realm="connreq", nonce="y"'),
    post(inform, 'Expect: 100-continue'),
    post('not gzip', 'Content-Encoding: gzip'),
    Buffer.from('GET / HTTP/1.0\r\n\r\n'),
  ],
  tokens: [
    '\r\n',
    '\n',
    '\r\n\r\n',
    '\0',
    ':',
    'POST /acs HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://[::1/%zz?#@ HTTP/1.1\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Transfer-Encoding : chunked\r\n',
    'Content-Length: 0\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 99999999999999999999\r\n',
    'Connection: close\r\n',
    'Connection: upgrade\r\nUpgrade: websocket\r\n',
    'Cookie: =;=;,,"\r\n',
    'Authorization: Digest \r\n',
    'Content-Encoding: deflate\r\n',
    'ffffffffffffffffff\r\n',
    '0\r\n\r\n',
    'X: '.padEnd(70_000, 'y'),
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    'TRACE',
    'CONNECT',
  ],
}

/** Bytes that a device sends to the ACS on a connection of its own. */
export const requests: FuzzTarget = {
  name: 'requests',
  inputs: 'connections to the ACS',
  count: 3000,
  longestMs: patienceMs,
  async open() {
    const clock = createRealClock()
    let fed = 0
    let acs = await freshAcs(clock)
    return {
      make: random => mutated(random, ingredients),
      async feed(input) {
        if (++fed % inputsPerAcs === 0) {
          await acs[Symbol.asyncDispose]()
          acs = await freshAcs(clock)
        }
        await throwAt(acs, input, clock)
        if (fed % 50 === 0) await checkServing(acs, clock)
      },
      finish: () => checkServing(acs, clock),
      [Symbol.asyncDispose]: () => acs[Symbol.asyncDispose](),
    }
  },
}

const freshAcs = (clock: Clock): Promise<Acs> =>
  openAcs({
    clock,
    timeline: new TimelineRecorder({ clock, redactor: keepSecrets }),
    listen: { address: '127.0.0.1', port: 0 },
    authentication: { scheme: 'digest', username: 'x', password: 'y' },
  })

/** Everything at once, then no more. Whoever has said all gets his connection closed. */
async function throwAt(acs: Acs, input: Buffer, clock: Clock): Promise<void> {
  const socket = connect({ port: acs.port, host: '127.0.0.1', noDelay: true })
  // A reset is an answer too.
  socket.on('error', () => undefined)
  socket.resume()
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  socket.end(input)
  try {
    await withTimeout(clock, patienceMs, closed, () => new Error('The connection was neither answered nor closed.'))
  } finally {
    socket.destroy()
  }
}

/** @throws where an ordinary Inform gets no challenge */
async function checkServing(acs: Acs, clock: Clock): Promise<void> {
  const socket = connect({ port: acs.port, host: '127.0.0.1', noDelay: true })
  try {
    socket.write(post(inform))
    const [answer] = await withTimeout(
      clock,
      patienceMs,
      once(socket, 'data'),
      () => new Error('Others are not served.'),
    )
    if (!String(answer).startsWith('HTTP/1.1 401 '))
      throw new Error(`Others are answered: ${String(answer).slice(0, 200)}`)
  } finally {
    socket.destroy()
  }
}
