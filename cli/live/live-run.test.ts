import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import type { Entry, NewEntry } from '../../harness/timeline/entry.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { sampleTimeline } from '../../reports/sample-timeline.ts'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { type ReceivedEvent, readEvents } from './event-reader.ts'
import { type LiveRun, openLiveRun } from './live-run.ts'

const clock = createRealClock()
const open: LiveRun[] = []
const stop: AbortController[] = []
const problems: string[] = []

afterEach(async () => {
  for (const reader of stop.splice(0)) reader.abort()
  for (const live of open.splice(0)) await live[Symbol.asyncDispose]()
})

const started: NewEntry = {
  type: 'run-started',
  tool: { version: '1.2.3' },
  clock: 'real',
  wallTime: clock.wallTime().toISOString(),
  node: 'v20',
  platform: 'linux',
  profile: {},
  pid: 1,
}

/** A live view whose run is told entry by entry. */
async function liveRun(options: { port?: number; patienceMs?: number; device?: string } = {}) {
  const live = await openLiveRun({
    clock,
    port: 0,
    device: 'ACME',
    clockOfRun: 'real',
    repeat: 1,
    redactor: createRedactor(),
    onProblem: problem => problems.push(problem),
    ...options,
  })
  open.push(live)
  const timeline = sampleTimeline()
  timeline.add(0, started)
  const tell = () => {
    for (const entry of timeline.entries.splice(0)) live.entry(entry)
  }
  const begin = (title: string) => {
    timeline.add(0, { type: 'planned', scenario: 'http-challenge', applies: true, windowsMs: 60_000 })
    timeline.add(0, { type: 'scenario-begun', scenario: 'http-challenge', title, repetition: 1 })
  }
  const end = () => timeline.add(0, { type: 'scenario-ended', scenario: 'http-challenge', how: 'completed' })
  /** Shows what is new as the run does, until the reader has it. */
  const until = async <T>(awaited: Promise<T>): Promise<T> => {
    tell()
    const over = new AbortController()
    const ticking = tickUntil(live, over.signal)
    try {
      return await awaited
    } finally {
      over.abort()
      await ticking
    }
  }
  return { live, timeline, begin, end, until, tell }
}

async function tickUntil(live: LiveRun, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    live.tick()
    await clock.sleep(20)
  }
}

/** A page that follows, which puts the parts together as the script does. */
function follow(live: LiveRun, options: { path?: string; headers?: Record<string, string> } = {}) {
  const reader = new AbortController()
  stop.push(reader)
  const events = readEvents(`${live.url}${options.path ?? 'events'}`, {
    signal: reader.signal,
    headers: options.headers ?? {},
  })
  const parts = new Map<string, string>()
  const next = async (): Promise<ReceivedEvent> => {
    const { value, done } = await events.next()
    if (done) throw new Error('The stream ended.')
    if (value.event === 'state')
      for (const { id, html } of (value.data as { sections: { id: string; html: string }[] }).sections)
        parts.set(id, html)
    return value
  }
  return {
    parts,
    next,
    leave: () => reader.abort(),
    async untilPart(id: string, text: string): Promise<ReceivedEvent> {
      for (;;) {
        const event = await next()
        if (parts.get(id)?.includes(text)) return event
      }
    },
  }
}

const get = (live: LiveRun, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    request(`${live.url}${path}`, { headers, method, agent: false }, response => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8')
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
      .on('error', reject)
      .end()
  })

