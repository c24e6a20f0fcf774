import type { Clock } from '../../clock/clock.ts'
import type { Endpoint } from '../../timeline/entry.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import { createDatagramHandler } from '../datagram-handler.ts'
import { type StunPolicy, ordinaryStunPolicy } from '../stun-policy.ts'
import { account } from './messages.ts'
import type { Random } from '../../fuzzing/random.ts'
import { checkAnswer } from './valid-answer.ts'

/** Every so many inputs the scenario wants something else. */
const inputsPerPolicy = 1000

const policies: readonly [StunPolicy, ...StunPolicy[]] = [
  ordinaryStunPolicy,
  { answer: 'unauthorised' },
  { answer: 'refuse' },
  { answer: 'silent' },
  { ...ordinaryStunPolicy, mapped: ({ from }) => ({ address: '203.0.113.5', port: from.port }) },
  { ...ordinaryStunPolicy, nat: { address: '203.0.113.1', firstPort: 7000, timeoutMs: 50 } },
]

/** The server without its socket: any input, from any source. */
export interface FuzzedHandler {
  /** @throws Error where the handler throws or what it sends is no valid answer */
  throwAt: (input: Buffer, from: Endpoint, random: Random) => void
  answered: () => number
}

export function createFuzzedHandler(clock: Clock): FuzzedHandler {
  let request: Buffer = Buffer.alloc(0)
  let inputs = 0
  let answers = 0
  let entries = 0
  const handler = createDatagramHandler({
    clock,
    timeline: { add: (entry: object) => ({ ...entry, seq: ++entries }) } as unknown as Pick<TimelineRecorder, 'add'>,
    endpoint: { address: '192.0.2.1', port: 3478 },
    // Nearly everything is written down, because that is the longer way.
    limits: {
      recordedAtOnce: 1e9,
      recordedPerSecond: 1e9,
      recordedOfOthersPerSecond: 1e9,
      recordedPerSourcePerSecond: 1e9,
      recordedOfOthers: 1e9,
    },
    isOfDeviceUnderTest: ({ from, username }) => from.address === '192.0.2.10' || username === account.username,
    transmit(datagram, to) {
      answers++
      checkAnswer(request, datagram, to)
    },
  })
  handler.learn(account)
  return {
    throwAt(input, from, random) {
      if (inputs++ % inputsPerPolicy === 0) handler.policy = random.oneOf(policies)
      request = input
      handler.handle(input, from)
    },
    answered: () => answers,
  }
}
