import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { createRealClock } from '../clock/real-clock.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { createRedactor, keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { ControlFailed, createDeviceControl, type DeviceControlOptions } from './control.ts'
import { profileSchema } from './profile.ts'

type More = Partial<Pick<DeviceControlOptions, 'hooks' | 'clock' | 'redactor' | 'acsUrl' | 'unattended'>>

function controlWith(control: Record<string, unknown>, more: More = {}) {
  const { clock = createRealClock(), ...rest } = more
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const profile = profileSchema.parse({ device: { name: 'ACME' }, control })
  return {
    control: createDeviceControl({ profile, clock, timeline, signal: stop.signal, ...rest }),
    stop,
    noted: () => entriesOf(timeline, 'control'),
  }
}

test('the means are what the profile names; a hook of our own device goes before', () => {
  const { control } = controlWith(
    { reboot: 'rpc', start: 'ask', stop: ':', valueChange: ':' },
    { hooks: { valueChange: () => undefined } },
  )
  const means = (['reboot', 'start', 'stop', 'valueChange', 'factoryReset'] as const).map(action =>
    control.means(action),
  )
  expect(means).toEqual(['rpc', 'ask', 'command', 'in-process', undefined])
})

test('a hook is called once and waited for', async () => {
  const calls: string[] = []
  const hooks = { reboot: async () => void (await Promise.resolve().then(() => calls.push('reboot'))) }
  const { control, noted } = controlWith({}, { hooks })
  await control.perform('reboot')
  expect(calls).toEqual(['reboot'])
  expect(noted()).toMatchObject([{ action: 'reboot', how: 'in-process' }])
})

describe('a command', () => {
  test('leaves its exit code and what it wrote to both outputs', async () => {
    const { control, noted } = controlWith({ reboot: 'echo one && echo two >&2' })
    await control.perform('reboot')
    expect(noted()).toMatchObject([
      { action: 'reboot', how: 'command-begun', command: 'echo one && echo two >&2' },
      { action: 'reboot', how: 'command', exitCode: 0 },
    ])
    expect(noted()[1]?.output?.split('\n').sort()).toEqual(['', 'one', 'two'])
  })

  test('that fails is told with its exit code and the end of its output', async () => {
    const { control, noted } = controlWith({ stop: 'echo the socket is locked; exit 3' })
    await expect(control.perform('stop')).rejects.toThrow('control.stop ended with exit code 3: the socket is locked.')
    expect(noted().slice(1)).toMatchObject([{ exitCode: 3, output: 'the socket is locked\n' }])
  })

  test('that says nothing and one that does not exist are told too', async () => {
    await expect(controlWith({ stop: 'exit 1' }).control.perform('stop')).rejects.toThrow('exit code 1: no output.')
    const missing = controlWith({ stop: 'no-such-command-here' }).control.perform('stop')
    await expect(missing).rejects.toThrow('exit code 127: ')
    await expect(missing).rejects.toBeInstanceOf(ControlFailed)
  })

  test('that was killed by a signal has failed', async () => {
    await expect(controlWith({ stop: 'kill -9 $$' }).control.perform('stop')).rejects.toThrow('exit code -1')
  })

  test('keeps only the end of a long output', async () => {
    const { control, noted } = controlWith({ start: 'yes 0123456789 | head -n 5000; echo end' })
    await control.perform('start')
    const { output = '' } = noted()[1] ?? {}
    expect(output.length).toBeLessThanOrEqual(4000)
    expect(output).toMatch(/0123456789\nend\n$/)
  })

  test('ends with the run', async () => {
    const { control, stop } = controlWith({ reboot: 'exec sleep 60' })
    const performing = control.perform('reboot')
    stop.abort()
    await expect(performing).rejects.toThrow(ControlFailed)
  })

  test('that does not end is given up', async () => {
    const hasty: Clock = { ...createRealClock(), sleep: async () => undefined }
    const { control } = controlWith({ reboot: 'exec sleep 60' }, { clock: hasty })
    await expect(control.perform('reboot')).rejects.toThrow('"exec sleep 60" took longer than 2 min.')
  })

  test('holds virtual time', async () => {
    const clock = createVirtualClock()
    const { control } = controlWith({ reboot: ':' }, { clock })
    await control.perform('reboot')
    expect(clock.now()).toBeLessThanOrEqual(250)
  })
})

