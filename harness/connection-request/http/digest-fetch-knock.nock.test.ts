import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { knockWithDigestFetch } from './digest-fetch-knock.ts'
import { recorded } from './recorded.ts'

const url = 'http://127.0.0.1:7547/cr'
const credentials = { username: 'acs', password: 'secret' }

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

const device = () => nock('http://127.0.0.1:7547').get('/cr')
const knock = () => knockWithDigestFetch({ ...recorded({ clock: createRealClock() }), url, credentials })

test('a 401 without a challenge ends it', async () => {
  device().reply(401, '<html>no</html>')
  expect(await knock()).toMatchObject({ accepted: false, final: { status: 401 } })
})

test('a challenge without a nonce is answered, as digest-fetch does, and refused', async () => {
  device().reply(401, '', { 'WWW-Authenticate': 'Digest realm=' })
  device()
    .matchHeader('authorization', /^Digest .*nonce=""/)
    .reply(401, '')
  const { final } = await knock()
  expect(final).toMatchObject({ status: 401 })
  expect(nock.isDone()).toBe(true)
})

test.each([
  ['HPE_INVALID_HEADER_TOKEN', 'malformed'],
  ['HPE_CR_EXPECTED', 'malformed'],
  ['ECONNRESET', 'reset'],
  ['EHOSTUNREACH', 'unreachable'],
])('%s is %s', async (code, reason) => {
  device().replyWithError(Object.assign(new Error('broken'), { code }))
  expect(await knock()).toMatchObject({ accepted: false, final: { kind: 'no-answer', reason } })
})
