import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { CwmpFault } from '../cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { createRedactor, redacted } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import type { XmppConnectionFacts } from './facts.ts'
import { provisionXmpp, reference, type XmppSettings } from './xmpp-provisioning.ts'
import { restoreXmpp } from './xmpp-restoring.ts'

const root = 'Device.'
const row = 'Device.XMPP.Connection.4.'
const allowed = 'Device.ManagementServer.ConnReqAllowedJabberIDs'
const referenceName = 'Device.ManagementServer.ConnReqXMPPConnection'
const settings: XmppSettings = {
  username: 'cpe-1',
  password: 'the-secret-of-the-account',
  domain: 'xmpp.example',
  resource: 'connreq',
  server: { host: '192.0.2.10', port: 5333 },
  useTls: true,
}

type Parameters = XmppConnectionFacts['parameters']
const writable = (value = '', type = 'string') => ({ value, type, writable: true })
const readOnly = (value = '') => ({ value, type: 'string', writable: false })

const basic = (path: string, more: Parameters = {}): Parameters => ({
  [`${path}Enable`]: writable('0', 'boolean'),
  [`${path}Username`]: writable(),
  [`${path}Password`]: writable(),
  [`${path}Domain`]: writable(),
  [`${path}Resource`]: writable(),
  [`${path}JabberID`]: readOnly(),
  [`${path}Status`]: readOnly('Disabled'),
  [`${path}LastChangeDate`]: readOnly('0001-01-01T00:00:00Z'),
  ...more,
})

const advanced = (path: string): Parameters =>
  basic(path, {
    [`${path}ServerConnectAlgorithm`]: writable('DNS-SRV'),
    [`${path}UseTLS`]: writable('0', 'boolean'),
  })

const faultOf = (method: string, code = '9005') => new CwmpFault(method, { code, text: 'No', parameterFaults: [] })

interface Call {
  method: string
  args: { objectName?: string; parameters?: ParameterToSet[]; names?: string[] }
}

/** A device that holds these parameters, adds rows numbered 4 and answers some calls in its own way. */
function deviceWith(parameters: Parameters, answer: (call: Call) => unknown = () => undefined) {
  const calls: Call[] = []
  const session = {
    async call(method: string, args: Call['args']) {
      const call = { method, args }
      calls.push(call)
      const own = answer(call)
      if (own instanceof Error) throw own
      if (own !== undefined) return own
      const below = (path = '') => Object.entries(parameters).filter(([name]) => name.startsWith(path))
      if (method === 'AddObject') return { instanceNumber: 4, status: 0 }
      if (method === 'GetParameterNames')
        return { parameters: below(row).map(([name, { writable: isWritable }]) => ({ name, writable: isWritable })) }
      if (method === 'GetParameterValues')
        return { parameters: below(args.names?.[0]).map(([name, { value, type }]) => ({ name, value, type })) }
      return { status: 0 }
    },
  } as unknown as RpcSession
  const setsIn = () =>
    calls.filter(({ method }) => method === 'SetParameterValues').map(({ args }) => args.parameters ?? [])
  return { session, calls, setsIn }
}

const newTimeline = () => {
  const redactor = createRedactor()
  redactor.learn(settings.password)
  return new TimelineRecorder({ clock: createVirtualClock(), redactor })
}

async function provisioned(device: ReturnType<typeof deviceWith>, before: Parameters = {}) {
  const timeline = newTimeline()
  const result = await provisionXmpp(device.session, { timeline, root, parameters: before, settings })
  return { result, timeline, noted: entriesOf(timeline, 'provisioned') }
}

const valuesOf = (parameters: ParameterToSet[] = []) =>
  Object.fromEntries(parameters.map(({ name, value }) => [name, value]))
const refuses =
  (isRefused: (call: Call) => boolean) =>
  (call: Call): unknown =>
    isRefused(call) ? faultOf(call.method) : undefined
const addsTo = (table: string) => (call: Call) => call.method === 'AddObject' && call.args.objectName === table
const sets = (name: string) => (call: Call) => call.args.parameters?.some(parameter => parameter.name === name) === true

