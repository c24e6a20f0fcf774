import { describe, expect, test } from 'vitest'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { CwmpFault } from '../cwmp/fault.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { createRedactor, redacted } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { defaultProfile, profileSchema } from './profile.ts'
import { credentialsFor, newCredentials, provision, restore } from './provisioning.ts'

const root = 'Device.'
const username = 'Device.ManagementServer.ConnectionRequestUsername'
const interval = 'Device.ManagementServer.PeriodicInformInterval'
const refused = new CwmpFault('SetParameterValues', { code: '9001', text: 'Request denied', parameterFaults: [] })

/** A session that answers each RPC from the table, in place of a device. */
function sessionAnswering(answers: Record<string, unknown>) {
  const calls: [method: string, args: unknown][] = []
  const call = async (method: string, args: unknown) => {
    calls.push([method, args])
    if (answers[method] instanceof Error) throw answers[method]
    return answers[method]
  }
  return { calls, session: { call } as unknown as RpcSession }
}

const newTimeline = () => new TimelineRecorder({ clock: createVirtualClock(), redactor: createRedactor() })

describe('credentials', () => {
  test('of our own are fresh each time, of unreserved characters only, and known to the redactor', () => {
    const redactor = createRedactor()
    const [first, second] = [newCredentials(redactor), newCredentials(redactor)]
    for (const { username, password } of [first, second]) {
      expect(`${username}${password}`).toMatch(/^[A-Za-z0-9._~-]+$/)
      expect(redactor.redact(`it is ${password}`)).toBe(`it is ${redacted}`)
    }
    expect(first.username).not.toBe(second.username)
    expect(first.password).not.toBe(second.password)
  })

  test('of the profile go before, and are redacted too', () => {
    const redactor = createRedactor()
    const connectionRequest = { username: 'cpe', password: 'correct-horse' }
    expect(credentialsFor(profileSchema.parse({ connectionRequest }), redactor)).toEqual(connectionRequest)
    expect(redactor.redact('correct-horse')).toBe(redacted)
  })

  test('of the profile may be given by halves', () => {
    const profile = profileSchema.parse({ connectionRequest: { username: 'cpe' } })
    expect(credentialsFor(profile, createRedactor())).toMatchObject({
      username: 'cpe',
      password: expect.stringMatching(/.{16}/),
    })
    expect(credentialsFor(defaultProfile(), createRedactor()).username).toMatch(/^connreq-/)
  })
})

describe('provisioning', () => {
  const credentials = { username: 'cpe', password: 'secret' }
  const readBack = (value: string) => ({ parameters: [{ name: username, value }] })

  async function provisioned(answers: Record<string, unknown>, parameters = {}) {
    const { session, calls } = sessionAnswering(answers)
    const timeline = newTimeline()
    const result = await provision(session, { timeline, root, credentials, parameters })
    return { result, calls, noted: entriesOf(timeline, 'provisioned') }
  }

  test('sets the pair, reads the username back and writes no password down', async () => {
    const { result, calls, noted } = await provisioned({
      SetParameterValues: { status: 0 },
      GetParameterValues: readBack('cpe'),
    })
    expect(result).toEqual({ status: 0 })
    expect(calls).toMatchObject([
      ['SetParameterValues', { parameters: [{ name: username, value: 'cpe' }, { value: 'secret' }] }],
      ['GetParameterValues', { names: [username] }],
    ])
    expect(noted).toMatchObject([{ status: 0, parameters: [{ value: 'cpe' }, { value: redacted }] }])
  })

  test('sets a long periodic interval where the device has one', async () => {
    const answers = { SetParameterValues: { status: 1 }, GetParameterValues: readBack('cpe') }
    const { result, calls } = await provisioned(answers, { [interval]: { value: '60', writable: true } })
    expect(result).toEqual({ status: 1 })
    expect(calls[0]).toMatchObject([
      'SetParameterValues',
      { parameters: [{}, {}, { name: interval, value: '3600', type: 'unsignedInt' }] },
    ])
  })

  test('tells when the device kept another username', async () => {
    const { result } = await provisioned({ SetParameterValues: { status: 0 }, GetParameterValues: readBack('old') })
    expect(result).toMatchObject({ status: 0, problem: expect.stringContaining('reads back as "old"') })
  })

  test('tells a fault, and throws whatever is none', async () => {
    const { result, noted } = await provisioned({ SetParameterValues: refused })
    expect(result).toEqual({ problem: refused.message })
    expect(noted).toEqual([])
    await expect(provisioned({ SetParameterValues: new Error('lost') })).rejects.toThrow('lost')
  })
})

describe('restoring', () => {
  const parameters = {
    [username]: { value: 'theirs', writable: true },
    [interval]: { value: '60', writable: true, type: 'unsignedInt' },
    'Device.ManagementServer.PeriodicInformEnable': { value: 'true', writable: false },
    'Device.ManagementServer.URL': { value: 'http://acs.example/', writable: true },
  }

  async function restored(answers: Record<string, unknown>, before: Parameters<typeof restore>[1]['parameters']) {
    const { session, calls } = sessionAnswering(answers)
    const timeline = newTimeline()
    await restore(session, { timeline, root, parameters: before })
    return { calls, noted: entriesOf(timeline, 'restored') }
  }

  test('sets back what a run changes and the device lets be set, and owns up to the password', async () => {
    const { calls, noted } = await restored({ SetParameterValues: { status: 0 } }, parameters)
    expect(calls).toEqual([
      [
        'SetParameterValues',
        {
          parameterKey: '',
          parameters: [
            { name: username, value: 'theirs', type: 'string' },
            { name: interval, value: '60', type: 'unsignedInt' },
          ],
        },
      ],
    ])
    expect(noted).toMatchObject([
      {
        parameters: [username, interval],
        notRestored: [{ name: 'Device.ManagementServer.ConnectionRequestPassword' }],
      },
    ])
  })

  test('asks the device for nothing where nothing can be set back', async () => {
    const { calls, noted } = await restored({}, {})
    expect(calls).toEqual([])
    expect(noted).toMatchObject([{ parameters: [] }])
  })

  test('sets back one by one what a fault kept from being set back together', async () => {
    const calls: ParameterToSet[][] = []
    const session = {
      async call(_method: string, { parameters: sent }: { parameters: ParameterToSet[] }) {
        calls.push(sent)
        if (sent.some(({ name }) => name === interval)) throw refused
        return { status: 0 }
      },
    } as unknown as RpcSession
    const timeline = newTimeline()
    await restore(session, { timeline, root, parameters })
    expect(calls.map(sent => sent.map(({ name }) => name))).toEqual([[username, interval], [username], [interval]])
    expect(entriesOf(timeline, 'restored')).toMatchObject([
      { parameters: [username], notRestored: [{}, { name: interval, reason: refused.message }] },
    ])
  })

  test('names everything that a fault kept from being set back', async () => {
    const { noted } = await restored({ SetParameterValues: refused }, parameters)
    expect(noted[0]?.parameters).toEqual([])
    expect(noted[0]?.notRestored.slice(1)).toEqual([
      { name: username, reason: refused.message },
      { name: interval, reason: refused.message },
    ])
  })
})
