import { overUdp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import type { Conversation } from '../../harness/scenario.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'

const forged = 'forged request with a ts far ahead'
const afterForgery = 'right request after the forged one'
const aboveForgery = 'right request with a later ts than the forged one'
/** Past the rests between three attempts, so that the ordinary `ts` does not catch up with the forged one. */
const aheadSeconds = 600

/** The marks around a forgery and what it left behind. */
const begun = 'forgery-begun'
const over = 'forgery-over'
const accepted = 'forgery-accepted'

/**
 * CR-UDP-51: a request with a wrong signature and a `ts` far ahead, then a right one. Where that brings no session, one
 * with a `ts` above the forged one shows whether only the `ts` was in the way; from then on no smaller one is used.
 * @param options.acceptsForgeries the device was seen to accept wrong signatures: then it rightly remembers them
 */
export async function forge(
  { bench, mark, watch }: Conversation,
  { acceptsForgeries }: { acceptsForgeries: boolean },
): Promise<void> {
  if (acceptsForgeries) return mark(accepted)
  const udp = overUdp(bench)
  const { timestamps } = udp.lab.requester
  // What a right request may silence has passed then: where the next one is not heard, it was the forged one.
  await watch('a pause before the forged request', chosen.silentLimit)
  mark(begun)
  await bench.rest()
  const ts = timestamps.next() + aheadSeconds
  await udp.ask(forged, { defects: { values: { ts: String(ts) }, sign: () => '0'.repeat(40) } })
  const { session } = await udp.knock(afterForgery)
  if (session === undefined) {
    timestamps.used(ts)
    await udp.knock(aboveForgery)
  }
  mark(over)
}

/** Judges what a forgery left behind. */
export function judgeForgery(timeline: Timeline, metric: MetricJudge): void {
  const expected = ['a session after a right request, whatever ts a forged one had before']
  const skipped = markNamed(timeline, accepted)
  if (skipped)
    return metric.inconclusive('The device accepts wrong signatures, so that a forged request is a right one to it.', {
      expected,
      evidence: [skipped.seq],
    })
  const stretch = between(timeline, begun, over)
  const [forgery] = udpRequestsLabelled(stretch, forged)
  const right = udpRequestsLabelled(stretch, afterForgery)
  const [first] = right
  if (!forgery || !first)
    return metric.inconclusive('It was not tried: the device had heard no right request before.', { expected })
  const taken = sessionOfForgery(timeline)
  if (taken !== undefined)
    return metric.inconclusive('The device accepted the forged request, so that it rightly remembers it.', {
      expected,
      evidence: taken,
    })
  const above = udpRequestsLabelled(stretch, aboveForgery)
  const until = above[0]?.seq ?? Number.POSITIVE_INFINITY
  const sessions = connectionRequestSessions(stretch)
  const session = sessions.find(({ seq }) => seq > first.seq && seq < until)
  const evidence = [forgery.seq, ...right.map(({ seq }) => seq)]
  if (session) return metric.pass({ expected, actual: nameOf(session), evidence: [...evidence, session.seq] })
  const after = sessions.find(({ seq }) => seq > until)
  const all = [...evidence, ...above.map(({ seq }) => seq)]
  if (!after)
    return metric.inconclusive('No later request brought a session either, so that the forged one need not be why.', {
      expected,
      evidence: all,
    })
  metric.fail({
    expected,
    actual: `no session until a ts was above that of the forged request, then ${nameOf(after)}`,
    evidence: [...all, after.seq],
  })
}

/**
 * A right request soon after the forged one brought no session, but one did later: wrong requests silence the device
 * for a while, as a rate limit may. Of several in one window only the first was looked at then.
 * @returns the entries that show it
 */
export function silencedForAWhile(timeline: Timeline): number[] | undefined {
  const stretch = between(timeline, begun, over)
  const [first, second] = udpRequestsLabelled(stretch, afterForgery)
  const [above] = udpRequestsLabelled(stretch, aboveForgery)
  if (first === undefined || second === undefined || sessionOfForgery(timeline)) return undefined
  const session = connectionRequestSessions(stretch).find(({ seq }) => seq > first.seq)
  if (session === undefined || session.seq < second.seq || session.seq > (above?.seq ?? Number.POSITIVE_INFINITY))
    return undefined
  return [first.seq, session.seq]
}

/** A session came after the forged request before any other: sent alone it was accepted. @returns the entries */
export function sessionOfForgery(timeline: Timeline): number[] | undefined {
  const stretch = between(timeline, begun, over)
  const [forgery] = udpRequestsLabelled(stretch, forged)
  const [first] = udpRequestsLabelled(stretch, afterForgery)
  if (forgery === undefined || first === undefined) return undefined
  const session = connectionRequestSessions(stretch).find(({ seq }) => seq > forgery.seq && seq < first.seq)
  return session && [forgery.seq, session.seq]
}
