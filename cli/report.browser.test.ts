import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Entry } from '../harness/timeline/entry.ts'
import { renderReport } from '../reports/html/render-report.tsx'
import { buildRunRecord } from '../reports/build-run-record.ts'
import { sampleEvidence } from '../reports/sample-run.ts'
import { hasBrowser, openBrowser, openDocument, type WatchedPage } from './testing/browser.ts'

const evidence = sampleEvidence()
const record = buildRunRecord(evidence)
const sample = renderReport(record, evidence.entries, { timelineSha256: 'a'.repeat(64) })

/** The sample with so many marks in its second scenario that its wire log is packed; the last one is cited. */
function longReport(entryCount: number): string {
  const [first, scenario] = record.scenarios
  const { from } = scenario!.entries
  const begun = evidence.entries[from - 1]!
  const entries: Entry[] = [
    ...evidence.entries.slice(0, from - 1),
    begun,
    ...Array.from({ length: entryCount - from }, (_, index): Entry => {
      const seq = from + 1 + index
      return { seq, at: begun.at + index, type: 'mark', name: `mark ${seq}` }
    }),
  ]
  const metrics = scenario!.metrics.map(metric => ({ ...metric, evidence: [entryCount - 1] }))
  const long = { ...scenario!, metrics, entries: { from, to: entryCount } }
  return renderReport({ ...record, scenarios: [first!, long], remarks: [] }, entries)
}

const timeout = 20_000
/** Until something that is under way has come about. */
const soon = { timeout: 10_000 }