describe('a new row', () => {
  test('gets the account, then everybody is allowed, then it is referenced, and only then switched on', async () => {
    const device = deviceWith(basic(row))
    const { result } = await provisioned(device)
    expect(result).toEqual({ connection: { path: row, created: true, parameters: basic(row) } })
    expect(device.calls[0]).toEqual({ method: 'AddObject', args: { objectName: 'Device.XMPP.Connection.' } })
    expect(device.setsIn().map(valuesOf)).toEqual([
      {
        [`${row}Username`]: 'cpe-1',
        [`${row}Password`]: settings.password,
        [`${row}Domain`]: 'xmpp.example',
        [`${row}Resource`]: 'connreq',
      },
      { [allowed]: '' },
      { [referenceName]: row.slice(0, -1) },
      { [`${row}Enable`]: '1' },
    ])
  })

  test('is told of TLS and of our server where it has XMPPAdvanced:1', async () => {
    const device = deviceWith(advanced(row))
    const { result } = await provisioned(device)
    expect(result.connection?.serverRow).toBe(`${row}Server.4.`)
    const [server, account] = device.setsIn()
    expect(valuesOf(server)).toEqual({
      [`${row}Server.4.ServerAddress`]: '192.0.2.10',
      [`${row}Server.4.Port`]: '5333',
      [`${row}Server.4.Priority`]: '0',
      [`${row}Server.4.Weight`]: '0',
      [`${row}Server.4.Enable`]: '1',
    })
    expect(valuesOf(account)).toMatchObject({
      [`${row}ServerConnectAlgorithm`]: 'ServerTable',
      [`${row}UseTLS`]: '1',
    })
  })

  test.each([
    [true, '1'],
    [false, '0'],
  ])('with TLS %s has UseTLS %s', async (useTls, value) => {
    const device = deviceWith(advanced(row))
    const timeline = newTimeline()
    await provisionXmpp(device.session, { timeline, root, parameters: {}, settings: { ...settings, useTls } })
    expect(valuesOf(device.setsIn()[1])[`${row}UseTLS`]).toBe(value)
  })

  test('is given no parameter that it has but lets nobody set', async () => {
    const fixed = { [`${row}ServerConnectAlgorithm`]: readOnly('DNS-SRV'), [`${row}UseTLS`]: readOnly('1') }
    const device = deviceWith(basic(row, fixed))
    await provisioned(device)
    expect(Object.keys(valuesOf(device.setsIn().flat()))).not.toContain(`${row}UseTLS`)
    expect(device.calls.filter(({ method }) => method === 'AddObject')).toHaveLength(1)
  })

  test('is set in the types of the data model', async () => {
    const device = deviceWith(advanced(row))
    await provisioned(device)
    const types = Object.fromEntries(
      device
        .setsIn()
        .flat()
        .map(({ name, type }) => [name.split('.').at(-1), type]),
    )
    expect(types).toMatchObject({
      Enable: 'boolean',
      UseTLS: 'boolean',
      Port: 'unsignedInt',
      Priority: 'unsignedInt',
      Weight: 'long',
    })
  })
})

describe('where rows are fixed', () => {
  const noRows = refuses(addsTo('Device.XMPP.Connection.'))
  const rowAt = (number: number, enable: string) =>
    basic(`Device.XMPP.Connection.${number}.`, {
      [`Device.XMPP.Connection.${number}.Enable`]: writable(enable, 'boolean'),
    })

  test.each([
    ['the first that is off', { ...rowAt(1, '1'), ...rowAt(2, 'false'), ...rowAt(3, '0') }, 2],
    ['the last where all are on', { ...rowAt(1, '1'), ...rowAt(2, 'true') }, 2],
    ['the only one', rowAt(1, 'true'), 1],
  ])('%s is taken over, with the fault that made it necessary', async (_which, parameters, number) => {
    const device = deviceWith(parameters, noRows)
    const { result } = await provisioned(device, parameters)
    expect(result).toMatchObject({
      connection: {
        path: `Device.XMPP.Connection.${number}.`,
        created: false,
        refusal: { code: '9005', text: 'No' },
      },
    })
    expect(valuesOf(device.setsIn().at(-1))).toEqual({ [`Device.XMPP.Connection.${number}.Enable`]: '1' })
  })

  test('but there are none, that is said and nothing is set', async () => {
    const device = deviceWith({}, noRows)
    const { result } = await provisioned(device)
    expect(result).toEqual({ problem: 'The device lets no XMPP.Connection be added, and has none of its own.' })
    expect(device.setsIn()).toEqual([])
  })
})

