import { type Bench, overUdp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import type { Conversation } from '../../harness/scenario.ts'
import { ordinaryStunPolicy } from '../../harness/stun-server/stun-policy.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { bindingRequests, isPrimaryRequest } from '../../harness/timeline/stun-requests.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { attemptsAtRest } from '../../harness/udp-bench.ts'
import { answerAfter } from './binding-requests.ts'
import { broughtBy } from './brought.ts'
import { answersThatSuffice, copiesAfterAnswers, heedsNoResponse } from './unheeded-responses.ts'

/** The label of a request, and the name of the mark with the entry of the Binding Request `beside` it. */
export const afterResponse = 'request right after a Binding Response'
export const beforeResponse = 'request while a Binding Response is awaited'

/** Sends a request in the moment in which a Binding Response has gone out. */
export const askAfterResponse = (conversation: Conversation): Promise<void> =>
  askBeside(conversation, afterResponse, async (bench, since) => {
    const answer = await answerAfter(bench, since, chosen.nextBindingRequest(bench.facts).ms)
    return answer?.answers
  })

/** Leaves a Binding Request without an answer until all copies of a request have been sent. */
export const askBeforeResponse = (conversation: Conversation): Promise<void> =>
  askBeside(conversation, beforeResponse, async (bench, since) => {
    const { server } = overUdp(bench)
    server.policy = { ...ordinaryStunPolicy, answer: ({ primary }) => (primary ? 'silent' : 'serve') }
    return (await withheldAfter(bench, since))?.answers
  })

/**
 * Sends a request beside a Binding Request, at most three times with rests between: a datagram may be lost, and a rate
 * limit is silence.
 * @param moment resolves in the right moment with the entry of the Binding Request, or with nothing where none came
 */
async function askBeside(
  { bench, mark, watch }: Conversation,
  label: string,
  moment: (bench: Bench, since: number) => Promise<number | undefined>,
): Promise<void> {
  const udp = overUdp(bench)
  for (let attempt = 1; attempt <= attemptsAtRest; attempt++) {
    if (attempt > 1) await watch('a rest, because no session came', chosen.restAfter503)
    await bench.rest()
    const beside = await moment(bench, bench.timeline.lastSeq)
    if (beside === undefined) return
    mark(label, { beside })
    const { first } = await udp.ask(label, { authorised: true })
    udp.lab.resetPolicy()
    const session = await bench.connectionRequestSessionAfter(first.seq)
    if (session === undefined) continue
    await bench.sessionEnd(session.session)
    return
  }
}

async function withheldAfter(
  { timeline, facts, signal }: Bench,
  after: number,
): Promise<EntryOf<'stun-withheld'> | undefined> {
  const isOfPrimaryPort = ({ answers }: EntryOf<'stun-withheld'>) => {
    const request = timeline.entries[answers - 1]
    return request?.type === 'stun-received' && isPrimaryRequest(request)
  }
  const { ms: timeoutMs } = chosen.nextBindingRequest(facts)
  return timeline
    .waitFor('stun-withheld', isOfPrimaryPort, {
      after,
      timeoutMs,
      what: 'the next Binding Request of the device',
      signal,
    })
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
}

/**
 * CR-UDP-40: each request brought a session, and the Binding Request beside it ended with its answer.
 * @param heardAlone whether a request brings a session when no STUN message is near
 */
export function judgeInterleaved(
  timeline: Timeline,
  besideStun: MetricJudge,
  { heardAlone }: { heardAlone: boolean },
): void {
  const expected = ['a session after each request', 'no more copies of a Binding Request once it was answered']
  const seen: string[] = []
  const shown: number[] = []
  for (const label of [afterResponse, beforeResponse]) {
    const asked = broughtBy(timeline, label)
    const mark = entriesOf(timeline, 'mark').findLast(({ name }) => name === label)
    if (asked === undefined || mark === undefined) {
      besideStun.inconclusive(`No Binding Request came to send a ${label} beside it.`, { expected })
      continue
    }
    const binding = bindingRequests(timeline).find(({ copies }) =>
      copies.some(({ seq }) => seq === mark.data?.['beside']),
    )
    const { session } = asked
    const evidence = [...(binding ? [binding.entry.seq] : []), ...asked.evidence]
    if (session === undefined && !heardAlone)
      besideStun.inconclusive('The ordinary request brought no session either.', { expected, evidence })
    else if (session === undefined) besideStun.fail({ expected, actual: `no session after the ${label}`, evidence })
    const unheeded = binding && copiesAfterAnswers(timeline, binding)
    if (unheeded !== undefined && unheeded.length > 0 && !heardAlone && heedsNoResponse(timeline))
      besideStun.inconclusive('No Binding Response seems to reach the device at all.', { expected, evidence })
    else if (unheeded !== undefined && unheeded.length > 0)
      besideStun.fail({
        expected,
        actual: `a copy of the Binding Request came after ${answersThatSuffice} answers to it`,
        evidence: [...evidence, ...unheeded.map(({ seq }) => seq)],
      })
    seen.push(`${label}: ${session ? nameOf(session) : 'no session'}`)
    shown.push(...evidence)
  }
  if (seen.length > 0) besideStun.pass({ expected, actual: seen.join('; '), evidence: shown })
}
