import { describe } from '../../harness/timeline/describe.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { type FindingInScenario } from '../findings.ts'
import { curlCommand } from '../curl-command.ts'
import { entryAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'

type ConnectionRequest = EntryOf<'http-cr-sent' | 'udp-cr-sent' | 'xmpp-cr-sent'>

/** The request behind a finding: a `curl` command for HTTP, the line of what was sent for UDP and XMPP. */
export function RequestToRepeat({ finding, content }: { finding: FindingInScenario; content: ReportContent }) {
  const request = requestOf(finding, content.entryOf)
  if (request === undefined) return null
  if (request.type !== 'http-cr-sent')
    return (
      <div class="part">
        <h4>The request as it was sent</h4>
        <p class="mono">
          <a href={`#${entryAnchor(request.seq)}`}>{request.seq}</a> {describe(request)}
        </p>
      </div>
    )
  const { command, without } = curlCommand(request)
  return (
    <div class="part">
      <h4>The request as a command</h4>
      <pre class="command">{command}</pre>
      <p class="quiet small">
        As sent in <a href={`#${entryAnchor(request.seq)}`}>{request.seq}</a> ({request.label})
        {without.length > 0 && `, without ${without.join(' and ')}`}
        {request.credentials !== 'none' && '. Put the credentials of that request in the place of USER and PASSWORD'}.
      </p>
    </div>
  )
}

/**
 * The Connection Request a finding is about: the first that it cites or whose answer it cites, else the last one
 * before what it cites, within the scenario. Where one was sent twice for its challenge, the leg with credentials.
 */
export function requestOf(
  { metric, scenario }: Pick<FindingInScenario, 'metric' | 'scenario'>,
  entryOf: ReadonlyMap<number, Entry>,
): ConnectionRequest | undefined {
  const cited = (metric.evidence ?? []).flatMap(seq => entryOf.get(seq) ?? [])
  for (const entry of cited) {
    if (isRequest(entry)) return authorisedLeg(entry, entryOf, scenario.entries.to)
    if (isAnswer(entry)) return sentBefore(entry.seq, scenario.entries.from, entryOf, entry)
  }
  const [first] = cited
  const before = first === undefined ? undefined : sentBefore(first.seq, scenario.entries.from, entryOf)
  return before && authorisedLeg(before, entryOf, scenario.entries.to)
}

function sentBefore(
  seq: number,
  from: number,
  entryOf: ReadonlyMap<number, Entry>,
  answer?: Answer,
): ConnectionRequest | undefined {
  for (let each = seq - 1; each >= from; each--) {
    const entry = entryOf.get(each)
    if (entry && isRequest(entry) && (answer === undefined || isOf(entry, answer))) return entry
  }
  return undefined
}

/** A request that only fetched the challenge stands for the one that followed it. */
function authorisedLeg(request: ConnectionRequest, entryOf: ReadonlyMap<number, Entry>, to: number) {
  if (request.type !== 'http-cr-sent' || request.credentials !== 'none') return request
  for (let each = request.seq + 1; each <= to; each++) {
    const entry = entryOf.get(each)
    if (entry?.type !== 'http-cr-sent') continue
    if (entry.request === request.request) return entry
    if (entry.label !== request.label) return request
    if (entry.credentials !== 'none') return entry
  }
  return request
}

type Answer = EntryOf<'http-cr-answered' | 'http-cr-unanswered' | 'xmpp-cr-answered' | 'xmpp-cr-unanswered'>

const isOf = (request: ConnectionRequest, answer: Answer) =>
  request.request === answer.request && request.type.split('-')[0] === answer.type.split('-')[0]

const isRequest = (entry: Entry): entry is ConnectionRequest =>
  entry.type === 'http-cr-sent' || entry.type === 'udp-cr-sent' || entry.type === 'xmpp-cr-sent'

const isAnswer = (entry: Entry): entry is Answer =>
  entry.type === 'http-cr-answered' ||
  entry.type === 'http-cr-unanswered' ||
  entry.type === 'xmpp-cr-answered' ||
  entry.type === 'xmpp-cr-unanswered'
