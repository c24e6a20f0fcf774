import { z } from 'zod'
import type { Milliseconds } from '../clock/clock.ts'
import type { ControlAction, ControlMeans } from './facts.ts'
import { duration } from './profile-duration.ts'

/** Said of a control action that names nothing that can be done. */
const noCommand = 'is no command; write rpc, ask or a shell command'
const noRpc = 'has no RPC; write ask or a shell command'

/** What a command may take where the profile does not say. */
const commandTimeoutMs: Milliseconds = 120_000
/** How long a person is waited for where the profile does not say. */
const personTimeoutMs: Milliseconds = 600_000

/** `true` and `no` may be shell commands, but who writes them means an answer. */
const isAnswer = (text: string) => /^(yes|no|true|false|on|off)$/i.test(text.trim())

const command = z
  .string({ error: ({ input }) => (typeof input === 'boolean' ? noCommand : undefined) })
  .min(1, noCommand)
  .max(8192)
  .refine(text => !isAnswer(text), noCommand)

/** At least a second: less is a slip of the unit. */
const timeout = duration.refine(ms => ms >= 1000, 'is at least 1s').optional()

const withTimeout = z
  .strictObject({ command: command.optional(), ask: z.string().min(1).max(500).optional(), timeout })
  .refine(
    ({ command: run, ask }) => (run === undefined) !== (ask === undefined),
    'needs command or ask, one of the two',
  )
  .transform(({ command: run, ask, timeout: ms }) => ({
    ...(run === undefined ? { ask: ask as string } : { command: run }),
    ...(ms === undefined ? {} : { timeout: ms }),
  }))

const byAnyMeans = z.union([command, withTimeout], {
  error: ({ input }) =>
    typeof input === 'string' || typeof input === 'boolean' || input === null || typeof input === 'number'
      ? noCommand
      : undefined,
})
const withoutRpc = byAnyMeans.refine(means => means !== 'rpc', noRpc)

/** How the lab controls the device: a shell command, `rpc`, or `ask` for the person at the bench. */
export const controlSchema = z.strictObject({
  start: withoutRpc.optional(),
  stop: withoutRpc.optional(),
  reboot: byAnyMeans.optional(),
  factoryReset: byAnyMeans.optional(),
  power: withoutRpc.optional(),
  valueChange: withoutRpc.optional(),
})

/** The `control` section of a profile. */
export type ControlSection = z.output<typeof controlSchema>

/** How an action is carried out. Times are milliseconds. */
export type DeclaredControl =
  | { means: 'rpc' }
  | { means: 'command'; command: string; timeoutMs: Milliseconds }
  /** `sentence` says what the person is to do. */
  | { means: 'ask'; sentence: string; timeoutMs: Milliseconds }

const sentences: Record<ControlAction, string> = {
  start: 'Switch the device on.',
  stop: 'Switch the device off.',
  reboot: 'Restart the device by its own menu or button, without resetting its settings.',
  factoryReset: 'Reset the device to factory settings; then see to it that it calls the ACS URL of this run again.',
  power: 'Take the power from the device, wait 5 s, give it back.',
  valueChange: 'Change a value of the device that has active notification.',
}

/** How the profile has an action carried out; `undefined` where it does not name it. */
export function declaredControl(section: ControlSection, action: ControlAction): DeclaredControl | undefined {
  const written = section[action]
  if (written === undefined) return undefined
  if (written === 'rpc') return { means: 'rpc' }
  if (written === 'ask') return { means: 'ask', sentence: sentences[action], timeoutMs: personTimeoutMs }
  if (typeof written === 'string') return { means: 'command', command: written, timeoutMs: commandTimeoutMs }
  const { timeout: timeoutMs } = written
  if ('ask' in written) return { means: 'ask', sentence: written.ask, timeoutMs: timeoutMs ?? personTimeoutMs }
  return { means: 'command', command: written.command, timeoutMs: timeoutMs ?? commandTimeoutMs }
}

export const controlActions = ['start', 'stop', 'reboot', 'factoryReset', 'power', 'valueChange'] as const

/** The means of every action that the profile names. */
export const declaredMeans = (section: ControlSection): Partial<Record<ControlAction, ControlMeans>> =>
  Object.fromEntries(
    controlActions.flatMap(action => {
      const declared = declaredControl(section, action)
      return declared === undefined ? [] : [[action, declared.means]]
    }),
  )