describe('what is shown', () => {
  test('a window that is being kept, then the verdict and the findings of the scenario', async () => {
    const { live, timeline, begin, end, until } = await liveRun()
    const page = follow(live)
    begin('The challenge')
    timeline.add(0, { type: 'watch-begun', for: 'a second session', ms: 30_000 })
    await until(page.untilPart('live-now', 'a second session'))
    expect(page.parts.get('live-now')).toMatch(/data-until="[\d.]+" data-whole="30000"/)
    expect(page.parts.get('live-head')).toContain('Scenario 1 of 1')
    expect(page.parts.get('live-course')).toContain('The challenge')

    end()
    await until(page.untilPart('live-head', 'All 1 scenarios were played'))
    expect(page.parts.get('live-now')).not.toContain('a second session')
    expect(page.parts.get('live-finished-http-challenge-1')).toContain('CR-HTTP-06')
    expect(page.parts.get('live-findings')).toContain('CR-HTTP-06')
  })

  test('whose turn it is, until the device is back', async () => {
    const { live, timeline, begin, until } = await liveRun()
    const page = follow(live)
    begin('The challenge')
    timeline.add(0, { type: 'control', action: 'reboot', how: 'ask' })
    await until(page.untilPart('live-now', 'Your turn: <span class="text">reboot</span>'))
    timeline.session(1, 5)
    await until(page.untilPart('live-now', 'http-challenge'))
    expect(page.parts.get('live-now')).not.toContain('Your turn')
  })

  test('only what changed goes over the wire, and who comes back gets what was missed', async () => {
    const { live, timeline, begin, until } = await liveRun()
    const page = follow(live)
    begin('The challenge')
    const first = await until(page.untilPart('live-now', 'http-challenge'))
    timeline.add(0, { type: 'step-begun', text: 'Ask without credentials' })
    const second = await until(page.untilPart('live-now', 'Ask without credentials'))
    const ids = (second.data as { sections: { id: string }[] }).sections.map(({ id }) => id)
    expect(ids).toContain('live-now')
    expect(ids).not.toContain('live-findings')

    const back = follow(live, { headers: { 'Last-Event-ID': first.id } })
    const missed = await until(back.next())
    expect((missed.data as { sections: { id: string }[] }).sections.map(({ id }) => id)).toEqual(ids)
    const ofAnotherRun = follow(live, { headers: { 'Last-Event-ID': `another-${first.id.split('-')[1]}` } })
    await until(ofAnotherRun.next())
    expect(ofAnotherRun.parts.size).toBe(page.parts.size)
  })

  test('the page holds the run as it is, and its stream goes on from there', async () => {
    const { live, timeline, begin, tell, until } = await liveRun()
    begin('The challenge')
    tell()
    const { text } = await get(live, '')
    expect(text).toContain('The challenge')
    expect(text).toContain("connect-src 'self'")
    const since = /data-since="([^"]+)"/.exec(text)?.[1] ?? ''
    const page = follow(live, { path: `events?since=${since}` })
    timeline.add(0, { type: 'step-begun', text: 'Ask without credentials' })
    await until(page.untilPart('live-now', 'Ask without credentials'))
    expect(page.parts.has('live-findings')).toBe(false)
  })

  test('everything of the device is text, and secrets are taken out', async () => {
    const { live, timeline, begin, end, until, tell } = await liveRun({ device: '<script>alert(1)</script>' })
    const hostile = '</div><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\u0000'
    const page = follow(live)
    begin(hostile)
    timeline.add(0, { type: 'step-begun', text: hostile })
    timeline.add(0, { type: 'watch-begun', for: hostile, ms: 1000 })
    timeline.add(0, { type: 'control', action: hostile, how: 'ask' })
    timeline.add(0, { type: 'harness-error', message: hostile, scenario: 'http-challenge' })
    timeline.add(0, {
      type: 'provisioned',
      status: 0,
      parameters: [{ name: 'Device.ManagementServer.ConnectionRequestPassword', value: 'the-secret' }],
    })
    timeline.request(1, { label: hostile })
    await until(page.untilPart('live-course', 'Provisioned'))
    end()
    timeline.add(0, { type: 'run-ended', how: 'broken-off', reason: hostile })
    await until(page.untilPart('live-now', 'broken off'))
    tell()
    const whole = `${[...page.parts.values()].join('')}${(await get(live, '')).text}`
    expect(whole).toContain('&lt;script')
    for (const forbidden of ['<script>', '<img', '\u0000', '\u202e']) expect(whole).not.toContain(forbidden)
    expect(whole).not.toContain('the-secret')
  })
})

