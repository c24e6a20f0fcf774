import { parseConnectionRequestUrl } from '../../harness/device/connection-request-url.ts'
import type { HttpRequest } from '../../harness/timeline/http-requests.ts'
import type { Session } from '../../harness/timeline/sessions.ts'
import { firstIndexAfter } from './in-order.ts'

/** A ConnectionRequestURL that the device told, and since when. */
export interface ToldUrl {
  at: number
  seq: number
  url: string
  /** Its path with the query; `undefined` where the URL cannot be taken apart. */
  path: string | undefined
}

/** The ConnectionRequestURLs of these Informs where they changed, in order. An empty one says that there is none. */
export function toldUrls(sessions: readonly Session[]): ToldUrl[] {
  const told: ToldUrl[] = []
  for (const { inform, attemptAt: at, seq } of sessions) {
    const url = inform.parameters.find(({ name }) => name.endsWith('ManagementServer.ConnectionRequestURL'))?.value
    if (url === undefined || url === told.at(-1)?.url) continue
    told.push({ at, seq, url, path: pathIn(url) })
  }
  return told
}

function pathIn(url: string): string | undefined {
  const parsed = parseConnectionRequestUrl(url)
  return parsed.problem === undefined ? parsed.path : undefined
}

/** The path that was told last before a request; before the first Inform that of the first. */
export function isAddressed({ urls }: { urls: readonly ToldUrl[] }, { sent }: HttpRequest): boolean {
  if (sent === undefined || sent.method !== 'GET') return false
  return pathOf(sent.target) === pathInForce(urls, sent.at)
}

/** A right request in all but its path. */
export function isAddressedElsewhere({ urls }: { urls: readonly ToldUrl[] }, { sent }: HttpRequest): boolean {
  if (sent === undefined || sent.method !== 'GET') return false
  const path = pathInForce(urls, sent.at)
  return path !== undefined && pathOf(sent.target) !== path
}

const pathInForce = (urls: readonly ToldUrl[], at: number) =>
  (urls[firstIndexAfter(urls, each => each.at, at) - 1] ?? urls[0])?.path

/** The path of a request line, also of one that names the whole URL. RFC 9112 3.2.2 */
const pathOf = (target: string) => target.replace(/^https?:\/\/[^/?#]*/i, '') || '/'

/** It carried Digest credentials, or no challenge followed from it. */
export const isAuthenticatedOrFinal = ({ sent, answer }: HttpRequest): boolean =>
  sent?.credentials === 'digest' || (sent?.credentials === 'none' && answer !== undefined && answer.status !== 401)
