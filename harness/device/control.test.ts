import { describe, expect, test } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { createRealClock } from '../clock/real-clock.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { type ControlHooks, ControlFailed, createDeviceControl } from './control.ts'
import { profileSchema } from './profile.ts'

function controlWith(control: Record<string, string>, more: { hooks?: ControlHooks; clock?: Clock } = {}) {
  const { clock = createRealClock(), ...rest } = more
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const profile = profileSchema.parse({ control })
  return {
    control: createDeviceControl({ profile, clock, timeline, signal: stop.signal, ...rest }),
    stop,
    noted: () => entriesOf(timeline, 'control'),
  }
}

test('the means are what the profile names; a hook of our own device goes before', () => {
  const { control } = controlWith(
    { reboot: 'rpc', start: 'ask', stop: 'true', valueChange: 'true' },
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
    expect(noted()).toMatchObject([{ action: 'reboot', how: 'command', exitCode: 0 }])
    expect(noted()[0]?.output?.split('\n').sort()).toEqual(['', 'one', 'two'])
  })

  test('that fails is told with its exit code and the end of its output', async () => {
    const { control, noted } = controlWith({ stop: 'echo the socket is locked; exit 3' })
    await expect(control.perform('stop')).rejects.toThrow('control.stop ended with exit code 3: the socket is locked.')
    expect(noted()).toMatchObject([{ exitCode: 3, output: 'the socket is locked\n' }])
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
    const { output = '' } = noted()[0] ?? {}
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
    await expect(control.perform('reboot')).rejects.toThrow('"exec sleep 60" took longer than two minutes.')
  })

  test('holds virtual time', async () => {
    const clock = createVirtualClock()
    const { control } = controlWith({ reboot: 'true' }, { clock })
    await control.perform('reboot')
    expect(clock.now()).toBe(0)
  })
})

test.each([[{}], [{ reboot: 'rpc' }], [{ reboot: 'ask' }]])(
  'what is no command is not performed: %j',
  async profile => {
    await expect(controlWith(profile).control.perform('reboot')).rejects.toThrow('control.reboot names no command.')
  },
)
