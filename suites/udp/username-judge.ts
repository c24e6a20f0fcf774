import type { NoteProperty } from '../../harness/scenario.ts'
import { attributeOf, type BindingRequest, isPrimaryRequest, stunCodes } from '../../harness/timeline/stun-requests.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { StunAttribute } from '../../harness/timeline/udp-entry.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import type { BindingJudges } from './binding-metrics.ts'
import { requestsBegun } from './binding-requests.ts'

/** A request with the USERNAME that it carries. */
export interface NamedRequest {
  request: BindingRequest
  attribute: StunAttribute
}

/** The requests that carry USERNAME. */
export const namedRequests = (requests: readonly BindingRequest[]): NamedRequest[] =>
  requests.flatMap(request => {
    const attribute = attributeOf(request.entry, stunCodes.username)
    return attribute === undefined ? [] : [{ request, attribute }]
  })

/** CR-UDP-14, 15: what the device says of itself while nobody asks for it. */
export function judgeUsername(timeline: Timeline, { named, padded }: BindingJudges, property: NoteProperty): void {
  const account = markNamed(timeline, 'account')
  const primary = requestsBegun(between(timeline, 'on', 'settled')).filter(({ entry }) => isPrimaryRequest(entry))
  if (!account) return
  if (primary.length === 0) {
    if (!markNamed(timeline, 'lie-over')) return
    const reason = 'No Binding Request had CONNECTION-REQUEST-BINDING; see CR-UDP-08.'
    named.inconclusive(reason)
    return padded.inconclusive(reason)
  }
  const username = String(account.data?.['username'])
  const found = namedRequests(primary)
  property('USERNAME', found.length === 0 ? 'not without a 401' : 'whenever STUNUsername is set')
  if (found.length === 0) {
    const reason = 'The device names nobody of its own accord; udp-integrity shows what it does after a 401.'
    named.notAsked(reason)
    return padded.notAsked(reason)
  }
  const wrong = found.filter(({ attribute }) => attribute.text !== username)
  const missing = primary.length - found.length
  named.check(missing === 0 && wrong.length === 0, {
    expected: ['USERNAME with STUNUsername in each of them', 'no USERNAME before a 401'],
    actual:
      missing > 0 ? `missing in ${missing} of ${primary.length}` : (wrong[0]?.attribute.text ?? 'in each of them'),
    evidence: (wrong.length > 0 ? wrong : found).slice(0, 10).map(({ request }) => request.entry.seq),
  })
  judgePadding(found, username, padded)
}

/** Whether USERNAME is this name, filled up with NULs or spaces to a multiple of four bytes. RFC 3489 11.2.6 */
export function judgePadding(found: readonly NamedRequest[], username: string, metric: MetricJudge): void {
  const wrong = found.filter(({ attribute }) => !isPadded(attribute, username))
  const [shown] = wrong.length > 0 ? wrong : found
  if (shown === undefined) return
  metric.check(wrong.length === 0, {
    expected: [`${username}, filled up with NULs or spaces to a multiple of 4 bytes`],
    actual: `${shown.attribute.length} bytes: ${shown.attribute.hex}`,
    evidence: (wrong.length > 0 ? wrong : found).slice(0, 10).map(({ request }) => request.entry.seq),
  })
}

function isPadded({ length, hex }: StunAttribute, username: string): boolean {
  const name = Buffer.from(username).toString('hex')
  return length % 4 === 0 && hex.startsWith(name) && /^(?:(?:00)*|(?:20)*)$/.test(hex.slice(name.length))
}

/** "spaces", "NULs" or "none needed" */
export function paddingOf({ hex }: StunAttribute, username: string): string {
  const rest = hex.slice(Buffer.from(username).toString('hex').length)
  if (rest === '') return 'none needed'
  return rest.startsWith('20') ? 'spaces' : 'NULs'
}
