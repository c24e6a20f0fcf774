import { createVirtualClock } from '../clock/virtual-clock.ts'
import type { Clock } from '../clock/clock.ts'
import type { EntryOf, EntryType } from '../timeline/entry.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { type Acs, type AcsOptions, openAcs } from './acs.ts'
import { type StubConnection, callAcs } from './device-stub.ts'

/** An ACS on the loopback in virtual time, with its timeline at hand. For tests. */
export interface TestAcs extends AsyncDisposable {
  acs: Acs
  clock: Clock
  timeline: TimelineRecorder
  /** A device connects. */
  call(): Promise<StubConnection>
  /** All entries of a type. */
  all<T extends EntryType>(type: T): EntryOf<T>[]
  /** How the sessions ended, in order. */
  endings(): string[]
}

export async function openTestAcs(options: Partial<AcsOptions> = {}): Promise<TestAcs> {
  const clock = options.clock ?? createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const acs = await openAcs({
    clock,
    timeline,
    listen: { address: '127.0.0.1', port: 0 },
    authentication: { scheme: 'none' },
    ...options,
  })
  const all = <T extends EntryType>(type: T): EntryOf<T>[] => entriesOf(timeline, type)
  return {
    acs,
    clock,
    timeline,
    all,
    call: () => callAcs(clock, acs.port),
    endings: () => all('session-ended').map(entry => entry.how),
    async [Symbol.asyncDispose]() {
      await acs[Symbol.asyncDispose]()
    },
  }
}
