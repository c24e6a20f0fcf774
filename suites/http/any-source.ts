import { scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { evidenceOf, exchangeLabelled } from '../reply-and-session.ts'
import { rests } from '../rests.ts'

const label = 'from a second address'

/** CR-GEN-02: the source address is no reason to refuse. */
export const anySource = scenario({
  id: 'http-any-source',
  title: 'A Connection Request from another address than the ACS',
  purpose: 'Credentials decide, not the source address: a request from a second address is served like any other.',
  applies: needs(aSessionOnRequest, facts =>
    facts.secondAddress
      ? { applies: true }
      : {
          applies: false,
          reason: 'This machine has no second address from which the device can be asked.',
          wouldApplyIf: 'connectionRequest.secondAddress named another local address',
        },
  ),
  windows: facts => [rests(facts, 2), { for: 'the session', ms: facts.timeToSessionMs ?? 0 }],
  metrics: {
    served: must('CR-GEN-02', 'A request with right credentials is accepted from any source address.'),
  },

  async run({ bench, step }) {
    await step(`One authenticated GET from ${bench.facts.secondAddress}`, async () => {
      const localAddress = bench.facts.secondAddress
      const knock = await bench.knock(label, localAddress === undefined ? {} : { localAddress })
      await bench.seeSessionThrough(knock)
    })
    await step('An ordinary request from the ACS address', () => bench.positiveControl())
  },

  judge(timeline, verdict) {
    const exchange = exchangeLabelled(timeline, label)
    if (!exchange) {
      const refused = requestsLabelled(timeline, label).at(-1) ?? httpRequests(timeline)[0]
      if (!refused) return
      const finding = {
        expected: ['the same challenge and reply as to the ACS address'],
        actual: outcomeOf(refused),
        evidence: [refused.seq],
      }
      if (refused.silence?.reason === 'unreachable' || refused.silence?.reason === 'timeout')
        verdict.served.inconclusive(
          'The device cannot be reached from the second address; a route may be missing, or a firewall drops it.',
          finding,
        )
      else verdict.served.fail(finding)
      return
    }
    const evidence = evidenceOf(exchange)
    const expected = ['200 or 204, then a session']
    if (exchange.request.silence)
      return verdict.served.inconclusive(
        `No answer to the second address: ${outcomeOf(exchange.request)}. A firewall may be the reason.`,
        { evidence },
      )
    if (!isSuccess(exchange.request))
      return verdict.served.fail({ expected, actual: outcomeOf(exchange.request), evidence })
    verdict.served.check(exchange.session !== undefined, {
      expected,
      actual: exchange.session ? nameOf(exchange.session) : 'accepted, but no session came',
      evidence,
    })
  },
})
