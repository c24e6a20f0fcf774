import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createSecureContext } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { createRealClock } from '../../../harness/clock/real-clock.ts'
import { generateCertificate } from '../../../harness/tls/authority.ts'
import { openXmppServer } from '../../../harness/xmpp-server/xmpp-server.ts'
import { accountName, accountPassword, componentDomain, domain } from './accounts.ts'
import { openComponentStream } from './component-stream.ts'
import { openDeviceStream } from './device-stream.ts'

const clock = createRealClock()
const secret = 'secret of the component'

test.for(['SCRAM-SHA-1', 'PLAIN'] as const)('a request and its result, the device by %s', async mechanism => {
  const tls = await generateCertificate({ clock, hosts: [domain] })
  const server = await openXmppServer({
    clock,
    timeline: { add: entry => ({ seq: 1, at: 0, ...entry }) as never },
    domain,
    listen: { address: '127.0.0.1', port: 0 },
    tls,
  })
  onTestFinished(() => server[Symbol.asyncDispose]())
  server.addAccount({ username: accountName(0), password: accountPassword })
  server.addComponent({ domain: componentDomain, secret })
  const { endpoint, componentEndpoint } = server
  const component = { port: componentEndpoint.port, secret }
  const acs = await openComponentStream(clock, { clientPort: endpoint.port, ca: tls.ca, component })
  const device = await openDeviceStream({
    clock,
    port: endpoint.port,
    secureContext: createSecureContext({ ca: tls.ca }),
    username: accountName(0),
    mechanism,
  })
  expect(device.jid).toBe(`${accountName(0)}@${domain}/cpe`)
  await new Promise<void>(resolve => acs.request(device.jid, resolve))
  expect(server.streams()).toMatchObject([{ jid: device.jid, tls: true }])
  acs.close()
  device.close()
})

test('attributes of an answer may stand in any order, and answers may come in pieces', async () => {
  const answers = [
    "<iq id='connreq-1' type='result'/><iq ",
    "type='result' id='connreq-2' to='a'/>",
    "<iq to='a' type='result' id='connreq-3'/>",
  ]
  const server = createServer(socket => {
    socket.once('data', () => {
      socket.write("<stream:stream id='1'>")
      socket.once('data', () => {
        socket.write('<handshake/>')
        socket.once('data', () => {
          for (const answer of answers) socket.write(answer)
        })
      })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const acs = await openComponentStream(clock, { clientPort: 0, ca: '', component: { port, secret } })
  const answered: number[] = []
  const ask = (n: number) =>
    new Promise<void>(resolve => {
      acs.request('device@host/cpe', () => {
        answered.push(n)
        resolve()
      })
    })
  await Promise.all([1, 2, 3].map(ask))
  expect(answered).toEqual([1, 2, 3])
  acs.close()
})
