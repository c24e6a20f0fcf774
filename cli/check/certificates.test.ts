import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { createAuthority } from '../../harness/tls/authority.ts'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { certificateFindings } from './certificates.ts'

const clock = createVirtualClock()
const now = clock.wallTime()
const day = (days: number) => new Date(now.getTime() + days * 86_400_000)
let files: { key: string; certificate: string }
let others: { key: string; certificate: string }

beforeAll(async () => {
  const directory = temporaryDirectory()
  using authority = createAuthority(clock)
  const write = async (name: string) => {
    const { key, cert } = await authority.issue(['acs.lab.example', '192.0.2.2'])
    const paths = { key: join(directory, `${name}-key.pem`), certificate: join(directory, `${name}.pem`) }
    writeFileSync(paths.key, key)
    writeFileSync(paths.certificate, cert)
    return paths
  }
  files = await write('acs')
  others = await write('other')
})

const found = (host: string, at = now, from: typeof files & { clientCa?: string } = files) =>
  certificateFindings({ setting: 'acs.tls', ...from, host }, at)

test('a certificate for the name and for the address of the server is well', async () => {
  for (const host of ['acs.lab.example', '192.0.2.2'])
    expect((await found(host)).map(({ state }) => state)).toEqual(['fine'])
})

test.each([
  ['another name', 'acs.example', 0, 'is for acs.lab.example, 192.0.2.2, but devices know the server as acs.example'],
  ['another address', '192.0.2.3', 0, 'but devices know the server as 192.0.2.3'],
  ['too early', '192.0.2.2', -3, 'is valid only from'],
  ['too late', '192.0.2.2', 400, 'has expired on'],
])('%s', async (_, host, days, text) => {
  const [first] = await found(host, day(days))
  expect(first).toMatchObject({ about: 'certificate', state: 'problem' })
  expect(first?.text).toContain(text)
})

test('soon too late is to be known', async () => {
  expect((await found('192.0.2.2', day(360))).map(({ state }) => state)).toEqual(['fine', 'note'])
})

test('a key of another certificate, and a file that is not there', async () => {
  const [mixed] = await found('192.0.2.2', now, { ...files, key: others.key })
  expect(mixed?.text).toContain('no key and certificate in PEM that belong together')
  const [missing] = await found('192.0.2.2', now, { ...files, key: 'nowhere.pem' })
  expect(missing?.text).toBe(
    `acs.tls.key names nowhere.pem, which is not there (${join(process.cwd(), 'nowhere.pem')}).`,
  )
})

test('authorities that cannot be read are a problem beside a certificate that is well', async () => {
  const states = async (clientCa: string) => (await found('192.0.2.2', now, { ...files, clientCa })).map(f => f.state)
  expect(await states(files.certificate)).toEqual(['fine'])
  expect(await states('nowhere.pem')).toEqual(['fine', 'problem'])
  expect(await states(files.key)).toEqual(['fine', 'problem'])
})
