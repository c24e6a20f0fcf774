import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import type { Clock, Milliseconds } from '../../../harness/clock/clock.ts'

/** How a page came up in a browser and how it answered, in milliseconds. */
export interface PageTiming {
  /** From the begin of the navigation to the first text on the screen, as the browser says. */
  firstPaintMs: Milliseconds
  /** From the begin of the navigation to the first frame after a key that went to a finding. */
  interactiveMs: Milliseconds
  /** From the click that opens the longest wire log to the frame with its lines. */
  longestLogMs: Milliseconds
}

/** Opens a report in a fresh page and uses it once. @throws Error when the report does not answer */
export async function timePage(browser: Browser, path: string, clock: Clock): Promise<PageTiming> {
  // The page allows no script but its own, and so not what is asked of it here.
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true })
  try {
    const page = await context.newPage()
    const begun = clock.now()
    await page.goto(pathToFileURL(path).href, { waitUntil: 'domcontentloaded' })
    await page.keyboard.press('j')
    await nextFrame(page)
    const interactiveMs = clock.now() - begun
    const firstPaintMs = await page.evaluate<number>(
      `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
    )
    return { firstPaintMs, interactiveMs, longestLogMs: await openLongestLog(page, clock) }
  } finally {
    await context.close()
  }
}

async function openLongestLog(page: Page, clock: Clock): Promise<Milliseconds> {
  await page.evaluate(`{
    const entriesIn = log => Number(/([\\d,. ]+)entr/.exec(log.querySelector('summary').textContent)[1].replace(/\\D/g, ''))
    // Of the very longest logs the page holds no more than what is cited.
    const isWhole = log => !log.dataset.from || (log.querySelector('script')?.textContent ?? '') !== ''
    const logs = [...document.querySelectorAll('details.wire')].filter(isWhole).sort((a, b) => entriesIn(b) - entriesIn(a))
    globalThis.longestLog = logs[0]
    // As a hand would: the page stops going to the finding.
    dispatchEvent(new Event('pointerdown'))
    for (let outer = logs[0].parentElement; outer; outer = outer.parentElement) if (outer.tagName === 'DETAILS') outer.open = true
    logs[0].scrollIntoView()
  }`)
  await nextFrame(page)
  const begun = clock.now()
  await page.evaluate(`longestLog.querySelector('summary').click()`)
  await page.evaluate(`new Promise(resolve => {
    const look = () => (longestLog.querySelector('.log [id^="e-"]') ? resolve() : requestAnimationFrame(look))
    look()
  })`)
  await nextFrame(page)
  return clock.now() - begun
}

/** Resolves when what is there now has been drawn. */
const nextFrame = (page: Page) =>
  page.evaluate(`new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))`)
