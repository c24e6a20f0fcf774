import { type Findings, probe } from '../../harness/device/probe.ts'
import { deviceAbsence } from '../../harness/device-absence.ts'
import { plainAddress } from '../../harness/stun-server/ip-address.ts'
import type { TestBench } from '../../harness/test-bench.ts'
import type { DeviceAuthentication, Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { WaitTimedOut } from '../../harness/timeline/recorder.ts'
import { entriesOf } from '../../harness/timeline/timeline.ts'
import { withoutKnocks } from './reach.ts'
import { UsageProblem } from '../usage-problem.ts'

const firstSessionMs = 120_000

/** What the first session of a device told, of which nothing was changed. */
export interface Heard {
  opened: EntryOf<'session-opened'>
  /** When its Inform arrived, by the clock of this machine. */
  at: Date
  /** Where it called from. */
  from?: string
  /** The address of this machine that it called. */
  to?: string
  /** The Host header and the target of the request with its Inform: the URL that it called. */
  host?: string
  target?: string
  /** What it answered in the session; absent where the session ended before. */
  findings?: Findings
  /** How it authenticated itself; absent where nobody asked and it sent nothing. */
  authentication?: DeviceAuthentication & { username?: string }
  /** How the session ended. */
  ended: EntryOf<'session-ended'>['how']
}

export interface HearingOptions {
  timeoutMs: number
  signal: AbortSignal
}

/**
 * Waits for a first Inform and reads in its session what a run would find out, changing nothing.
 * @throws UsageProblem when no device comes; it says what to check
 */
export async function hearDevice(bench: TestBench, { timeoutMs, signal }: HearingOptions): Promise<Heard> {
  const { timeline, clock } = bench
  let findings: Findings | undefined
  const planned = bench.planSession({
    name: 'look at the device',
    script: async session => {
      findings = await probe(session)
    },
  })
  planned.done.catch(() => undefined)
  planned.sessionOpened.catch(() => undefined)
  const opened = await timeline
    .waitFor('session-opened', () => true, { after: 0, timeoutMs, what: 'a first Inform', signal })
    .catch(error => {
      throw error instanceof WaitTimedOut
        ? new UsageProblem(
            deviceAbsence(withoutKnocks(timeline.entries), { acsUrl: bench.acsUrl, waitedMs: timeoutMs }),
          )
        : error
    })
  const at = new Date(clock.wallTime().getTime() - (clock.now() - opened.at))
  const ended = await timeline.waitFor('session-ended', entry => entry.session === opened.session, {
    after: opened.seq,
    timeoutMs: firstSessionMs,
    what: 'the end of the first session',
    signal,
  })
  const accepted = entriesOf(timeline, 'connection-accepted').find(({ connection }) => connection === opened.connection)
  const authentication = authenticationIn(timeline.entries, opened)
  return {
    opened,
    at,
    ...(accepted ? { from: plainAddress(accepted.from.address), to: plainAddress(accepted.to.address) } : {}),
    ...calledBy(timeline.entries, opened),
    ...(findings ? { findings } : {}),
    ...(authentication ? { authentication } : {}),
    ended: ended.how,
  }
}

/** A value that the Inform itself carries, by the last part of its name. */
export const informed = ({ parameters }: Heard['opened']['inform'], name: string): string | undefined =>
  parameters.find(parameter => parameter.name.endsWith(`.${name}`))?.value

function calledBy(
  entries: readonly Entry[],
  { connection, exchange }: EntryOf<'session-opened'>,
): Pick<Heard, 'host' | 'target'> {
  const request = entriesOf({ entries }, 'http-received').find(
    entry => entry.connection === connection && entry.exchange === exchange,
  )
  const host = request?.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  return {
    ...(host === undefined ? {} : { host: host.trim() }),
    ...(request === undefined ? {} : { target: request.target }),
  }
}

function authenticationIn(entries: readonly Entry[], { session, seq }: EntryOf<'session-opened'>) {
  const authorization = entriesOf({ entries }, 'http-received')
    .filter(entry => entry.seq > seq - 2)
    .flatMap(({ headers }) => headers.filter(([name]) => name.toLowerCase() === 'authorization'))
    .at(-1)?.[1]
  const username = authorization === undefined ? undefined : usernameIn(authorization)
  const judged = entriesOf({ entries }, 'device-authenticated').filter(entry => entry.session === session)
  const last = judged.at(-1)?.authentication
  if (last === undefined && authorization === undefined) return undefined
  const scheme = /^\s*digest/i.test(authorization ?? '') ? ('digest' as const) : ('basic' as const)
  return { ...(last ?? { scheme, ok: true }), ...(username === undefined ? {} : { username }) }
}

/** The user name of an Authorization header. */
function usernameIn(authorization: string): string | undefined {
  const [, basic] = /^\s*basic\s+(\S+)/i.exec(authorization) ?? []
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('utf8').split(':')[0]
  const [, digest] = /\busername\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(authorization) ?? []
  return digest?.replace(/\\(.)/g, '$1')
}
