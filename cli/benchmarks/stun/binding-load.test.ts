import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { run } from '../../../fixtures/xmpp-servers/external-server.ts'
import { attributeTypes } from '../../../harness/stun-server/attribute-types.ts'
import { messageTypes } from '../../../harness/stun-server/message-types.ts'
import { attributeOf, readStunMessage, whyNotStun } from '../../../harness/stun-server/read-message.ts'
import { ordinaryStunLimits } from '../../../harness/stun-server/stun-limits.ts'
import { writeStunMessage } from '../../../harness/stun-server/write-message.ts'
import {
  type BindingLoad,
  type BindingLoadResult,
  buildLoadProgram,
  coresIn,
  loadArguments,
  whyNoLoad,
} from './load-program.ts'

const username = 'cpe-under-test'

/** What the load program finds at a server that does this with every request. */
async function loadOn(onRequest: (datagram: Buffer, answer: (bytes: Buffer) => void) => void, load: BindingLoad) {
  const directory = mkdtempSync(join(tmpdir(), 'binding-load-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  socket.on('message', (datagram, { port, address }: RemoteInfo) =>
    onRequest(datagram, bytes => socket.send(bytes, port, address)),
  )
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const program = await buildLoadProgram(directory)
  const { port } = socket.address()
  return JSON.parse(
    await run(program, loadArguments({ port, username, warmUpMs: 0, ms: 200 }, load)),
  ) as BindingLoadResult
}

const transactionIn = (datagram: Buffer) => readStunMessage(datagram, ordinaryStunLimits).transaction
const responseTo = (datagram: Buffer) => writeStunMessage(messageTypes.bindingResponse, transactionIn(datagram), [])

describe.skipIf(whyNoLoad() !== undefined)('the program that makes the load', () => {
  const paced: BindingLoad = { kind: 'paced', perSecond: 200 }

  test('sends Binding Requests of Annex G at its pace and counts their answers', async () => {
    const requests: Buffer[] = []
    const result = await loadOn((datagram, answer) => {
      requests.push(datagram)
      answer(responseTo(datagram))
    }, paced)
    expect(result).toMatchObject({ sent: 40, lost: 0, wrong: 0 })
    expect(result.latencyUs.largest).toBeLessThan(1e6)
    const [first] = requests as [Buffer]
    expect(whyNotStun(first, ordinaryStunLimits)).toBeUndefined()
    const message = readStunMessage(first, ordinaryStunLimits)
    expect(message).toMatchObject({ code: messageTypes.bindingRequest, problems: [] })
    expect(attributeOf(message, attributeTypes.username)?.value.toString()).toBe(`${username}\0\0`)
    expect(attributeOf(message, attributeTypes.connectionRequestBinding)).toBeDefined()
    expect(new Set(requests.map(request => transactionIn(request).toString('hex'))).size).toBe(requests.length)
  })

  test('a request without an answer is lost, and counts as late', async () => {
    let received = 0
    const result = await loadOn((datagram, answer) => {
      if (++received % 10 !== 0) answer(responseTo(datagram))
    }, paced)
    expect(result).toMatchObject({ sent: 40, lost: 4, wrong: 0, latencyUs: { p99: 1e6 } })
  })

  test('errors, foreign transactions and second answers are no answers', async () => {
    const result = await loadOn((datagram, answer) => {
      const foreign = Buffer.from(transactionIn(datagram)).fill(0, 0, 4)
      answer(writeStunMessage(messageTypes.bindingErrorResponse, transactionIn(datagram), []))
      answer(writeStunMessage(messageTypes.bindingResponse, foreign, []))
      answer(responseTo(datagram))
      answer(responseTo(datagram))
    }, paced)
    expect(result).toMatchObject({ sent: 40, lost: 0 })
    expect(result.wrong).toBe(3 * 40)
  })

  test('never more under way than asked for, and the next one when one is answered', async () => {
    const waiting: (() => void)[] = []
    let most = 0
    const result = await loadOn(
      (datagram, answer) => {
        waiting.push(() => answer(responseTo(datagram)))
        most = Math.max(most, waiting.length)
        if (waiting.length === 20) for (const send of waiting.splice(0)) send()
      },
      { kind: 'together', count: 20 },
    )
    expect(most).toBe(20)
    expect(result.perSecond).toBeGreaterThan(100)
  })
})

test('the cores in what taskset says', () => {
  expect(coresIn(' 0-3,8\n')).toEqual([0, 1, 2, 3, 8])
  expect(coresIn('5')).toEqual([5])
})
