import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { sampleTimeline } from '../../reports/sample-timeline.ts'
import { ensureBuilt } from '../testing/built.ts'
import { type ConnreqProcess, startConnreq, temporaryDirectory } from '../testing/connreq-process.ts'
import { openLiveRun } from './live-run.ts'

const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath)
if (!isThere) console.warn(`The live view is not tried in a browser: ${executablePath} is missing.`)

const timeoutMs = 30_000
let browser: Browser

/** Where pictures are kept, for those who want to look at them. */
const pictures = process.env['CONNREQ_SCREENSHOTS']

async function picture(page: Page, name: string): Promise<void> {
  if (pictures === undefined) return
  mkdirSync(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

const urlOf = ({ child, ended }: ConnreqProcess) =>
  new Promise<string>((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8')
      const url = /Live view: (\S+)\n/.exec(printed)?.[1]
      if (url !== undefined) resolve(url)
    })
    void ended.then(({ stderr }) => reject(new Error(`No live view: ${stderr}`)))
  })

describe.skipIf(!isThere)('the live view in a browser', { timeout: timeoutMs }, () => {
  beforeAll(async () => {
    await ensureBuilt()
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  }, 90_000)
  afterAll(() => browser?.close())

  /** A page of which every word to its console and every request to elsewhere is noted. */
  async function openPage(url: string) {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('console', message => message.type() === 'error' && problems.push(message.text()))
    page.on('pageerror', error => problems.push(error.message))
    page.on('request', request => {
      if (![url, `blob:${url}`].some(own => request.url().startsWith(own))) problems.push(`asked ${request.url()}`)
    })
    await page.goto(url)
    return { page, problems }
  }

  test('a run is watched to its end, and the report is there then', async () => {
    const directory = temporaryDirectory()
    const args = ['run', '--only', 'http-challenge', 'http-duplicates', '--fault', 'sha-256-only', '--live', '0']
    const run = startConnreq(directory, [...args, '--out', 'run'])
    const { page, problems } = await openPage(await urlOf(run))
    await page.locator('#live-connection', { hasText: 'the run has ended' }).waitFor()
    const open = page.getByRole('link', { name: 'Open the report' })
    await open.waitFor()
    expect((await run.ended).exitCode).toBe(1)
    // The server is gone, and what it showed stays.
    expect(await page.locator('#live-head').textContent()).toContain('2 scenarios were played')
    expect(await page.locator('#live-now').textContent()).toContain('The run came to its end')
    expect(await page.locator('#live-findings').textContent()).toContain('CR-HTTP-08')
    expect(await page.locator('#live-finished details').count()).toBe(2)
    expect(await page.title()).toContain('broken')
    expect(await page.locator('.stamp').first().textContent()).toContain('virtual time')
    await picture(page, 'live-ended')
    await open.click()
    await page.getByRole('heading', { name: 'Connection Request conformance' }).waitFor()
    expect(await page.locator('body').textContent()).toContain('NOT CONFORMANT')
    expect(problems).toEqual([])
    await page.close()
  })

  test('a window is counted down, what was opened stays open, and a server that is gone is said', async () => {
    const run = await startedRun()
    const { page, problems } = await openPage(run.live.url)
    run.scenario('http-challenge')
    run.end('http-challenge')
    const finished = page.locator('#live-finished details')
    await finished.locator('summary').click()
    run.scenario('http-duplicates')
    run.add({ type: 'watch-begun', for: 'a second session', ms: 30_000 })
    const window = page.locator('#live-now [data-until]')
    await window.waitFor()
    const shown = () => window.textContent()
    const first = await shown()
    expect(first).toMatch(/^\d+ of 30 s left$/)
    await expect.poll(shown, { timeout: 3000 }).not.toBe(first)
    expect(await page.locator('#live-connection').textContent()).toBe('live')
    expect(await finished.getAttribute('open')).not.toBeNull()
    await picture(page, 'live-running')
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    await picture(page, 'live-narrow')
    expect(problems).toEqual([])
    await run.stop()
    await page.getByText('connection lost, trying again').waitFor()
    await page.close()
  })
})

/** A run in this process that is told entry by entry. */
async function startedRun() {
  const clock = createRealClock()
  const live = await openLiveRun({
    clock,
    port: 0,
    device: 'ACME',
    clockOfRun: 'real',
    repeat: 1,
    onProblem: problem => {
      throw new Error(problem)
    },
    redactor: createRedactor(),
  })
  const timeline = sampleTimeline()
  const over = new AbortController()
  const ticking = (async () => {
    while (!over.signal.aborted) {
      for (const entry of timeline.entries.splice(0)) live.entry(entry)
      live.tick()
      await clock.sleep(50)
    }
  })()
  const add = (entry: NewEntry) => void timeline.add(0, entry)
  add({
    type: 'run-started',
    tool: { version: '1.2.3' },
    clock: 'real',
    wallTime: clock.wallTime().toISOString(),
    node: 'v20',
    platform: 'linux',
    profile: {},
    pid: 1,
  })
  for (const scenario of ['http-challenge', 'http-duplicates'])
    add({ type: 'planned', scenario, applies: true, windowsMs: 60_000 })
  return {
    live,
    add,
    scenario(scenario: string) {
      add({ type: 'scenario-begun', scenario, title: `About ${scenario}`, repetition: 1 })
      add({ type: 'step-begun', text: 'Ask for a session' })
      timeline.request(1)
      timeline.session(1, 20)
      add({ type: 'step-ended', text: 'Ask for a session' })
    },
    end: (scenario: string) => add({ type: 'scenario-ended', scenario, how: 'completed' }),
    async stop() {
      over.abort()
      await ticking
      await live[Symbol.asyncDispose]()
    },
  }
}
