import { describe, expect, test } from 'vitest'
import { informText } from './acs/stub-envelopes.ts'
import type { SessionHandle } from './acs/session-plan.ts'
import { openTestAcs } from './acs/test-acs.ts'
import { ConditionsNotMet } from './conditions.ts'
import { scriptedSession } from './scripted-session.ts'

async function testSession() {
  const test = await openTestAcs()
  const stop = new AbortController()
  /** The device calls once, and says nothing more after its empty POST where `leaves` is not set. */
  const callOnce = async ({ leaves = false } = {}) => {
    const connection = await test.call()
    const { cookies } = await connection.post(informText())
    if (leaves) return connection.close()
    await connection.post('', { Cookie: cookies })
    connection.close()
  }
  return {
    ...test,
    stop,
    callOnce,
    run: <T>(script: (session: SessionHandle) => Promise<T>, awaitSession = (opened: Promise<unknown>) => opened) =>
      scriptedSession({ acs: test.acs, signal: stop.signal }, 'look around', script, {}, awaitSession),
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  }
}

describe('a scripted session', () => {
  test('returns what its script returns, once it has ended', async () => {
    await using device = await testSession()
    const result = device.run(async () => ({ found: 3 }))
    await device.callOnce()
    expect(await result).toEqual({ found: 3 })
    expect(device.endings()).toEqual(['completed'])
  })

  test('may have a script that returns nothing', async () => {
    await using device = await testSession()
    const result = device.run(async () => undefined)
    await device.callOnce()
    expect(await result).toBeUndefined()
  })

  test('is awaited, and the reason why it does not come is the reason', async () => {
    await using device = await testSession()
    const refused = new ConditionsNotMet('The device refuses.')
    await expect(
      device.run(
        async () => 1,
        () => Promise.reject(refused),
      ),
    ).rejects.toBe(refused)
  })

  test('that did not come takes its plan back: a later session is another’s', async () => {
    await using device = await testSession()
    let ran = false
    const script = async () => {
      ran = true
    }
    await device.run(script, () => Promise.reject(new Error('nothing came'))).catch(() => undefined)
    await device.callOnce()
    expect(ran).toBe(false)
  })

  test('of a device that leaves before the script is through did not meet the conditions', async () => {
    await using device = await testSession()
    const result = device.run(session => session.call('GetRPCMethods', {}))
    result.catch(() => undefined)
    await device.callOnce({ leaves: true })
    await expect(result).rejects.toBeInstanceOf(ConditionsNotMet)
    await expect(result).rejects.toThrow('look around')
  })

  test('whose script throws did not go as planned, and says why', async () => {
    await using device = await testSession()
    const result = device.run(() => Promise.reject(new Error('out of words')))
    result.catch(() => undefined)
    await device.callOnce()
    await expect(result).rejects.toThrow('The session to look around did not go as planned: out of words')
  })

  test('of a run that is stopped ends with the reason for that', async () => {
    await using device = await testSession()
    const reason = new Error('stopped')
    const result = device.run(
      async () => 1,
      () => {
        device.stop.abort(reason)
        return Promise.reject(reason)
      },
    )
    await expect(result).rejects.toBe(reason)
  })
})
