import { describe, expect, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { followInforms } from './follow-informs.ts'
import type { ParameterValue } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'

const name = 'Device.ManagementServer.ConnReqJabberID'

function followed() {
  const timeline = new TimelineRecorder({ clock: createVirtualClock(), redactor: keepSecrets })
  const inform = (parameters: ParameterValue[], ofDeviceUnderTest = true) =>
    timeline.add({
      type: 'session-opened',
      ...{ session: 1, connection: 1, exchange: 1, attemptAt: 0, attemptBasis: 'connection', cwmp: '' },
      inform: { deviceId: {}, events: [], parameters },
      ...{ problems: [], ofDeviceUnderTest },
    })
  return { timeline, inform, newest: followInforms(timeline, 'ConnReqJabberID') }
}

describe('a parameter followed through the Informs', () => {
  test('has no value before one came', () => {
    const { newest, inform } = followed()
    expect(newest()).toBeUndefined()
    inform([{ name: 'Device.ManagementServer.ConnectionRequestURL', value: 'http://x/' }])
    expect(newest()).toBeUndefined()
  })

  test('has the newest value with the number of its Inform, and keeps it', () => {
    const { newest, inform } = followed()
    inform([{ name, value: 'a' }])
    expect(newest()).toEqual({ value: 'a', seq: 1 })
    inform([{ name, value: 'b' }])
    inform([])
    expect(newest()).toEqual({ value: 'b', seq: 2 })
    expect(newest()).toEqual({ value: 'b', seq: 2 })
  })

  test('has the values from before it was followed, too', () => {
    const { timeline, inform } = followed()
    inform([{ name, value: 'a' }])
    expect(followInforms(timeline, 'ConnReqJabberID')()).toMatchObject({ value: 'a' })
  })

  test.each([
    ['empty', [{ name, value: '' }], true],
    ['of another device', [{ name, value: 'b' }], false],
    [
      'of a parameter whose name only ends so',
      [{ name: 'Device.X_ManagementServer2.ConnReqJabberID', value: 'b' }],
      true,
    ],
    ['of a parameter whose name only begins so', [{ name: `${name}s`, value: 'b' }], true],
  ] as [string, ParameterValue[], boolean][])('does not take a value %s', (_what, parameters, ofDeviceUnderTest) => {
    const { newest, inform } = followed()
    inform([{ name, value: 'a' }])
    inform(parameters, ofDeviceUnderTest)
    expect(newest()).toEqual({ value: 'a', seq: 1 })
  })

  test('is found under either root', () => {
    const { newest, inform } = followed()
    inform([{ name: `InternetGateway${name}`, value: 'a' }])
    expect(newest()).toMatchObject({ value: 'a' })
  })
})
