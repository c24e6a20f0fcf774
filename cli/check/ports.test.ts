import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '../../fixtures/xmpp-servers/external-server.ts'
import type { Place } from './places.ts'
import { portOwner } from './port-owner.ts'
import { portFindings } from './ports.ts'

const machine = [{ address: '192.0.2.2', interface: 'eth0', prefix: 24 }]
const place = (other: Partial<Place>): Place => ({
  ...{ server: 'ACS', setting: 'acs.listen', protocol: 'tcp', address: '127.0.0.1', port: 0 },
  ...other,
})

/** A port of the loopback that this process has. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const isLinux = process.platform === 'linux'

test('a taken port is told with who has it, and what to do', async () => {
  const port = await takenPort()
  const [found] = await portFindings([place({ port })], machine)
  expect(found).toMatchObject({ about: 'port', state: 'problem' })
  if (!isLinux) return
  expect(found?.text).toMatch(new RegExp(`^Port ${port} is taken by \\S.* \\(process ${process.pid}\\)\\.$`))
  expect(found?.todo).toBe('End it, or choose another port with acs.listen.')
})

test('a taken UDP port too', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  const { port } = socket.address()
  const stun = place({ server: 'STUN server', setting: 'stun.listen', protocol: 'udp', port })
  const [found] = await portFindings([stun], machine)
  expect(found?.text).toMatch(new RegExp(`^Port ${port} \\(UDP\\) is taken by `))
  if (isLinux) expect(portOwner({ protocol: 'udp', port })?.pid).toBe(process.pid)
  expect(portOwner({ protocol: 'tcp', port })).toBeUndefined()
})

test('two servers with one port, and an address of another machine, are all told of at once', async () => {
  const port = await takenPort()
  const [free] = (await freePorts(1)) as [number]
  const found = await portFindings(
    [
      place({ port: free }),
      place({ port: free, server: 'XMPP server', setting: 'xmpp.listen' }),
      place({ port, address: '192.0.2.99', setting: 'xmpp.directTls' }),
    ],
    machine,
  )
  expect(found.map(({ state, text, todo }) => ({ state, text, todo }))).toEqual([
    { state: 'fine', text: `The ACS can listen on 127.0.0.1:${free}.`, todo: undefined },
    { state: 'problem', text: `acs.listen and xmpp.listen name the same port, ${free}.`, todo: 'Change one.' },
    {
      state: 'problem',
      text: '192.0.2.99 is no address of this machine, which has 192.0.2.2 (eth0).',
      todo: 'Choose one of its own, or 0.0.0.0 for all, with xmpp.directTls.',
    },
  ])
})

test('port 0 is another one each time', async () => {
  expect(await portFindings([place({})], machine)).toMatchObject([
    { state: 'note', text: 'The ACS takes any free port, another one in each run.' },
  ])
})
