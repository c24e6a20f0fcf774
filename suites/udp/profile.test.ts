import { describe, expect, test } from 'vitest'
import { judged, mark, outcomeOf, playing } from '../written-timeline.ts'
import { profile } from './profile.ts'

const writable = [
  'STUNEnable',
  'STUNServerAddress',
  'STUNServerPort',
  'STUNUsername',
  'STUNPassword',
  'STUNMaximumKeepAlivePeriod',
  'STUNMinimumKeepAlivePeriod',
]
const readable = ['UDPConnectionRequestAddress', 'NATDetected']
const limit = 'UDPConnectionRequestAddressNotificationLimit'

interface Written {
  root?: string
  readWrite?: string[]
  readOnly?: string[]
  methods?: string | undefined
  device?: object
}

const happenings = (written: Written = {}) => {
  const { root = 'Device.', readWrite = writable, readOnly = readable, device = {} } = written
  const methods = 'methods' in written ? written.methods : 'HTTP,STUN'
  const inFull = (names: string[]) => names.map(name => `${root}ManagementServer.${name}`)
  return [
    mark('parameters', 10, { root, readWrite: inFull(readWrite), readOnly: inFull(readOnly), methods }),
    mark('device', 20, {
      ...{ state: 'bound', detail: 'It is bound.', asked: true, bootstrapped: true },
      before: { enable: '0', port: '3478' },
      ...device,
    }),
  ]
}
const verdicts = (written?: Written) => judged(profile, ...happenings(written))

test('a device with all of it passes', () => {
  expect(verdicts()).toEqual({ parameters: 'pass', port: 'pass', methods: 'pass' })
})

describe('the parameters', () => {
  test.each(writable)('%s may not be missing, nor be read-only', name => {
    const readWrite = writable.filter(other => other !== name)
    expect(verdicts({ readWrite })).toMatchObject({ parameters: 'fail' })
    expect(verdicts({ readWrite, readOnly: [...readable, name] })).toMatchObject({ parameters: 'fail' })
  })

  test.each(readable)('%s may not be missing, nor writable', name => {
    const readOnly = readable.filter(other => other !== name)
    expect(verdicts({ readOnly })).toMatchObject({ parameters: 'fail' })
    expect(verdicts({ readOnly, readWrite: [...writable, name] })).toMatchObject({ parameters: 'fail' })
  })

  test('that are missing are named', () => {
    const { metrics } = outcomeOf(profile, playing(profile, happenings({ readOnly: ['NATDetected'] })))
    expect(metrics[0]?.actual).toBe('no Device.ManagementServer.UDPConnectionRequestAddress')
  })

  test('have the notification limit under TR-098 only', () => {
    const root = 'InternetGatewayDevice.'
    expect(verdicts({ root })).toMatchObject({ parameters: 'fail' })
    expect(verdicts({ root, readWrite: [...writable, limit] })).toMatchObject({ parameters: 'pass' })
    expect(verdicts({ root, readOnly: [...readable, limit] })).toMatchObject({ parameters: 'fail' })
  })
})

describe('the port', () => {
  test('other than 3478 is a warning', () => {
    expect(verdicts({ device: { before: { enable: 'false', port: '3479' } } })).toMatchObject({ port: 'warning' })
  })

  test.each([
    { bootstrapped: false },
    { before: { enable: '1', port: '3478' } },
    { before: { port: '3478' } },
    { before: { enable: '0' } },
  ])('is not judged of a device that somebody may have set, %j', device => {
    expect(verdicts({ device })).toMatchObject({ port: 'inconclusive' })
  })
})

describe('the list of methods', () => {
  test.each([
    ['STUN', 'fail'],
    ['', 'fail'],
    ['HTTP', 'pass'],
    ['HTTP, XMPP', 'pass'],
    [undefined, 'inconclusive'],
    ['HTTP, STUN,XMPP', 'pass'],
  ])('%s: %s', (methods, verdict) => {
    expect(verdicts({ methods })).toMatchObject({ methods: verdict })
  })

  test('with STUN in it fails where no Binding Request ever came', () => {
    const device = { state: 'no-binding', asked: false }
    expect(verdicts({ device })).toMatchObject({ methods: 'fail' })
    expect(verdicts({ device, methods: 'HTTP' })).toMatchObject({ methods: 'pass' })
    expect(verdicts({ device: { ...device, asked: true } })).toMatchObject({ methods: 'pass' })
    expect(verdicts({ device: { ...device, server: '192.0.2.1' } })).toMatchObject({ methods: 'fail' })
    expect(verdicts({ device: { ...device, server: 'stun.example' } })).toMatchObject({ methods: 'inconclusive' })
  })

  test('with STUN in it that could not be tried is not judged', () => {
    expect(verdicts({ device: { state: 'no-server', asked: false } })).toMatchObject({ methods: 'inconclusive' })
  })
})
