import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { keepSecrets } from '../../timeline/redactor.ts'
import { entriesOf } from '../../timeline/timeline.ts'
import { readAddress, xorAddress } from '../address-attribute.ts'
import { attributeTypes } from '../attribute-types.ts'
import { openStunServer } from '../open-stun-server.ts'
import { attributeOf, readStunMessage } from '../read-message.ts'
import { ordinaryStunLimits } from '../stun-limits.ts'
import { bindingRequest, transactionOf } from '../test-handler.ts'
import { askServer, freePort, openClient } from './ask-server.ts'
import { isInstalled, run, startService } from './programs.ts'

const timeout = 20_000

async function openServer() {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const listen = { address: '127.0.0.1', port: 0 }
  const server = await openStunServer({ clock, timeline, listen, isOfDeviceUnderTest: () => true })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return {
    port: String(server.endpoint.port),
    received: () => entriesOf(timeline, 'stun-received'),
    sent: () => entriesOf(timeline, 'stun-sent'),
  }
}

const classic = '/usr/bin/stun'
test.skipIf(!isInstalled('stun-client', classic))('a client of RFC 3489: stun-client', { timeout }, async () => {
  const { port, received, sent } = await openServer()
  const { said } = await run(classic, [`127.0.0.1:${port}`, '1', '-v'])
  const [request] = received()
  expect(request).toMatchObject({
    problems: [],
    message: { magicCookie: false, attributes: [{ name: 'CHANGE-REQUEST' }] },
  })
  expect(said).toContain(`MappedAddress = 127.0.0.1:${request?.from.port}\n`)
  expect(said).toContain(`XorMappedAddress = 127.0.0.1:${request?.from.port}\n`)
  expect(said).toContain('ok=1')
  expect(sent()).toHaveLength(1)
})

test.skipIf(!isInstalled('stun-client', classic))(
  'stun-client reads the refusal of what one address cannot do',
  { timeout },
  async () => {
    const { port, received } = await openServer()
    const { said } = await run(classic, [`127.0.0.1:${port}`, '2', '-v'])
    expect(said).toContain('ErrorCode = 4 20 Unknown Attribute')
    expect(received()).toHaveLength(1)
  },
)

const modern = '/usr/bin/turnutils_stunclient'
test.skipIf(!isInstalled('coturn', modern))('a client of RFC 5389: turnutils_stunclient', { timeout }, async () => {
  const { port, received } = await openServer()
  const { code, said } = await run(modern, ['-p', port, '127.0.0.1'])
  const [request] = received()
  expect(code).toBe(0)
  expect(request).toMatchObject({ problems: [], message: { magicCookie: true } })
  expect(said).toContain(`UDP reflexive addr: 127.0.0.1:${request?.from.port}\n`)
})

const turnServer = '/usr/bin/turnserver'
test.skipIf(!isInstalled('coturn', turnServer))('requests to a server: turnserver', { timeout }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-interop-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const port = await freePort()
  const local = ['--listening-ip', '127.0.0.1', '-p', String(port), '--no-tls', '--no-dtls', '--no-cli']
  const files = [
    '--pidfile',
    join(directory, 'pid'),
    '--userdb',
    join(directory, 'users'),
    '--log-file',
    join(directory, 'log'),
  ]
  startService(turnServer, ['-n', '--stun-only', ...local, ...files])
  const { socket, own } = await openClient()
  const answerTo = async (request: Buffer) =>
    readStunMessage(await askServer(socket, port, request), ordinaryStunLimits)

  const old = await answerTo(bindingRequest([], transactionOf(1)))
  expect(old).toMatchObject({ code: 0x0101, transaction: transactionOf(1), problems: [] })
  expect(readAddress(attributeOf(old, attributeTypes.mappedAddress)?.value ?? Buffer.alloc(0))).toEqual(own)

  const withCookie = Buffer.concat([Buffer.from('2112a442', 'hex'), transactionOf(2).subarray(4)])
  const recent = await answerTo(bindingRequest([], withCookie))
  expect(recent.problems).toEqual([])
  const hidden = attributeOf(recent, attributeTypes.xorMappedAddress)?.value ?? Buffer.alloc(0)
  expect(readAddress(xorAddress(hidden, withCookie))).toEqual(own)
})