describe.skipIf(!hasBrowser())('report.html in Chromium', { timeout }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  }, timeout)
  afterAll(() => browser.close())

  /** Opens, works, and sees that nothing was asked for and nothing went wrong. */
  async function inPage(
    html: string,
    options: Parameters<typeof openDocument>[2],
    work: (page: Page, opened: WatchedPage) => Promise<void>,
  ): Promise<void> {
    await using opened = await openDocument(browser, html, options)
    await work(opened.page, opened)
    expect(opened.complaints).toEqual([])
    expect(opened.requests).toEqual([])
  }

  test('the first screen says who, what and what to do', async () => {
    await inPage(sample, {}, async page => {
      const result = page.locator('#result')
      for (const text of [
        'NOT CONFORMANT',
        '2 requirements broken',
        'ACME <script>',
        '…5678',
        '1.2.3',
        '2026-03-02 08:14:05 UTC',
      ])
        expect(await result.innerText()).toContain(text)
      const broken = page.locator('.brief-broken tbody tr').first()
      expect(await broken.innerText()).toContain('two sessions')
      const box = await page.locator('.brief-broken tbody').boundingBox()
      expect(box!.y + box!.height).toBeLessThan(900)
      await broken.getByRole('link', { name: 'CR-GEN-08' }).click()
      await expect.poll(() => isOnTop(page, '#finding-http-duplicates-onlyOne'), soon).toBe(true)
    })
  })

  test('the filter narrows down all three, says how many are left, and keeps its state in the address', async () => {
    await inPage(sample, { at: '?text=inform#legend' }, async (page, { address }) => {
      const shown = page.locator('#shown')
      expect(await page.locator('[name=text]').inputValue()).toBe('inform')
      expect(await shown.innerText()).toMatch(/^\d+ of 16 requirements, \d+ of 6 findings, \d+ of 6 scenarios shown$/)
      await page.getByRole('button', { name: 'Clear' }).click()
      expect(await shown.innerText()).toBe('')
      expect(page.url()).toBe(`${address}#legend`)
      await page.locator('[name=verdict]').selectOption('broken')
      await page.locator('[name=clause]').fill('3.2.2')
      expect(await shown.innerText()).toBe('1 of 16 requirements, 1 of 6 findings, 1 of 6 scenarios shown')
      expect(await page.locator('article.card:visible h3').allTextContents()).toEqual(['CR-GEN-08'])
      expect(page.url()).toBe(`${address}?verdict=broken&clause=3.2.2#legend`)
      // What a link points to is shown all the same.
      await page.goto(`${page.url().replace(/#.*/, '')}#CR-HTTP-14`)
      await expect.poll(() => page.locator('#CR-HTTP-14').isVisible(), soon).toBe(true)
      await page.locator('[name=transport]').selectOption('xmpp')
      expect(await page.locator('#findings').innerText()).not.toContain('CR-')
    })
  })

  test('an address with a place opens what hides it and goes there', async () => {
    await inPage(sample, { at: '#e-44' }, async page => {
      await expect.poll(() => isOnTop(page, '#e-44'), soon).toBe(true)
      await page.goto(`${page.url().replace(/#.*/, '')}#CR-GEN-18`)
      await expect.poll(() => isOnTop(page, '#CR-GEN-18'), soon).toBe(true)
    })
  })

  test('a packed wire log opens in slices; an address leads into it', async () => {
    const html = longReport(30_000)
    await inPage(html, { at: '#e-15000' }, async page => {
      await expect.poll(() => isOnTop(page, '#e-15000'), soon).toBe(true)
      expect(await page.locator('#e-15000').innerText()).toContain('mark 15000')
      expect(await page.locator('.packed li').count()).toBeLessThan(3000)
      const last = page.locator('#e-29999')
      await page.locator('#e-15000').hover()
      await page.mouse.wheel(0, 100_000_000)
      await expect.poll(() => last.isVisible(), soon).toBe(true)
      expect(await last.getAttribute('class')).toContain('c')
      expect(await page.locator('#e-29999').count()).toBe(1)
    })
    await inPage(html, { javaScriptEnabled: false }, async page => {
      expect(await page.locator('.packed-note').first().textContent()).toContain('timeline.jsonl')
      expect(await page.locator('#e-29999').count()).toBe(1)
      expect(await page.locator('#e-15000').count()).toBe(0)
    })
  })

  test('j and k step through the findings with the focus, ? shows the keys; none of them while somebody types', async () => {
    await inPage(sample, {}, async page => {
      const focused = () => page.evaluate(() => document.activeElement?.id ?? '')
      const cards = await page.locator('article.card').evaluateAll(all => all.map(({ id }) => id))
      await page.keyboard.press('j')
      expect(await focused()).toBe(cards[0])
      await page.keyboard.press('j')
      await page.keyboard.press('j')
      expect(await focused()).toBe(cards[2])
      await expect.poll(() => isOnTop(page, `#${cards[2]}`), soon).toBe(true)
      expect(await page.locator(`#${cards[2]}`).evaluate(card => getComputedStyle(card).outlineStyle)).toBe('solid')
      await page.keyboard.press('k')
      expect(await focused()).toBe(cards[1])
      await page.keyboard.press('?')
      expect(await page.locator('dialog').isVisible()).toBe(true)
      await page.keyboard.press('Escape')
      await page.keyboard.press('/')
      await page.keyboard.type('jk?')
      expect(await page.locator('[name=text]').inputValue()).toBe('jk?')
      expect(await page.locator('dialog').isVisible()).toBe(false)
    })
  })

  test('without scripts everything is readable, and nothing is offered that would not work', async () => {
    await inPage(sample, { javaScriptEnabled: false }, async page => {
      expect(await page.locator('#filter').isVisible()).toBe(false)
      expect(await page.locator('.tools').isVisible()).toBe(false)
      expect(await page.locator('article.card').count()).toBe(6)
      for (const id of ['findings', 'scenarios', 'requirements', 'lab', 'legend'])
        expect(await page.locator(`#${id} h2`).isVisible()).toBe(true)
      await page.locator('#scenario-http-single summary').first().click()
      expect(await page.locator('#scenario-http-single svg').isVisible()).toBe(true)
    })
  })

  test('on paper: findings and requirements, no filter', async () => {
    await inPage(sample, { colorScheme: 'dark' }, async page => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      expect(await page.locator('#filter').isVisible()).toBe(false)
      expect(await page.locator('article.card').last().isVisible()).toBe(true)
      expect(await page.locator('#CR-GEN-18').isVisible()).toBe(true)
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
    })
  })

  test('colours are those of the system until somebody chooses others, which the address keeps', async () => {
    await inPage(sample, { colorScheme: 'dark' }, async page => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const dark = await ground()
      expect(dark).not.toBe('rgb(255, 255, 255)')
      await page.locator('#theme').click()
      expect(await ground()).toBe('rgb(255, 255, 255)')
      expect(page.url()).toMatch(/\?theme=light$/)
      await page.reload()
      expect(await ground()).toBe('rgb(255, 255, 255)')
      await page.locator('#theme').click()
      expect(await ground()).toBe(dark)
    })
  })

  /** More of a page nobody looks at. */
  const tallestScreenshot = 6000
  const screenshots = process.env['CONNREQ_SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'connreq-screenshots-'))
  mkdirSync(screenshots, { recursive: true })

  test.each([
    ['light', 360, 'asks axe'],
    ['light', 1600, ''],
    ['dark', 360, ''],
    ['dark', 1600, 'asks axe'],
  ] as const)('%s, %i px wide: nothing sticks out %s', async (colorScheme, width, asksAxe) => {
    await inPage(sample, { colorScheme, viewport: { width, height: 900 } }, async page => {
      await page.addStyleTag({ content: '.card,.scenario{content-visibility:visible!important}' })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      const height = await page.evaluate(() => document.documentElement.scrollHeight)
      await page.screenshot({
        path: join(screenshots, `report-${colorScheme}-${width}.png`),
        fullPage: true,
        clip: { x: 0, y: 0, width, height: Math.min(height, tallestScreenshot) },
      })
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      if (asksAxe === '') return
      await page.evaluate(axe.source)
      // What is not about colours is the same in both.
      const violations = await page.evaluate(violationsInPage, colorScheme === 'light' ? [] : ['color-contrast'])
      expect(violations).toEqual([])
    })
  })
})

/** What axe finds, run in the page. @param rules all where none is named */
async function violationsInPage(rules: string[]) {
  const { axe: inPage } = globalThis as unknown as { axe: typeof axe }
  const { violations } = await inPage.run({
    resultTypes: ['violations'],
    ...(rules.length === 0 ? {} : { runOnly: rules }),
  })
  return violations.map(({ id, impact, nodes }) => `${impact}: ${id} in ${nodes[0]?.html.slice(0, 200)}`)
}

/** Whether an element begins in the upper part of the window. */
const isOnTop = (page: Page, selector: string) =>
  page.locator(selector).evaluate(element => {
    const { top } = element.getBoundingClientRect()
    return top >= 0 && top < innerHeight / 2
  })