describe('a command', () => {
  test('is told what is to be done, to which device and where the ACS is', async () => {
    const echo = 'echo "$CONNREQ_ACTION of $CONNREQ_DEVICE at $CONNREQ_ACS_URL"'
    const { control, noted } = controlWith({ power: echo }, { acsUrl: 'http://192.0.2.1:7547/acs' })
    await control.perform('power')
    expect(noted()[1]?.output).toBe('power of ACME at http://192.0.2.1:7547/acs\n')
  })

  test('has the time that the profile gives it, and no longer than it is allowed to', async () => {
    const own = controlWith({ reboot: { command: 'exec sleep 60', timeout: '1s' } })
    await expect(own.control.perform('reboot')).rejects.toThrow('"exec sleep 60" took longer than 1 s.')
    const shortened = controlWith({ stop: 'exec sleep 60' }).control.perform('stop', { atMostMs: 50 })
    await expect(shortened).rejects.toThrow('took longer than 50 ms.')
  })

  test('ends with everything that it has started', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'connreq-control-'))
    const mark = join(directory, 'mark')
    const { control } = controlWith({ power: `(sleep 1; touch '${mark}') & sleep 60` })
    await expect(control.perform('power', { atMostMs: 100 })).rejects.toThrow(ControlFailed)
    await createRealClock().sleep(1200)
    expect(existsSync(mark)).toBe(false)
    rmSync(directory, { recursive: true })
  })

  test('may leave something in the background, which goes on', async () => {
    const { control, noted } = controlWith({ start: 'echo started; (sleep 1; echo late) & echo $!' })
    const clock = createRealClock()
    await control.perform('start')
    expect(clock.now()).toBeLessThan(900)
    const [word, pid] = (noted()[1]?.output ?? '').split('\n')
    expect(word).toBe('started')
    expect(() => process.kill(Number(pid), 0)).not.toThrow()
  })

  test('leaves no secret and no half of one', async () => {
    const redactor = createRedactor()
    redactor.learn('its-secret-password')
    // The cut falls into the secret.
    const { control, noted } = controlWith({ start: `printf 'its-secret-password%03990d' 0` }, { redactor })
    await control.perform('start')
    expect(noted()[1]?.output).not.toMatch(/password|secret/)
  })
})

test('a person is asked in the words of the profile, unless nobody is there', () => {
  const profile = { power: { ask: 'Press the red button.', timeout: '20m' }, reboot: 'ask', factoryReset: 'rpc' }
  const { control } = controlWith(profile)
  expect(control.task('power')).toMatchObject({ sentence: 'Press the red button.', timeoutMs: 1_200_000 })
  expect(control.task('reboot')?.timeoutMs).toBe(600_000)
  expect(control.task('factoryReset')).toBeUndefined()
  const { control: alone } = controlWith(profile, { unattended: true })
  expect(['power', 'reboot', 'factoryReset'].map(action => alone.means(action as 'power'))).toEqual([
    undefined,
    undefined,
    'rpc',
  ])
  expect(alone.isUnattended('power')).toBe(true)
  expect(alone.isUnattended('factoryReset')).toBe(false)
  expect(alone.task('power')).toBeUndefined()
})

test.each([[{}], [{ reboot: 'rpc' }], [{ reboot: 'ask' }]])(
  'what is no command is not performed: %j',
  async profile => {
    await expect(controlWith(profile).control.perform('reboot')).rejects.toThrow('control.reboot names no command.')
  },
)
