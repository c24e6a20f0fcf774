import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import { createEventStreams } from './event-streams.ts'
import { openLoopbackServer } from './loopback-server.ts'
import type { LiveSection, SectionStore } from './section-store.ts'

/** Serves a page that grows. */
export interface LiveServer {
  readonly url: string
  readonly port: number
  /** How many pages follow now. */
  readonly followers: number
  /** Sends what is new to every page. */
  flush(): void
  /** Says that the run has ended and from now on serves its report, where there is one. */
  end(reportPath: string | undefined): void
  /** Resolves after the end, when every page has taken what it wanted and let its stream go. */
  readonly allServed: Promise<void>
  close(): void
}

export interface LiveServerOptions {
  clock: Clock
  /** 0 takes any free one. */
  port: number
  sections: SectionStore
  /** Brings the sections up to date before somebody comes who has seen nothing. */
  refresh: () => void
  /** The time of the run. */
  now: () => Milliseconds
  /** The page with these sections; `since` is where its stream of changes goes on. */
  page: (sections: readonly LiveSection[], since: string) => string
  /** How long a page may take nothing before it is let go. */
  patienceMs?: Milliseconds
}

const mostFollowers = 16

const headers = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Content-Security-Policy': "frame-ancestors 'none'",
}

/**
 * Serves the page on the loopback addresses: `/` as it is now, `/events` what changes, `/report.html` at the end.
 * @throws UsageProblem when the port cannot be had
 */
export async function openLiveServer(options: LiveServerOptions): Promise<LiveServer> {
  const { clock, sections, refresh, now, page, patienceMs = 10_000 } = options
  /** Tells the changes of this run from those of another one on the same port. */
  const run = randomBytes(6).toString('hex')
  let ended: { reportPath: string | undefined } | undefined
  let onAllServed = () => {}
  const allServed = new Promise<void>(resolve => {
    onAllServed = resolve
  })
  const settle = () => {
    if (ended && streams.size === 0) onAllServed()
  }
  const sayEnd = () => streams.tell('end', { report: ended?.reportPath !== undefined })

  const streams = createEventStreams({
    clock,
    patienceMs,
    changesAfter(told) {
      const changed = sections.changedAfter(told)
      if (changed.length === 0) return undefined
      const { version } = sections
      const data = JSON.stringify({ now: now(), sections: changed })
      return { version, text: `id: ${run}-${version}\nevent: state\ndata: ${data}\n\n` }
    },
  })

  const answer = (response: ServerResponse, status: number, text: string, more: Record<string, string> = {}) => {
    response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', ...more })
    response.end(text)
  }
  const html = (response: ServerResponse, text: string) =>
    answer(response, 200, text, { 'Content-Type': 'text/html; charset=utf-8' })

  const servePage = (response: ServerResponse) => {
    refresh()
    html(response, page(sections.changedAfter(0), `${run}-${sections.version}`))
  }
  const serveEvents = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => {
    refresh()
    const seen = versionOf(String(request.headers['last-event-id'] ?? query.get('since') ?? ''), run)
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' })
    streams.add(response, seen > sections.version ? 0 : seen)
    response.once('close', settle)
    if (ended) sayEnd()
  }
  const serveReport = (response: ServerResponse) => {
    if (ended?.reportPath === undefined) return answer(response, 404, 'There is no report yet.\n')
    return html(response, readFileSync(ended.reportPath, 'utf8'))
  }

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    response.on('error', () => response.destroy())
    request.resume()
    const problem = refusal(request, server.port)
    if (problem) return answer(response, ...problem)
    const [pathname = '', query = ''] = (request.url ?? '').split('?', 2)
    const searchParams = new URLSearchParams(query)
    if (pathname === '/') return servePage(response)
    if (pathname === '/events' && streams.size >= mostFollowers)
      return answer(response, 503, 'Too many pages follow this run.\n', { 'Retry-After': '5' })
    if (pathname === '/events') return serveEvents(request, response, searchParams)
    if (pathname === '/report.html') return serveReport(response)
    return answer(response, 404, 'There is nothing here.\n')
  }
  const server = await openLoopbackServer(options.port, (request, response) => {
    // Whoever asks, and whatever for: the run goes on.
    try {
      serve(request, response)
    } catch {
      response.destroy()
    }
  })

  return {
    url: `http://127.0.0.1:${server.port}/`,
    port: server.port,
    get followers() {
      return streams.size
    },
    flush: () => streams.flush(),
    end(reportPath) {
      ended = { reportPath }
      streams.flush()
      sayEnd()
      settle()
    },
    allServed,
    close() {
      streams.close()
      server.close()
    },
  }
}

/** Why a request is not served: status, text and headers. */
function refusal(
  { method, headers: { host }, headers: asked }: IncomingMessage,
  port: number,
): [number, string, Record<string, string>?] | undefined {
  // A name that somebody else's DNS leads here is not ours: it would be their page that reads.
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${port}`)
  if (!hosts.includes((host ?? '').toLowerCase())) return [403, `Ask for http://127.0.0.1:${port}/\n`]
  if (method !== 'GET') return [405, 'Only GET is served.\n', { Allow: 'GET' }]
  const site = asked['sec-fetch-site']
  const navigates = asked['sec-fetch-mode'] === 'navigate'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !navigates)
    return [403, 'Other pages may not read this one.\n']
  return undefined
}

function versionOf(eventId: string, run: string): number {
  const [of, version] = eventId.split('-')
  return of === run && /^\d{1,15}$/.test(version ?? '') ? Number(version) : 0
}
