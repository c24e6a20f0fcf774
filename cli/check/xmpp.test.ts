import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { xmppFindings } from './xmpp.ts'

type Answers = Record<string, { type: 'A'; address: string } | { type: 'SRV'; target: string; port: number }>

/** A DNS server on loopback that knows these names, and says of all others that they do not exist. */
async function dnsServer(answers: Answers): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => socket.send(reply(query, answers), from.port, from.address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return `127.0.0.1:${socket.address().port}`
}

const typeNumbers = { A: 1, SRV: 33 }

function reply(query: Buffer, answers: Answers): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length))
    at += 1 + length
  }
  const asked = query.readUInt16BE(at + 1)
  const found = answers[labels.join('.')]
  const known = found !== undefined && typeNumbers[found.type] === asked
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(known ? 0x8180 : 0x8183, 2)
  header.fill(0, 6, 12)
  header.writeUInt16BE(known ? 1 : 0, 6)
  const question = query.subarray(12, at + 5)
  return Buffer.concat([header, question, ...(known ? [record(found)] : [])])
}

function record(answer: Answers[string]): Buffer {
  const data = answer.type === 'A' ? Buffer.from(answer.address.split('.').map(Number)) : srvData(answer)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(typeNumbers[answer.type], 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt32BE(60, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function srvData({ target, port }: { target: string; port: number }): Buffer {
  const fixed = Buffer.alloc(6)
  fixed.writeUInt16BE(port, 4)
  const name = target.split('.').flatMap(label => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([fixed, ...name, Buffer.from([0])])
}

const domain = 'xmpp.lab.test'
const place = { found: { host: '192.0.2.10', port: 5223 }, domain, caFile: undefined }
const srv = { [`_xmpp-client._tcp.${domain}`]: { type: 'SRV', target: 'server.lab.test', port: 5223 } } as const

const last = async (resolver: string | undefined) =>
  (await xmppFindings(profileSchema.parse({ xmpp: { domain, ...(resolver && { resolver }) } }), place)).at(-1)

test('DNS that leads devices to the server by SRV is well', async () => {
  const resolver = await dnsServer({ ...srv, 'server.lab.test': { type: 'A', address: '192.0.2.10' } })
  expect(await last(resolver)).toEqual({
    about: 'xmpp',
    state: 'fine',
    text: `The DNS server ${resolver} leads devices there: ${domain} is 192.0.2.10 port 5223.`,
  })
})

test.each<[string, Answers, string]>([
  ['to another address', { ...srv, 'server.lab.test': { type: 'A', address: '192.0.2.99' } }, '192.0.2.99 port 5223'],
  ['to port 5222, for want of SRV', { [domain]: { type: 'A', address: '192.0.2.10' } }, '192.0.2.10 port 5222'],
  ['nowhere', {}, 'nothing'],
])('DNS that leads them %s is not', async (_, answers, said) => {
  const resolver = await dnsServer(answers)
  expect(await last(resolver)).toEqual({
    about: 'xmpp',
    state: 'problem',
    text: `The DNS server ${resolver} does not lead devices there: ${domain} is ${said}. Only devices with a server table (XMPPAdvanced:1) will find it.`,
    todo: `Add the records ${domain} A 192.0.2.10 and _xmpp-client._tcp.${domain} SRV 0 0 5223 ${domain}., or name as xmpp.domain an address of the server.`,
  })
})

test('a domain that is an address needs no DNS, and without a server nothing is said', async () => {
  const found = await xmppFindings(profileSchema.parse({ xmpp: {} }), { ...place, domain: '192.0.2.10' })
  expect(found.map(({ text }) => text)).toEqual([
    'Devices find the XMPP server at 192.0.2.10 port 5223; its domain is 192.0.2.10.',
  ])
  expect(await xmppFindings(profileSchema.parse({}), undefined)).toEqual([])
})
