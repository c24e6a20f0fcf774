import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Milliseconds } from '../../../harness/clock/clock.ts'
import { readTimelineFile, timelineFileName } from '../../../harness/timeline/file.ts'
import type { Benchmark, BenchmarkConditions, Figure } from '../benchmark.ts'
import { connreqScript, endOf, startScript } from '../child-process.ts'
import { longTimeline, writeTimeline } from '../long-timeline.ts'
import { median } from '../statistics.ts'
import { type PageTiming, timePage } from './page-timing.ts'

const longTimelineEntries = 200_000

/** `report.html` of a whole run and of a very long one: its size, how long it is built, and how it does in Chromium. */
export const reportPage: Benchmark = {
  name: 'report',
  about: 'report.html of a whole run over all transports, and of 200,000 timeline entries: building and using it',
  async measure(conditions) {
    const whole = join(conditions.directory, 'whole')
    await connreq(['run', '--out', whole, '--fault', 'session-per-request'], conditions)
    const long = join(conditions.directory, 'long')
    mkdirSync(long)
    const entries = longTimeline(readTimelineFile(join(whole, timelineFileName)).entries, longTimelineEntries)
    writeTimeline(join(long, timelineFileName), entries)
    const ofWhole = await measureReport(whole, conditions)
    const ofLong = await measureReport(long, conditions)
    return [
      ...figures('report', ofWhole, 'a whole run over all transports', { mb: 3, builtS: 2, paintMs: 500 }),
      ...figures('report-long', ofLong, `${entries.length} timeline entries`, { mb: 5 }),
    ]
  },
}

interface Measured {
  mb: number
  builtS: number[]
  pages: PageTiming[]
}

async function measureReport(directory: string, conditions: BenchmarkConditions): Promise<Measured> {
  const times = conditions.quick ? 1 : 5
  const builtS: number[] = []
  for (let build = 1; build <= times; build++) builtS.push((await connreq(['report', directory], conditions)) / 1000)
  const path = join(directory, 'report.html')
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    // The first page of a browser starts its processes.
    await timePage(browser, path, conditions.clock)
    const pages: PageTiming[] = []
    for (let page = 1; page <= times; page++) pages.push(await timePage(browser, path, conditions.clock))
    return { mb: statSync(path).size / 1e6, builtS, pages }
  } finally {
    await browser.close()
  }
}

/** @returns how long it took @throws Error when it cannot do what it was asked for */
async function connreq(args: string[], { clock }: BenchmarkConditions): Promise<Milliseconds> {
  await using process = startScript(connreqScript, args, clock)
  return (await endOf(process, [0, 1, 3])) - process.startedAt
}

function figures(
  name: string,
  { mb, builtS, pages }: Measured,
  of: string,
  targets: { mb: number; builtS?: number; paintMs?: number },
): Figure[] {
  const shown = (part: keyof PageTiming) => median(pages.map(page => page[part]))
  const pagesNote = `Chromium, median of ${pages.length} fresh pages`
  return [
    { name: `${name}-size`, value: mb, unit: 'MB', target: targets.mb, note: `report.html of ${of}` },
    {
      name: `${name}-built`,
      value: median(builtS),
      unit: 's',
      target: targets.builtS ?? null,
      note: `connreq report, judging and all reports included, median of ${builtS.length}`,
    },
    {
      name: `${name}-first-paint`,
      value: shown('firstPaintMs'),
      unit: 'ms',
      target: targets.paintMs ?? null,
      note: pagesNote,
    },
    {
      name: `${name}-interactive`,
      value: shown('interactiveMs'),
      unit: 'ms',
      target: null,
      note: `until the key j went to a finding and was drawn, ${pagesNote}`,
    },
    {
      name: `${name}-longest-log`,
      value: shown('longestLogMs'),
      unit: 'ms',
      target: null,
      note: `from the click on the longest wire log to its lines, ${pagesNote}`,
    },
  ]
}
