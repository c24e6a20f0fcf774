import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { type TestServer, account, component, openTestServer } from '../test-server.ts'
import { ordinaryPolicy } from '../xmpp-server.ts'
import { type ChildProgram, areInstalled, startProgram } from './child-program.ts'

const seconds = 1000
const jid = `${account.username}@xmpp.test/box`
const peer = `acs@${component.domain}/1`
const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A server that insists on TLS, and the certificate of its authority in a file. */
async function openStrictServer() {
  const test = await openTestServer()
  test.server.policy = { ...ordinaryPolicy, startTls: 'required' }
  const directory = mkdtempSync(join(tmpdir(), 'connreq-interop-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const caFile = join(directory, 'ca.pem')
  writeFileSync(caFile, test.ca)
  return { ...test, caFile, directory }
}

const port = ({ server }: TestServer) => String(server.endpoint.port)
const componentPort = ({ server }: TestServer) => String(server.componentEndpoint.port)

/** The client has bound, then pings, asks the component and answers its Connection Request. */
async function expectConversation(client: ChildProgram, test: TestServer, mechanism: string): Promise<void> {
  expect(await client.line('bound')).toBe(`bound ${jid}`)
  expect(test.all('xmpp-authenticated')).toMatchObject([{ mechanism, username: account.username, ok: true, tls: true }])
  const { server } = test
  const acs = startProgram(process.execPath, [
    beside('xmpp-component.mjs'),
    '127.0.0.1',
    componentPort(test),
    component.domain,
    component.secret,
    jid,
  ])
  await acs.line('online')
  expect(await acs.line('answer')).toBe(`answer result from ${jid}`)
  await client.line('pong')
  expect(server.streams()).toMatchObject([{ jid, tls: true }])
}

/** The component is there before the client asks it. */
async function answerTime(test: TestServer): Promise<void> {
  const acs = await test.callComponent()
  const asked = await acs.until(/<iq[^>]*>.*?<\/iq>/)
  const id = / id="([^"]*)"/.exec(asked)?.[1]
  const from = / from="([^"]*)"/.exec(asked)?.[1]
  acs.send(
    `<iq type='result' id='${id}' from='${peer}' to='${from}'><time xmlns='urn:test:time'>now &amp; then</time></iq>`,
  )
}

test('@xmpp/client and @xmpp/component', { timeout: 20 * seconds }, async () => {
  const test = await openStrictServer()
  const start = () =>
    startProgram(
      process.execPath,
      [
        beside('xmpp-client.mjs'),
        '127.0.0.1',
        port(test),
        'xmpp.test',
        account.username,
        account.password,
        'box',
        peer,
      ],
      { NODE_EXTRA_CA_CERTS: test.caFile },
    )
  const answered = answerTime(test)
  const client = start()
  expect(await Promise.all([client.line('answer'), answered])).toContain('answer now & then')
  await expectConversation(client, test, 'SCRAM-SHA-1')
})

const python = '/usr/bin/python3'
test.skipIf(!areInstalled('python3-slixmpp', [python, '/usr/lib/python3/dist-packages/slixmpp/__init__.py']))(
  'slixmpp',
  { timeout: 20 * seconds },
  async () => {
    const test = await openStrictServer()
    const answered = answerTime(test)
    const parameters = ['127.0.0.1', port(test), jid, account.password, test.caFile, peer]
    const client = startProgram(python, [beside('slixmpp_client.py'), ...parameters])
    expect(await Promise.all([client.line('answer'), answered])).toContain('answer now & then')
    await expectConversation(client, test, 'SCRAM-SHA-256')
  },
)

test.skipIf(!areInstalled('libstrophe-dev', ['/usr/bin/gcc', '/usr/include/strophe.h']))(
  'libstrophe',
  { timeout: 30 * seconds },
  async () => {
    const test = await openStrictServer()
    const program = join(test.directory, 'strophe-client')
    const compiler = startProgram('gcc', ['-o', program, beside('strophe_client.c'), '-lstrophe'])
    expect(await compiler.ended).toBe(0)
    const answered = answerTime(test)
    const client = startProgram(program, ['127.0.0.1', port(test), jid, account.password, test.caFile, peer])
    expect(await Promise.all([client.line('answer'), answered])).toContain('answer now & then')
    await expectConversation(client, test, 'SCRAM-SHA-256')
  },
)

test.skipIf(!areInstalled('go-sendxmpp', ['/usr/bin/go-sendxmpp']))(
  'go-sendxmpp sends a message to a component',
  { timeout: 20 * seconds },
  async () => {
    const test = await openStrictServer()
    const acs = await test.callComponent()
    const bare = `${account.username}@xmpp.test`
    const parameters = ['-u', bare, '-p', account.password, '-j', `127.0.0.1:${port(test)}`]
    const client = startProgram('go-sendxmpp', [...parameters, peer], { SSL_CERT_FILE: test.caFile })
    client.process.stdin?.end('hello from Go')
    expect(await acs.until(/<\/message>/)).toContain('<body>hello from Go</body>')
    expect(await client.ended).toBe(0)
    expect(test.all('xmpp-authenticated').at(-1)).toMatchObject({ ok: true, tls: true })
  },
)
