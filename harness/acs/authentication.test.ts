import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createDigestServer } from './digest.ts'
import type { StubAnswer } from './device-stub.ts'
import { informText } from './stub-envelopes.ts'
import { openTestAcs } from './test-acs.ts'

const user = { username: 'cpe', password: 'secret word' }
const basic = (password: string) => `Basic ${Buffer.from(`${user.username}:${password}`).toString('base64')}`

/** An independent digest client for qop "auth". */
function digest(challenge: string, password: string, options: { nc?: string; nonce?: string } = {}): string {
  const parameter = (name: string) => new RegExp(`${name}="?([^",]*)`).exec(challenge)?.[1] ?? ''
  const algorithm = parameter('algorithm')
  const hash = (text: string) =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const { nonce = parameter('nonce'), nc = '00000001' } = options
  let ha1 = hash(`${user.username}:${parameter('realm')}:${password}`)
  if (algorithm === 'MD5-sess') ha1 = hash(`${ha1}:${nonce}:c0ffee`)
  const response = hash(`${ha1}:${nonce}:${nc}:c0ffee:auth:${hash('POST:/acs')}`)
  return (
    `Digest username="${user.username}", realm="${parameter('realm')}", nonce="${nonce}", uri="/acs", ` +
    `cnonce="c0ffee", nc=${nc}, qop=auth, response="${response}", algorithm=${algorithm}`
  )
}

const challengeIn = (answer: StubAnswer) => answer.header('www-authenticate') ?? ''

describe('authentication of the device', () => {
  test.each(['MD5', 'MD5-sess', 'SHA-256'] as const)('Digest %s, on another connection', async algorithm => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user, algorithm } })
    const first = await bench.call()
    const refused = await first.post(informText())
    expect(refused.status).toBe(401)
    first.close()
    const device = await bench.call()
    const headers = { Authorization: digest(challengeIn(refused), user.password), Cookie: refused.cookies }
    expect((await device.post(informText(), headers)).status).toBe(200)
    expect((await device.post('')).status).toBe(204)
    expect(bench.all('session-opened')).toHaveLength(1)
    expect(bench.all('inform-repeated')).toMatchObject([{ session: 1, why: 'authentication' }])
    expect(bench.all('device-authenticated').map(entry => entry.authentication)).toMatchObject([
      { scheme: 'none', ok: false },
      { scheme: 'digest', ok: true, algorithm, cnonce: 'c0ffee', nonceCount: '00000001' },
    ])
    expect(bench.endings()).toEqual(['completed'])
  })

  test('Digest whose parameters stand in several lines', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user } })
    const device = await bench.call()
    const challenge = challengeIn(await device.post(informText()))
    const folded = digest(challenge, user.password).replace(', ', ',\r\n ').replace(', nonce', ',\r\n\tnonce')
    expect((await device.post(informText(), { Authorization: folded })).status).toBe(200)
    expect(bench.all('device-authenticated').at(-1)?.authentication).toMatchObject({ scheme: 'digest', ok: true })
    expect(bench.all('http-received').at(-1)?.problems).toMatchObject([{ code: 'folded-lines' }])
  })

  test('a wrong password ends the session', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user } })
    const device = await bench.call()
    const refused = await device.post(informText())
    expect((await device.post(informText(), { Authorization: digest(challengeIn(refused), 'x') })).status).toBe(401)
    expect(bench.endings()).toEqual(['not-authenticated'])
  })

  test('an unknown nonce is stale, and the session goes on', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user } })
    const device = await bench.call()
    const any = 'realm="connreq", nonce="0123", algorithm=MD5'
    const stale = await device.post(informText(), { Authorization: digest(any, user.password) })
    expect(challengeIn(stale)).toContain('stale=true')
    const fresh = await device.post(informText(), { Authorization: digest(challengeIn(stale), user.password) })
    expect(fresh.status).toBe(200)
    expect(bench.all('session-opened')).toHaveLength(1)
  })

  test('the nonce count must grow', () => {
    const server = createDigestServer({ ...user, algorithm: 'MD5' })
    const challenge = server.challenge()
    const check = (nc: string) => server.check(digest(challenge, user.password, { nc }).slice(7), 'POST')
    expect(check('00000002').authentication.ok).toBe(true)
    expect(check('00000002')).toMatchObject({ stale: true, authentication: { ok: false } })
    expect(check('00000003').authentication.ok).toBe(true)
  })

  test('Basic, right, wrong and missing', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'basic', ...user } })
    const device = await bench.call()
    expect(challengeIn(await device.post(informText()))).toBe('Basic realm="connreq"')
    expect((await device.post(informText(), { Authorization: basic(user.password) })).status).toBe(200)
    await device.post('')
    expect((await device.post(informText(), { Authorization: basic('wrong') })).status).toBe(401)
    expect(bench.endings()).toEqual(['completed', 'not-authenticated'])
  })

  test('a device that knows only another scheme is challenged a few times', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user } })
    const device = await bench.call()
    for (let i = 0; i < 4; i++) await device.post(informText(), { Authorization: basic(user.password) })
    expect(bench.all('session-opened')).toHaveLength(1)
    expect(bench.endings()).toEqual(['not-authenticated'])
  })

  test('a device that gives up after the challenge was not authenticated', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user } })
    const device = await bench.call()
    await device.post(informText())
    device.close()
    await bench.timeline.waitFor('session-ended', () => true, { timeoutMs: 60_000, what: 'the end', after: 0 })
    expect(bench.endings()).toEqual(['not-authenticated'])
  })

  test('the scheme can change while the ACS runs', async () => {
    await using bench = await openTestAcs()
    const back = bench.acs.demandAuthentication({ scheme: 'basic', ...user })
    const device = await bench.call()
    expect((await device.post(informText())).status).toBe(401)
    back()
    expect((await device.post(informText())).status).toBe(200)
  })

  test('a challenge can be fetched by an empty POST', async () => {
    await using bench = await openTestAcs({ authentication: { scheme: 'digest', ...user } })
    const device = await bench.call()
    const challenge = challengeIn(await device.post(''))
    expect((await device.post(informText(), { Authorization: digest(challenge, user.password) })).status).toBe(200)
  })
})
