import { type Conversation, scenario } from '../../harness/scenario.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { entriesOf, markNamed } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'

const cookie = 'connreq-kept=yes'

/** CW-SES-05: cookies come back in every later request of the session, on a new connection too. */
export const cookies = scenario({
  id: 'session-cookies',
  title: 'Cookies of the ACS',
  purpose: 'The ACS sets a cookie with its InformResponse and closes the connection in the middle of the session.',
  applies: needs(aSessionOnRequest),
  windows: facts => [rests(facts, 1), { for: 'the session', ms: facts.timeToSessionMs ?? 0 }],
  metrics: {
    returned: must('CW-SES-05', 'A cookie of the ACS comes back in every later request of the session.'),
    onNewConnection: must('CW-SES-05', 'It comes back on a new TCP connection of the session too.'),
  },

  async run(conversation) {
    await conversation.step('Set a cookie, then close the connection in mid-session', () => setCookie(conversation))
  },

  judge(timeline, verdict) {
    const set = markNamed(timeline, 'cookie-set')
    if (!set) return
    const { session } = set.data as { session: number }
    const firstConnection = entriesOf(timeline, 'session-opened').find(entry => entry.session === session)?.connection
    const posts = new Set(
      [...entriesOf(timeline, 'empty-post'), ...entriesOf(timeline, 'rpc-answered')]
        .filter(entry => entry.session === session)
        .map(entry => entry.exchange),
    )
    const requests = entriesOf(timeline, 'http-received').filter(entry => posts.has(entry.exchange))
    const carries = (headers: [string, string][]) =>
      headers.some(([name, value]) => name.toLowerCase() === 'cookie' && cookiesIn(value).includes(cookie))
    for (const [metric, chosen] of [
      [verdict.returned, requests],
      [verdict.onNewConnection, requests.filter(({ connection }) => connection !== firstConnection)],
    ] as const) {
      if (chosen.length === 0) {
        metric.inconclusive('No later request of the session came that could carry the cookie.', {
          evidence: [set.seq],
        })
        continue
      }
      const without = chosen.filter(({ headers }) => !carries(headers))
      metric.check(without.length === 0, {
        expected: [`Cookie: ${cookie} in each of ${chosen.length} requests`],
        actual:
          without.length === 0
            ? 'in each of them'
            : `missing in ${without.length === chosen.length ? 'all' : `${without.length} of`} ${chosen.length}`,
        evidence: (without.length === 0 ? chosen : without).map(({ seq }) => seq),
      })
    }
  },
})

/** The pairs of a Cookie header, of RFC 6265 or in the older form with quotes and $-attributes (RFC 2965). */
const cookiesIn = (value: string) => value.split(/\s*[;,]\s*/).map(pair => pair.trim().replaceAll('"', ''))

async function setCookie({ bench, mark }: Conversation) {
  const names = [managementServer(bench.facts, 'PeriodicInformInterval')]
  await bench.inSession(
    'set a cookie and close the connection',
    async session => {
      await session.call('GetParameterValues', { names })
      session.closeConnectionAfterNext()
      await session.call('GetParameterValues', { names })
      await session.call('GetParameterValues', { names })
    },
    {
      onInform: session => {
        mark('cookie-set', { session: session.id })
        return { respond: { setCookie: [`${cookie}; Path=/`] } }
      },
    },
  )
}
