import { expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { ConditionsNotMet } from '../conditions.ts'
import type { ControlAction } from '../device/facts.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { askPerson } from './ask-person.ts'

const task = { sentence: 'Pull the plug.', timeoutMs: 600_000 }

function asking(action: ControlAction) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const asked = askPerson({ timeline, signal: stop.signal }, action, task, 300_000)
  asked.catch(() => undefined)
  const session = (eventCode: string, ofDeviceUnderTest = true) =>
    timeline.add({
      ...{ type: 'session-opened', session: 1, connection: 1, exchange: 1, attemptAt: 0 },
      ...{ attemptBasis: 'connection', cwmp: '', problems: [], ofDeviceUnderTest },
      inform: { deviceId: {}, events: [{ eventCode, commandKey: '' }], parameters: [] },
    })
  return { clock, timeline, stop, asked, session, turns: () => entriesOf(timeline, 'control') }
}

test.each([
  ['power', '1 BOOT'],
  ['reboot', '1 BOOT'],
  ['factoryReset', '0 BOOTSTRAP'],
  ['valueChange', '4 VALUE CHANGE'],
] as const)('the wire shows that %s is done: %s', async (action, event) => {
  const { asked, session, turns } = asking(action)
  session('2 PERIODIC')
  session(event, false)
  expect(turns()).toHaveLength(1)
  session(event)
  await asked
  expect(turns()).toMatchObject([
    { action, how: 'ask', sentence: 'Pull the plug.', waitMs: 600_000 },
    { action, how: 'person' },
  ])
  expect(turns()[1]?.problem).toBeUndefined()
})

test('a person has the time of the profile, and the device its own after that', async () => {
  const { asked, clock, turns } = asking('power')
  await expect(asked).rejects.toThrow(ConditionsNotMet)
  expect(clock.now()).toBe(900_000)
  expect(turns()[1]?.problem).toBe(
    'A person was asked (“Pull the plug.”), but a session with 1 BOOT did not come within 15 min.',
  )
})

test('a stop of the run ends the turn', async () => {
  const { asked, stop, turns } = asking('power')
  stop.abort(new Error('stopped by hand'))
  await expect(asked).rejects.toThrow('stopped by hand')
  expect(turns()[1]).toMatchObject({ how: 'person', problem: 'The run was stopped meanwhile.' })
})

test('what nothing on the wire shows cannot be asked for so', async () => {
  await expect(asking('stop').asked).rejects.toThrow('Nothing on the wire shows')
})