describe('a server table', () => {
  const table = `${row}Server.`

  test('that takes no row leaves the device to its DNS', async () => {
    const device = deviceWith(advanced(row), refuses(addsTo(table)))
    const { result } = await provisioned(device)
    expect(result.problem).toBeUndefined()
    expect(result.connection).not.toHaveProperty('serverRow')
    expect(valuesOf(device.setsIn().flat())).not.toHaveProperty(`${row}ServerConnectAlgorithm`)
  })

  test('whose row takes no values is left without that row', async () => {
    const device = deviceWith(advanced(row), refuses(sets(`${table}4.Port`)))
    const { result } = await provisioned(device)
    expect(result.connection).not.toHaveProperty('serverRow')
    expect(device.calls).toContainEqual({ method: 'DeleteObject', args: { objectName: `${table}4.` } })
  })

  test('whose row takes no values and cannot be taken away either costs nothing else', async () => {
    const device = deviceWith(
      advanced(row),
      refuses(call => sets(`${table}4.Port`)(call) || call.method === 'DeleteObject'),
    )
    expect((await provisioned(device)).result.problem).toBeUndefined()
  })
})

describe('servers that the row brings along', () => {
  const shipped = {
    [`${row}Server.1.Enable`]: writable('true', 'boolean'),
    [`${row}Server.2.Enable`]: writable('0', 'boolean'),
  }
  const servers = ({ setsIn }: ReturnType<typeof deviceWith>) =>
    setsIn().filter(([first]) => /Server\.[12]\./.test(first?.name ?? ''))

  test('are switched off where ours is there, so that none is preferred to it', async () => {
    const device = deviceWith({ ...advanced(row), ...shipped })
    const { result } = await provisioned(device)
    expect(servers(device)).toEqual([[{ name: `${row}Server.1.Enable`, value: '0', type: 'boolean' }]])
    expect(result.connection?.parameters[`${row}Server.1.Enable`]?.value).toBe('true')
  })

  test('are left on where ours could not be added', async () => {
    const device = deviceWith({ ...advanced(row), ...shipped }, refuses(addsTo(`${row}Server.`)))
    await provisioned(device)
    expect(servers(device)).toEqual([])
  })

  test('that cannot be switched off cost nothing else', async () => {
    const device = deviceWith({ ...advanced(row), ...shipped }, refuses(sets(`${row}Server.1.Enable`)))
    expect((await provisioned(device)).result.problem).toBeUndefined()
  })
})

