import { abortable } from './abortable.ts'
import type { Bench } from './bench.ts'
import { isAccepted, writtenSeq } from './bench.ts'
import type { BenchParts } from './bench-parts.ts'
import { withTimeout } from './clock/clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Credentials } from './connection-request/http/requester.ts'
import { callDevice, positiveControl, udpControl, xmppControl } from './controls.ts'
import { deathOfDevice } from './device-death.ts'
import { type ControlAction, type DeviceFacts, hasManagementServer, managementServer } from './device/facts.ts'
import { followInforms } from './follow-informs.ts'
import { sessionWait } from './limits.ts'
import { askPerson } from './person/ask-person.ts'
import { type Refusal, RefusedAtRest, refusalOf, repeatAfterRests } from './rate-limit.ts'
import { restDevice, sessionEndMs } from './rest.ts'
import { scriptedSession } from './scripted-session.ts'
import type { EntryOf, InformContent } from './timeline/entry.ts'
import { connectionRequestEvent } from './timeline/sessions.ts'
import { createUdpBench, type UdpBench, type UdpBenchContext } from './udp-bench.ts'
import { createXmppBench, type XmppBench, type XmppBenchContext } from './xmpp-bench.ts'

/** Puts the verbs of the bench over its parts, once the device is known. */
export function createBench(parts: BenchParts, facts: DeviceFacts, credentials: Credentials): Bench {
  const { clock, timeline, acs, requester, control, signal, profile } = parts
  let refusedForGood = false
  let urlRead: { url: string; seq: number } | undefined
  const informedUrl = followInforms(timeline, 'ConnectionRequestURL')

  const request = (label: string) => ({ url: bench.url(), label })

  const atRest = async <T>(
    label: string,
    send: () => Promise<T>,
    refusal: (result: T) => Refusal | undefined,
  ): Promise<T> => {
    if (refusedForGood)
      throw new ConditionsNotMet('The device refuses every request at rest with 503, see the scenarios before.')
    try {
      return await repeatAfterRests(parts, facts.timing, label, refusal, async () => {
        await bench.rest()
        return send()
      })
    } catch (error) {
      if (error instanceof RefusedAtRest) refusedForGood = true
      throw error
    }
  }

  const bench: Bench = {
    ...parts,
    facts,
    xmpp: undefined,
    udp: undefined,
    credentials,
    deviceCredentials: {
      username: profile.acs.authentication.username ?? '',
      password: profile.acs.authentication.password ?? '',
    },

    url() {
      const informed = informedUrl()
      if (urlRead !== undefined && urlRead.seq > (informed?.seq ?? 0)) return urlRead.url
      return informed?.value ?? facts.connectionRequestUrl ?? ''
    },
    useUrl(url) {
      if (url !== undefined && url !== '') urlRead = { url, seq: timeline.lastSeq }
    },
    localAddress: () => new URL(acs.url).hostname.replace(/^\[|\]$/g, ''),

    rest: () => restDevice(parts, facts.timing.idleMs),

    knock: (label, options = {}) =>
      atRest(
        label,
        () => requester.knock({ ...request(label), credentials: bench.credentials, authorised: true, ...options }),
        knock => refusalOf(knock.final),
      ),
    wrongKnock: (label, options) =>
      requester.knock({ ...request(label), credentials: bench.credentials, authorised: false, ...options }),
    ask: (label, options = {}) => requester.send({ ...request(label), authorised: false, ...options }),
    askAtRest: label => atRest(label, () => bench.ask(label), refusalOf),

    async connectionRequestSessionAfter(seq) {
      const fits = (entry: EntryOf<'session-opened'>) => entry.ofDeviceUnderTest && isRequested(entry.inform)
      try {
        return await timeline.waitFor('session-opened', fits, {
          after: seq,
          timeoutMs: sessionWait(facts),
          what: `a session with ${connectionRequestEvent}`,
          signal,
        })
      } catch (error) {
        if (signal.aborted) throw error
        return undefined
      }
    },

    async seeSessionThrough(knock) {
      if (!isAccepted(knock)) return undefined
      const session = await bench.connectionRequestSessionAfter(writtenSeq(timeline, knock))
      if (session) await bench.sessionEnd(session.session)
      return session
    },

    async sessionEnd(id) {
      await timeline.waitFor('session-ended', entry => entry.session === id, {
        after: 0,
        timeoutMs: sessionEndMs,
        what: `session ${id} to end`,
        signal,
      })
    },

    callDevice: label => callDevice(bench, label),
    positiveControl: () => positiveControl(bench),
    xmppControl: () => xmppControl(bench),
    udpControl: () => udpControl(bench),

    async inSession(name, script, plan = {}) {
      // A session that is still to come for an earlier reason must not take the script.
      await bench.rest()
      return scriptedSession(parts, name, script, { when: isRequested, ...plan }, async planned => {
        if (!(await bench.callDevice(`for a session: ${name}`)))
          throw new ConditionsNotMet(`The device did not accept the request that should open a session to ${name}.`)
        await bench.orConditions(planned, `No session came to ${name}.`)
      })
    },

    nextSession: (name, ms, script, plan = {}) =>
      scriptedSession(parts, name, script, plan, planned =>
        bench.orConditions(planned, `No session came to ${name}.`, ms),
      ),

    orConditions: (work, problem, ms = sessionWait(facts)) =>
      withTimeout(clock, ms, abortable(work, signal), () => new ConditionsNotMet(problem)),

    async doneWithin(ms, work) {
      const late = new ConditionsNotMet('late')
      try {
        await withTimeout(clock, ms, work, () => late)
        return true
      } catch (error) {
        return error !== late
      }
    },

    async carryOut(action) {
      const task = control.task(action)
      if (task !== undefined) await askPerson(parts, action, task, answerTimeOf(action, facts))
      else if (facts.control[action] === 'rpc') await byRpc(bench, action)
      else await control.perform(action)
    },
    reboot: () => bench.carryOut('reboot'),
    factoryReset: false,

    async restoreRetryParameters(session) {
      const names = ['CWMPRetryMinimumWaitInterval', 'CWMPRetryIntervalMultiplier']
        .filter(name => hasManagementServer(facts, name))
        .map(name => managementServer(facts, name))
      const parameters = names.map(name => ({ name, value: facts.parameters[name]?.value ?? '', type: 'unsignedInt' }))
      await session.call('SetParameterValues', { parameters })
    },

    deathOfDevice: sinceSeq => deathOfDevice({ ...parts, facts }, sinceSeq, () => bench.ask('is the device alive')),
  }

  const context = {
    parts,
    facts,
    timing: facts.timing,
    credentials: () => bench.credentials,
    connectionRequestSessionAfter: (seq: number) => bench.connectionRequestSessionAfter(seq),
    sessionEnd: (id: number) => bench.sessionEnd(id),
  }
  return Object.assign(bench, { xmpp: xmppVerbs(context), udp: udpVerbs(context) })
}

