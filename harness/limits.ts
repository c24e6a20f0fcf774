import { ours, spec, type Limit } from './verdict/limit.ts'
import type { DeviceFacts } from './device/facts.ts'

/** Limits that the standard sets. A profile cannot change them. */
export const standard = {
  sessionAfterReply: spec(
    30,
    'TR-069 3.2.2.1: a session is attempted within 30 s of the success reply, by UDP of the request',
  ),
  sessionTimeout: spec(30, 'TR-069 3.7.1.4: the device may give a silent session up after no less than 30 s'),
} as const

/** Assumed of a device that was given no keep-alive period: NATs forget sooner. */
const longestKeepAliveSeconds = 300
const keepAliveMarginMs = 10_000

/** Limits that we chose. Those taken from the profile can be lengthened there. */
export const chosen = {
  grace: (facts: DeviceFacts): Limit => ({
    ms: facts.timing.graceMs,
    source: 'ours',
    why: 'looking past a limit tells late from never (timing.grace)',
  }),
  watch: (facts: DeviceFacts): Limit => ({
    ms: facts.timing.watchMs,
    source: 'ours',
    why: 'twice the 30 s within which a session would have to be attempted (timing.watch)',
  }),
  idle: (facts: DeviceFacts): Limit => ({
    ms: facts.timing.idleMs,
    source: 'ours',
    why: 'some devices merge or refuse requests that follow each other within 2 s (timing.idle)',
  }),
  xmppConnect: (facts: DeviceFacts): Limit => ({
    ms: facts.timing.xmppConnectMs,
    source: 'ours',
    why: 'the standard does not say when a device connects after it was configured (timing.xmppConnect)',
  }),
  stunBinding: (facts: DeviceFacts): Limit => ({
    ms: facts.timing.stunBindingMs,
    source: 'ours',
    why: 'the standard does not say when a device sends its first Binding Request; 30 s were seen (timing.stunBinding)',
  }),
  promptReply: ours(5, 'the standard says at once and gives no number'),
  sameInstant: { ms: 5, source: 'ours', why: 'reply and session closer than this cannot be put in order' } as Limit,
  udpReply: ours(10, 'by UDP nothing comes back; what did would come at once, and the standard gives no number'),
  silentLimit: ours(35, 'some devices hear nothing by UDP for 30 s after a request: a rate limit, which is legal'),
  nextBindingRequest: (facts: DeviceFacts): Limit => ({
    ms: (facts.udp.keepAliveSeconds ?? longestKeepAliveSeconds) * 1000 + keepAliveMarginMs,
    source: 'ours',
    why: 'the keep-alive period that the device was given, and 10 s for its own reckoning and for lost datagrams',
  }),
  readAgain: ours(10, 'nothing says how soon a parameter shows what the STUN client of the device has learnt'),
  bindingChange: ours(10, 'a changed binding is reported immediately, for which the standard gives no number'),
  stunGivenUp: ours(10, 'RFC 3489 9.3 gives an unanswered request up after 9.5 s'),
  afterUnauthorised: ours(20, 'the standard does not say how soon a request is repeated that was answered 401'),
  notification: ours(60, 'the standard does not say how soon a change is notified'),
  restAfter503: ours(60, 'a refusal at rest may come from a rate limit, which is legal'),
  rateLimit: (facts: DeviceFacts): Limit => ({
    ms: facts.timing.rateLimitMs,
    source: 'ours',
    why: 'rate limits of up to 50 requests an hour are shipped (timing.rateLimit)',
  }),
} as const

/** The longest time that is waited for a session after a success reply: the limit and the grace past it. */
export const sessionWait = (facts: DeviceFacts) => standard.sessionAfterReply.ms + facts.timing.graceMs