describe('a row that an earlier run left behind', () => {
  const left = 'Device.XMPP.Connection.2.'
  const rowOf = (username: string, more: Parameters = {}) =>
    basic(left, {
      [`${left}Enable`]: writable('1', 'boolean'),
      [`${left}Username`]: writable(username),
      [`${left}Domain`]: writable('xmpp.example'),
      ...more,
    })
  const disabled = ({ setsIn }: ReturnType<typeof deviceWith>) =>
    setsIn().filter(([first]) => first?.name === `${left}Enable`)

  test.each([
    ['its domain', {}],
    [
      'its server',
      {
        [`${left}Domain`]: writable('earlier.example'),
        [`${left}Server.1.ServerAddress`]: writable('192.0.2.10'),
      },
    ],
  ])('is known by its username and %s and switched off before another is made, which is noted', async (_by, more) => {
    const device = deviceWith(basic(row))
    const { timeline, noted } = await provisioned(device, rowOf('cpe-0a1b2c3d', more))
    expect(device.calls[0]?.args.parameters).toEqual([{ name: `${left}Enable`, value: '0', type: 'boolean' }])
    expect(device.calls[1]?.method).toBe('AddObject')
    expect(noted[0]?.parameters).toMatchObject([{ name: `${left}Enable`, value: '0' }])
    expect(entriesOf(timeline, 'mark')).toMatchObject([
      { name: 'earlier-xmpp-row-disabled', data: { path: left, username: 'cpe-0a1b2c3d' } },
    ])
  })

  test('may be taken over where rows are fixed', async () => {
    const device = deviceWith(basic(row), refuses(addsTo('Device.XMPP.Connection.')))
    const rows = { ...rowOf('cpe-0a1b2c3d'), ...basic(row, { [`${row}Enable`]: writable('1', 'boolean') }) }
    expect((await provisioned(device, rows)).result.connection?.path).toBe(left)
  })

  test('that cannot be switched off is noted with the fault', async () => {
    const device = deviceWith(basic(row), refuses(sets(`${left}Enable`)))
    const { timeline, result } = await provisioned(device, rowOf('cpe-0a1b2c3d'))
    expect(result.problem).toBeUndefined()
    expect(entriesOf(timeline, 'mark')[0]?.data).toMatchObject({ fault: expect.stringContaining('9005') })
  })

  test.each([
    ['another username', rowOf('cpe-17')],
    ['another domain', rowOf('cpe-0a1b2c3d', { [`${left}Domain`]: writable('theirs.example') })],
    ['no use', rowOf('cpe-0a1b2c3d', { [`${left}Enable`]: writable('false', 'boolean') })],
  ])('is not one with %s', async (_which, rows) => {
    const device = deviceWith(basic(row))
    await provisioned(device, rows)
    expect(disabled(device)).toEqual([])
  })

  test('is not one with the account that the profile names', async () => {
    const device = deviceWith(basic(row))
    const own = { ...settings, username: 'cpe-0a1b2c3d' }
    const timeline = newTimeline()
    await provisionXmpp(device.session, { timeline, root, parameters: rowOf('cpe-0a1b2c3d'), settings: own })
    expect(disabled(device)).toEqual([])
  })
})

describe('the reference', () => {
  const setIn = async (refusals: number) => {
    const tried: string[] = []
    const set = async ([parameter]: ParameterToSet[]) => {
      tried.push(parameter?.value ?? '')
      if (tried.length <= refusals) throw faultOf('SetParameterValues', '9007')
    }
    const outcome = await reference(set, root, row).then(
      () => 'set',
      error => (error as Error).message,
    )
    return { tried, outcome }
  }

  test('has no dot at its end, and one only for devices that refuse it without', async () => {
    expect(await setIn(0)).toEqual({ tried: [row.slice(0, -1)], outcome: 'set' })
    expect(await setIn(1)).toEqual({ tried: [row.slice(0, -1), row], outcome: 'set' })
  })

  test('refused in both spellings is told by the fault', async () => {
    expect(await setIn(2)).toMatchObject({ outcome: expect.stringContaining('9007') })
  })
})

describe('a fault', () => {
  test.each([`${row}Username`, referenceName, `${row}Enable`])(
    'to setting %s is told together with the row, which is there to be taken away again',
    async name => {
      const { result } = await provisioned(deviceWith(basic(row), refuses(sets(name))))
      expect(result).toMatchObject({
        problem: faultOf('SetParameterValues').message,
        connection: { path: row, created: true },
      })
    },
  )

  test('to setting ConnReqAllowedJabberIDs, which is empty from the factory, costs nothing', async () => {
    const { result } = await provisioned(deviceWith(basic(row), refuses(sets(allowed))))
    expect(result.problem).toBeUndefined()
    expect(result.connection).toMatchObject({ path: row, created: true })
  })

  test('to reading the new row costs only what would have been read', async () => {
    const device = deviceWith(
      basic(row),
      refuses(({ method }) => method.startsWith('Get')),
    )
    const { result } = await provisioned(device)
    expect(result).toEqual({ connection: { path: row, created: true, parameters: {} } })
  })

  test('is one thing, a lost session another', async () => {
    const lost = (method: string) => (call: Call) => (call.method === method ? new Error('lost') : undefined)
    for (const method of ['AddObject', 'SetParameterValues'])
      await expect(provisioned(deviceWith(basic(row), lost(method)))).rejects.toThrow('lost')
  })
})