type TransportContext = Omit<XmppBenchContext, 'lab' | 'connection'> & Omit<UdpBenchContext, 'lab'>

function xmppVerbs(context: TransportContext): XmppBench | undefined {
  const { lab } = context.parts.xmpp
  const { state, connection } = context.facts.xmpp
  if (state !== 'connected' || lab === undefined || connection === undefined) return undefined
  return createXmppBench({ ...context, lab, connection })
}

/** Also where no binding was seen: scenarios look for one again. */
function udpVerbs(context: TransportContext): UdpBench | undefined {
  const { lab } = context.parts.stun
  const { state } = context.facts.udp
  if (lab === undefined || (state !== 'bound' && state !== 'no-binding')) return undefined
  return createUdpBench({ ...context, lab })
}

/** How long the device itself may take to show that a person has acted, in milliseconds. */
const answerTimeOf = (action: ControlAction, facts: DeviceFacts) =>
  action === 'valueChange' ? sessionWait(facts) : facts.timing.bootMs

async function byRpc(bench: Bench, action: ControlAction): Promise<void> {
  await bench.inSession(action === 'reboot' ? 'reboot' : 'reset to factory settings', async session => {
    if (action === 'reboot') await session.call('Reboot', { commandKey: 'connreq' })
    else await session.call('FactoryReset', {})
    bench.timeline.add({ type: 'control', action, how: 'rpc' })
  })
}

/** Whether an Inform lists the event of a Connection Request. */
const isRequested = ({ events }: InformContent) => events.some(({ eventCode }) => eventCode === connectionRequestEvent)