describe('the end', () => {
  test('the report is served then, and every page takes it before the server is gone', async () => {
    const { live, timeline, begin, end, until, tell } = await liveRun()
    const reportPath = join(temporaryDirectory(), 'report.html')
    writeFileSync(reportPath, '<p>the report</p>')
    const pages = [follow(live), follow(live)]
    begin('The challenge')
    await Promise.all(pages.map(page => until(page.untilPart('live-now', 'http-challenge'))))
    expect((await get(live, 'report.html')).status).toBe(404)
    end()
    timeline.add(0, { type: 'run-ended', how: 'completed' })
    tell()
    const taken = pages.map(async page => {
      await page.untilPart('live-now', 'came to its end')
      expect(await page.next()).toMatchObject({ event: 'end', data: { report: true } })
      const { text } = await get(live, 'report.html')
      page.leave()
      return text
    })
    const asked = clock.now()
    await live.end(reportPath)
    expect(clock.now() - asked).toBeLessThan(1400)
    expect(await Promise.all(taken)).toEqual(['<p>the report</p>', '<p>the report</p>'])
  })

  test('nobody watches: nothing is waited for', async () => {
    const { live } = await liveRun()
    const asked = clock.now()
    await live.end(undefined)
    expect(clock.now() - asked).toBeLessThan(500)
  })
})

describe('who is served', () => {
  test.each([
    ['another name in Host', '', { host: 'rebound.example:80' }, 'GET', 403],
    ['another port in Host', '', { host: '127.0.0.1:1' }, 'GET', 403],
    ['another page that reads', 'events', { 'sec-fetch-site': 'cross-site' }, 'GET', 403],
    ['another page that leads here', '', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'GET', 200],
    ['POST', '', {}, 'POST', 405],
    ['HEAD', '', {}, 'HEAD', 405],
    ['a file', '../../package.json', {}, 'GET', 404],
    ['a file, encoded', '..%2f..%2fpackage.json', {}, 'GET', 404],
    ['the report before the end', 'report.html', {}, 'GET', 404],
  ])('%s', async (_what, path, headers, method, status) => {
    const { live } = await liveRun()
    expect((await get(live, path, headers, method)).status).toBe(status)
  })

  test('both loopback addresses are listened on, and no other', async () => {
    const { live } = await liveRun()
    const port = Number(new URL(live.url).port)
    const reach = (host: string) =>
      new Promise<boolean>(resolve => {
        const socket = connect({ host, port })
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
        socket.once('connect', () => socket.destroy())
      })
    expect(await reach('127.0.0.1')).toBe(true)
    expect(await reach('127.0.0.2')).toBe(false)
    expect((await get(live, '', { host: `localhost:${port}` })).status).toBe(200)
  })

  test.each(['//', '///x', '/%', '/events?since=%', '*', 'http://[', '/?'.repeat(1000)])(
    'a request for %j is answered or let go, and the run goes on',
    async target => {
      const { live } = await liveRun()
      const socket = connect(live.port, '127.0.0.1')
      socket.end(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${live.port}\r\nConnection: close\r\n\r\n`)
      await new Promise(resolve => socket.on('error', resolve).on('close', resolve).resume())
      expect((await get(live, '')).status).toBe(200)
    },
  )

  test('an entry that cannot be shown ends the view, not the run', async () => {
    const { live } = await liveRun()
    live.entry({ seq: 1, at: 0, type: 'session-opened' } as Entry)
    live.tick()
    await live.end(undefined)
    expect(problems.splice(0).length).toBeLessThanOrEqual(1)
  })

  test('no more than sixteen pages follow', async () => {
    const { live, begin, until } = await liveRun()
    begin('The challenge')
    const pages = Array.from({ length: 16 }, () => follow(live))
    await Promise.all(pages.map(page => until(page.next())))
    await expect(follow(live).next()).rejects.toThrow('answered 503')
  })

  test('a port that is taken is a problem of usage that says what to do', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    try {
      await expect(liveRun({ port })).rejects.toMatchObject({
        code: 'CONNREQ_USAGE',
        message: expect.stringContaining('choose another with --live <port>') as string,
      })
    } finally {
      other.close()
    }
  })
})