test('what was set is on the timeline with its status, without the password', async () => {
  const device = deviceWith(basic(row), ({ method }) => (method === 'SetParameterValues' ? { status: 1 } : undefined))
  const { noted, timeline } = await provisioned(device)
  expect(noted.map(({ status }) => status)).toEqual([1, 1, 1, 1])
  expect(noted[0]?.parameters).toContainEqual({ name: `${row}Password`, value: redacted, type: 'string' })
  expect(JSON.stringify(timeline.entries)).not.toContain(settings.password)
})

describe('restoring', () => {
  const before: Parameters = {
    [referenceName]: writable('Device.XMPP.Connection.1'),
    [allowed]: writable('acs@theirs.example'),
    'Device.ManagementServer.ConnReqJabberID': readOnly('cpe@theirs.example/1'),
  }

  async function restored(
    connection: XmppConnectionFacts,
    {
      answer,
      parameters = before,
      has = {},
    }: { answer?: (call: Call) => unknown; parameters?: Parameters; has?: Parameters } = {},
  ) {
    const device = deviceWith(has, answer)
    const timeline = newTimeline()
    await restoreXmpp(device.session, { timeline, root, parameters, connection })
    const [noted] = entriesOf(timeline, 'restored')
    return { ...device, noted }
  }

  const made: XmppConnectionFacts = { path: row, created: true, parameters: basic(row), serverRow: `${row}Server.4.` }
  const taken: XmppConnectionFacts = {
    path: row,
    created: false,
    serverRow: `${row}Server.4.`,
    parameters: {
      ...advanced(row),
      [`${row}Username`]: writable('theirs'),
      [`${row}Server.1.ServerAddress`]: writable('theirs.example'),
    },
  }

  test('takes a row that was made away, with all that is in it, once nothing refers to it', async () => {
    const { calls, setsIn, noted } = await restored(made)
    expect(calls.map(({ method }) => method)).toEqual(['SetParameterValues', 'DeleteObject'])
    expect(valuesOf(setsIn()[0])).toEqual({
      [referenceName]: 'Device.XMPP.Connection.1',
      [allowed]: 'acs@theirs.example',
    })
    expect(calls[1]?.args.objectName).toBe(row)
    expect(noted).toMatchObject({ parameters: [referenceName, allowed, row], notRestored: [] })
  })

  test('sets a row that was taken over back, takes our server away, and owns up to the password', async () => {
    const { calls, setsIn, noted } = await restored(taken)
    expect(setsIn()[1]).toEqual([{ name: `${row}Enable`, value: '0', type: 'boolean' }])
    expect(calls).toContainEqual({ method: 'DeleteObject', args: { objectName: `${row}Server.4.` } })
    expect(setsIn()).toHaveLength(3)
    expect(valuesOf(setsIn()[2])).toEqual({
      [`${row}Username`]: 'theirs',
      [`${row}Domain`]: '',
      [`${row}Resource`]: '',
      [`${row}ServerConnectAlgorithm`]: 'DNS-SRV',
      [`${row}UseTLS`]: '0',
    })
    expect(noted?.parameters).toEqual(expect.arrayContaining([`${row}Enable`, `${row}Username`]))
    expect(noted?.notRestored).toEqual([
      { name: `${row}Password`, reason: 'The device does not tell its password; set your own again.' },
    ])
  })

  test('switches a row that was on off first, and on again last', async () => {
    const parameters = { ...taken.parameters, [`${row}Enable`]: writable('1', 'boolean') }
    const { setsIn, noted } = await restored({ ...taken, parameters })
    expect(valuesOf(setsIn()[1])).toEqual({ [`${row}Enable`]: '0' })
    expect(valuesOf(setsIn().at(-1))).toEqual({ [`${row}Enable`]: '1' })
    expect(noted?.parameters.filter(name => name === `${row}Enable`)).toHaveLength(1)
  })

  test('leaves a row off whose settings cannot all be set back, and sets back the others one by one', async () => {
    const parameters = { ...taken.parameters, [`${row}Enable`]: writable('1', 'boolean') }
    const { setsIn, noted } = await restored({ ...taken, parameters }, { answer: refuses(sets(`${row}Resource`)) })
    expect(valuesOf(setsIn().at(-1))).not.toHaveProperty(`${row}Enable`)
    expect(noted?.parameters).toEqual(expect.arrayContaining([`${row}Username`, `${row}Domain`, `${row}UseTLS`]))
    expect(noted?.notRestored.map(({ name }) => name)).toEqual([`${row}Resource`, `${row}Password`, `${row}Enable`])
  })

  test('sets the list of senders back where the reference is refused', async () => {
    const { noted } = await restored(made, { answer: refuses(sets(referenceName)) })
    expect(noted?.parameters).toEqual([allowed, row])
    expect(noted?.notRestored).toMatchObject([{ name: referenceName }])
  })

  test('switches a row off that was made and cannot be deleted', async () => {
    const { setsIn, noted } = await restored(made, { answer: refuses(({ method }) => method === 'DeleteObject') })
    expect(setsIn().at(-1)).toEqual([{ name: `${row}Enable`, value: '0', type: 'boolean' }])
    expect(noted?.notRestored).toMatchObject([{ name: row }])
  })

  test('takes every server away that was not there before, and switches the others on again', async () => {
    const shipped = { [`${row}Server.1.Enable`]: writable('1', 'boolean'), [`${row}Server.1.Port`]: writable('5222') }
    const off = { [`${row}Server.2.Enable`]: writable('0', 'boolean') }
    const left = { [`${row}Server.4.Port`]: writable('5333'), [`${row}Server.5.Port`]: writable('5334') }
    const connection = { ...taken, parameters: { ...taken.parameters, ...shipped, ...off } }
    const { calls, setsIn, noted } = await restored(connection, { has: { ...shipped, ...off, ...left } })
    const deleted = calls.filter(({ method }) => method === 'DeleteObject').map(({ args }) => args.objectName)
    expect(deleted).toEqual([`${row}Server.4.`, `${row}Server.5.`])
    expect(noted?.parameters).toEqual(expect.arrayContaining(deleted))
    const servers = setsIn()
      .flat()
      .filter(({ name }) => name.includes('.Server.'))
    expect(servers).toEqual([{ name: `${row}Server.1.Enable`, value: '1', type: 'boolean' }])
  })

  test('never sends a password back, even one that the device tells', async () => {
    const told = { ...taken, parameters: { ...taken.parameters, [`${row}Password`]: writable('told') } }
    const { setsIn } = await restored(told)
    expect(
      setsIn()
        .flat()
        .map(({ name }) => name),
    ).not.toContain(`${row}Password`)
  })

  test('leaves alone what the device has not, or lets nobody set', async () => {
    const connection = { path: row, created: false, parameters: { [`${row}Status`]: readOnly('Enabled') } }
    const { calls } = await restored(connection, { parameters: { [referenceName]: readOnly('x') } })
    expect(calls).toEqual([])
  })

  test.each([made, taken])('names whatever a fault kept from being restored, and goes on (%#)', async connection => {
    const { calls, noted } = await restored(connection, { answer: ({ method }) => faultOf(method, '9001') })
    expect(calls.filter(({ method }) => method === 'DeleteObject')).toHaveLength(1)
    expect(noted?.parameters).toEqual([])
    const names = noted?.notRestored.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        referenceName,
        allowed,
        ...(connection.created ? [row] : [`${row}Server.4.`, `${row}Enable`]),
      ]),
    )
    expect(noted?.notRestored[0]?.reason).toContain('9001')
  })

  test('of a lost session ends there, and what was restored until then is on the timeline', async () => {
    const device = deviceWith({}, ({ method }) => (method === 'DeleteObject' ? new Error('lost') : undefined))
    const timeline = newTimeline()
    const restoring = restoreXmpp(device.session, { timeline, root, parameters: before, connection: made })
    await expect(restoring).rejects.toThrow('lost')
    expect(entriesOf(timeline, 'restored')).toMatchObject([{ parameters: [referenceName, allowed] }])
  })
})
