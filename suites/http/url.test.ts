import { describe, expect, test } from 'vitest'
import { judged, mark } from '../written-timeline.ts'
import { url } from './url.ts'

const proper = 'http://192.0.2.2:7547/q7x2k9'
const deviceId = { oui: '00D09E', serialNumber: 'SN00017' }

const verdicts = (
  data: { url?: string },
  {
    read = { informed: proper, read: proper },
    attributes = { notification: 2 },
    write = { fault: '9003', parameterFaults: ['9008'] },
  }: Record<string, Record<string, unknown>> = {},
) =>
  judged(
    url,
    mark('url', 10, { bootstrapped: true, ...data, deviceId }),
    mark('url-read', 20, read),
    mark('url-attributes', 30, attributes),
    mark('url-written', 40, write),
  )

test('a proper URL passes everywhere', () => {
  expect([...new Set(Object.values(verdicts({ url: proper })))]).toEqual(['pass'])
})

describe('the form', () => {
  test.each([
    'http://192.0.2.2/q7x2k9',
    'HTTP://cpe.example.org:80/q7x2k9',
    'http://[2001:db8::1]:7547/q7x2k9',
    'http://[2001:db8::1]/q7x2k9',
  ])('%s is proper: any port or none, brackets, any case of the scheme', value => {
    expect(verdicts({ url: value })).toMatchObject({ form: 'pass', scheme: 'pass', random: 'pass' })
  })

  test.each(['http://2001:db8::1:7547/q7x2k9', 'http:///q7x2k9', '192.0.2.2:7547/q7x2k9'])('%s is not', value => {
    expect(verdicts({ url: value })).toMatchObject({ form: 'fail', random: 'inconclusive' })
  })

  test('with https has the wrong scheme', () => {
    expect(verdicts({ url: proper.replace('http', 'https') })).toMatchObject({ scheme: 'fail' })
  })

  test('of no URL at all is unknown', () => {
    expect(verdicts({})).toMatchObject({ scheme: 'inconclusive', form: 'inconclusive', random: 'inconclusive' })
  })

  test('of an empty URL is unknown: HTTP Connection Requests may be switched off', () => {
    expect(verdicts({ url: '' })).toMatchObject({ scheme: 'inconclusive', form: 'inconclusive' })
  })
})

test.each(['/', '/tr069', '/cwmp/index.html', '/SN00017', '/00d0'])('the path %s is a warning at most', path => {
  const random = verdicts({ url: `http://192.0.2.2:7547${path}` })['random']
  expect(random).toBe(path === '/00d0' ? 'pass' : 'warning')
})

describe('in the data model', () => {
  test('another value than in the Inform fails; an Inform without it is judged by the invariants', () => {
    expect(verdicts({ url: proper }, { read: { informed: proper, read: `${proper}x` } })).toMatchObject({
      same: 'fail',
    })
    expect(verdicts({ url: proper }, { read: { informed: proper } })).toMatchObject({ same: 'fail' })
    expect(verdicts({ url: proper }, { read: { read: proper } })).toMatchObject({ same: 'inconclusive' })
  })

  test('it is the same when both are empty', () => {
    expect(verdicts({ url: proper }, { read: { informed: '', read: '' } })).toMatchObject({ same: 'pass' })
  })

  test('a write that is accepted fails; 9008 alone refuses it as well', () => {
    expect(verdicts({ url: proper }, { write: {} })).toMatchObject({ readOnly: 'fail' })
    expect(verdicts({ url: proper }, { write: { fault: '9008' } })).toMatchObject({ readOnly: 'pass' })
  })

  test('no notification fails, and an answer without attributes says nothing', () => {
    expect(verdicts({ url: proper }, { attributes: { notification: 0 } })).toMatchObject({ notification: 'fail' })
    const usedBefore = { url: proper, bootstrapped: false }
    expect(verdicts(usedBefore, { attributes: { notification: 0 } })).toMatchObject({ notification: 'inconclusive' })
    expect(verdicts({ url: proper }, { attributes: { fault: '9000' } })).toMatchObject({ notification: 'inconclusive' })
    expect(verdicts({ url: proper }, { attributes: {} })).toMatchObject({ notification: 'inconclusive' })
  })

  test('it cannot be looked at without a session', () => {
    const without = judged(url, mark('url', 10, { url: proper, deviceId }), mark('no-session', 20, { reason: 'None.' }))
    expect(without).toMatchObject({ same: 'inconclusive', readOnly: 'inconclusive', notification: 'inconclusive' })
    expect(without).toMatchObject({ form: 'pass' })
  })
})
