import { createRealClock } from '../harness/clock/real-clock.ts'
import { deviceAbsence } from '../harness/device-absence.ts'
import { createHttpRequester } from '../harness/connection-request/http/requester.ts'
import type { Profile } from '../harness/device/profile.ts'
import { readProfile } from '../harness/device/read-profile.ts'
import { openTestBench, type TestBench } from '../harness/test-bench.ts'
import type { EntryOf } from '../harness/timeline/entry.ts'
import { WaitTimedOut } from '../harness/timeline/recorder.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { durationText } from '../reports/durations.ts'
import { baselineOutlook } from './baseline/baseline-outlook.ts'
import { readBaseline } from './baseline/earlier-run.ts'
import { outlookLines } from './baseline/outlook-lines.ts'
import { stunLines } from './check-stun.ts'
import { checkXmpp } from './check-xmpp.ts'
import { catchInterruption } from './run/interruption.ts'
import { thisTool } from './tool.ts'
import { UsageProblem } from './usage-problem.ts'

const ready = 0
const notReady = 2
const firstSessionMs = 120_000

/**
 * `connreq check`: validates a profile and opens its ports for a moment; with `wait`, listens to the device without
 * changing anything in it.
 * @returns the exit code
 * @throws ProfileError, ListenError, ComponentRefused
 */
export async function check(profilePath: string, { wait }: { wait: boolean }): Promise<number> {
  const profile = readProfile(profilePath)
  const baselineLines = outlookLines(baselineOutlook(profile, await readBaseline(profile)))
  using interruption = catchInterruption()
  await using bench = await openTestBench({
    profile,
    clock: createRealClock(),
    redactor: createRedactor(),
    about: { tool: thisTool(), node: process.version, platform: process.platform },
    signal: interruption.signal,
  })
  say(`${profilePath} is valid.`)
  for (const line of baselineLines) say(visibleText(line))
  say(`The ACS can listen on ${profile.acs.listen}.`)
  say(`Enter this URL in the device: ${bench.acsUrl}`)
  if (bench.caFile !== undefined)
    say(
      'The certificate authority is made anew for each run, which says where it is; acs.tls can name files that last.',
    )
  const xmpp = await checkXmpp(profile, bench.xmpp)
  for (const line of xmpp.lines) say(line)
  for (const line of stunLines(profile, bench.stun)) say(line)
  if (!wait) return xmpp.ok ? ready : notReady
  const isReady = await listen(bench, profile, interruption.signal).catch(error => {
    if (!interruption.signal.aborted) throw error
    say('Stopped.')
    return false
  })
  return isReady && xmpp.ok ? ready : notReady
}

/** Waits for a first Inform and says what it tells. Returns whether the device can be asked to call. */
async function listen(bench: TestBench, { timing }: Profile, signal: AbortSignal): Promise<boolean> {
  const { timeline, clock } = bench
  say(`Waiting for the first Inform, at most ${durationText(timing.firstInform)}.`)
  const first = await timeline
    .waitFor('session-opened', () => true, {
      after: 0,
      timeoutMs: timing.firstInform,
      what: 'a first Inform',
      signal,
    })
    .catch(error => {
      throw error instanceof WaitTimedOut
        ? new UsageProblem(deviceAbsence(timeline.entries, { acsUrl: bench.acsUrl, waitedMs: timing.firstInform }))
        : error
    })
  for (const line of informLines(first)) say(line)
  const url = first.inform.parameters.find(({ name }) => name.endsWith('.ConnectionRequestURL'))?.value
  if (url === undefined || url === '') {
    say('The Inform carries no ConnectionRequestURL, so the device cannot be asked to call by HTTP.')
    return false
  }
  await timeline.waitFor('session-ended', entry => entry.session === first.session, {
    after: first.seq,
    timeoutMs: firstSessionMs,
    what: 'the end of the first session',
    signal,
  })
  const requester = createHttpRequester({ clock, timeline, signal })
  const outcome = await requester.send({ url, label: 'check', authorised: false })
  const answer =
    outcome.kind === 'answer'
      ? `answers with ${outcome.status} ${outcome.reason}`
      : `does not answer: ${outcome.detail}`
  say(visibleText(`ConnectionRequestURL: ${url} ${answer.trim()}`))
  return outcome.kind === 'answer'
}

function informLines({ inform, cwmp }: EntryOf<'session-opened'>): string[] {
  const { manufacturer, oui, productClass, serialNumber } = inform.deviceId
  const named = [manufacturer, productClass, serialNumber && `serial number ${serialNumber}`, oui && `OUI ${oui}`]
  return [
    `Heard: ${named.filter(Boolean).join(', ') || 'a device without a name'}`,
    `Events: ${inform.events.map(({ eventCode }) => eventCode).join(', ') || 'none'}; ${cwmp}`,
  ].map(visibleText)
}

const say = (text: string) => void process.stdout.write(`${text}\n`)
