import { type Conversation, scenario } from '../../harness/scenario.ts'
import { entriesOf, between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, should } from '../../harness/verdict/metric.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'

type Scheme = { name: string; scheme: 'digest' | 'basic'; algorithm?: 'MD5' | 'MD5-sess' | 'SHA-256' }

const md5: Scheme = { name: 'Digest MD5', scheme: 'digest', algorithm: 'MD5' }
const md5Sess: Scheme = { name: 'Digest MD5-sess', scheme: 'digest', algorithm: 'MD5-sess' }
const basic: Scheme = { name: 'Basic over TLS', scheme: 'basic' }

/** CW-SES-07, CR-HTTP-08, 09: the device answers the challenges of the ACS. */
export const authentication = scenario({
  id: 'session-authentication',
  title: 'The device authenticates itself to the ACS',
  purpose:
    'The ACS challenges the device in one session after another: Digest with MD5, with MD5-sess, and Basic where TLS is used.',
  applies: needs(aSessionOnRequest, facts =>
    facts.deviceCredentialsKnown
      ? { applies: true }
      : {
          applies: false,
          reason: 'The username and password of the device towards the ACS are not known.',
          wouldApplyIf: 'acs.authentication named the username and password of the device',
        },
  ),
  windows: facts => [rests(facts, 2), { for: 'the sessions', ms: (facts.tls ? 3 : 2) * (facts.timeToSessionMs ?? 0) }],
  metrics: {
    digest: must(
      'CW-SES-07',
      'A Digest challenge of the ACS is answered with Username and Password of ManagementServer.',
    ),
    basic: must('CW-SES-07', 'Over TLS a Basic challenge is answered too.'),
    md5Sess: must('CR-HTTP-08', 'A challenge with MD5-sess is answered correctly.'),
    newCnonce: should('CR-HTTP-09', 'Each TCP connection gets a new cnonce.'),
  },

  async run(conversation) {
    for (const scheme of conversation.bench.facts.tls ? [md5, md5Sess, basic] : [md5, md5Sess])
      await conversation.step(`Challenge the device with ${scheme.name}`, () => challengeWith(conversation, scheme))
  },

  judge(timeline, verdict, property) {
    judgeScheme(timeline, md5, verdict.digest)
    judgeScheme(timeline, md5Sess, verdict.md5Sess)
    if (markNamed(timeline, basic.name)) judgeScheme(timeline, basic, verdict.basic)
    else verdict.basic.notApplicable('The ACS is reached without TLS, where Basic is not allowed.', 'acs.tls were set')
    judgeCnonce(timeline, verdict.newCnonce)
    const sent = answers(timeline).map(entry => entry.authentication.algorithm ?? entry.authentication.scheme)
    property('authenticates to the ACS with', [...new Set(sent)].join(', ') || 'nothing')
  },
})

async function challengeWith({ bench, mark }: Conversation, { name, scheme, algorithm }: Scheme) {
  const { username, password } = bench.deviceCredentials
  const goBack = bench.acs.demandAuthentication(
    scheme === 'basic'
      ? { scheme, username, password }
      : { scheme: 'digest', username, password, ...(algorithm ? { algorithm } : {}) },
  )
  try {
    mark(name)
    await bench.positiveControl()
    mark(`${name} over`)
  } finally {
    goBack()
  }
}

const answers = (timeline: Timeline) =>
  entriesOf(timeline, 'device-authenticated').filter(entry => entry.authentication.scheme !== 'none')

function judgeScheme(timeline: Timeline, { name, scheme }: Scheme, metric: MetricJudge) {
  const begun = markNamed(timeline, name)
  if (!begun) return
  const stretch = between(timeline, name, `${name} over`)
  const given = answers(stretch)
  const right = given.find(entry => entry.authentication.ok)
  const opened = entriesOf(stretch, 'session-opened')
  if (opened.length === 0)
    return metric.inconclusive('No session came that could be challenged.', { evidence: [begun.seq] })
  const finding = {
    expected: [`a correct answer to ${name}`],
    actual: right
      ? `answered with ${described(right)}`
      : given.map(wrongAnswer).join('; ') || 'no Authorization header at all',
    evidence: [...opened, ...given].map(({ seq }) => seq),
  }
  const everRight = answers(timeline).some(entry => entry.authentication.ok)
  if (!right && !everRight && given.some(entry => entry.authentication.scheme === scheme))
    metric.inconclusive(
      'No answer of the device was right in any scheme: check username and password in acs.authentication.',
      finding,
    )
  else metric.check(right !== undefined, finding)
}

const described = ({ authentication: { scheme, algorithm } }: EntryOf<'device-authenticated'>) =>
  `${scheme}${algorithm ? ` ${algorithm}` : ''}`
const wrongAnswer = (entry: EntryOf<'device-authenticated'>) =>
  `${described(entry)}: ${entry.authentication.problem ?? 'refused'}`

function judgeCnonce(timeline: Timeline, metric: MetricJudge) {
  const byConnection = new Map<number, string>()
  const received = new Map(entriesOf(timeline, 'http-received').map(entry => [entry.exchange, entry.connection]))
  for (const entry of answers(timeline)) {
    const connection = received.get(entry.exchange)
    const { cnonce } = entry.authentication
    if (connection !== undefined && cnonce !== undefined && !byConnection.has(connection))
      byConnection.set(connection, cnonce)
  }
  if (byConnection.size < 2) return metric.notAsked('Fewer than two connections carried a cnonce.')
  const different = new Set(byConnection.values()).size
  metric.check(different === byConnection.size, {
    expected: ['another cnonce on each connection'],
    actual: `${different} different on ${byConnection.size} connections`,
    evidence: answers(timeline).map(({ seq }) => seq),
  })
}
