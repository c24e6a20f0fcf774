import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { writeAllureResults } from '../../reports/allure/write-allure-results.ts'
import { buildRunRecord } from '../../reports/build-run-record.ts'
import { sampleEvidence } from '../../reports/sample-run.ts'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { buildAllureReport, newestRun } from './allure-report.ts'
import { withoutNetwork } from './offline-report.ts'

const executablePath = '/usr/bin/chromium'
const isThere = existsSync(executablePath)
if (!isThere) console.warn(`The report of Allure is not tried in a browser: ${executablePath} is missing.`)

const hostile = '</script><script>window.taken = true</script><img src=x onerror="window.taken = true">{{device}}'

/** A run directory of a device that would like to be markup. */
function hostileRun(): string {
  const directory = join(temporaryDirectory(), '[run] {of} * a device')
  mkdirSync(directory)
  const evidence = sampleEvidence()
  const record = buildRunRecord(evidence)
  const changed = {
    ...record,
    device: { ...record.device, name: hostile },
    scenarios: record.scenarios.map(scenario => ({
      ...scenario,
      metrics: scenario.metrics.map(metric => ({ ...metric, actual: hostile })),
    })),
  }
  writeFileSync(join(directory, 'run.json'), JSON.stringify(changed))
  writeAllureResults(directory, changed, evidence.entries)
  return directory
}

describe('the report of Allure', { timeout: 60_000 }, () => {
  test.skipIf(!isThere)('opens from a file, asks nothing of a network, and takes the device as text', async () => {
    const directory = hostileRun()
    const path = buildAllureReport(directory)
    expect(path).toBe(join(directory, 'allure-report', 'index.html'))
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      const asked: string[] = []
      const problems: string[] = []
      page.on('request', request => asked.push(request.url()))
      page.on('console', message => message.type() === 'error' && problems.push(message.text()))
      page.on('pageerror', error => problems.push(error.message))
      page.setDefaultTimeout(10_000)
      await page.goto(pathToFileURL(path).href)
      await page
        .getByText(/^http-duplicates: /)
        .first()
        .waitFor()
      await page
        .getByText(/^CR-GEN-08 /)
        .first()
        .click()
      await page.getByText('wire log').first().click()
      await page.getByText('Scenario http-duplicates begins').first().waitFor()
      expect(asked.filter(url => !/^(file|data|blob):/.test(url))).toEqual([])
      expect(problems).toEqual([])
      expect(await page.evaluate('window.taken')).toBeUndefined()
      expect(await page.title()).toContain('Connection Requests of')
    } finally {
      await browser.close()
    }
  })

  test('without results it says what writes them', () => {
    const directory = temporaryDirectory()
    expect(() => buildAllureReport(directory)).toThrow(`connreq report ${directory} writes them`)
    expect(() => newestRun(directory)).toThrow('name the directory of one')
  })
})

describe('a page without network', () => {
  test('scripts of others and what feeds them are taken out, and a policy forbids more', () => {
    const page = withoutNetwork(
      '<html><head><title>t</title></head><body><script src="data:text/javascript;base64,AA=="></script>' +
        '<script async src="https://analytics.example/js?id=1"></script>\n<script>\n window.dataLayer = [];gtag()\n</script></body></html>',
    )
    expect(page).not.toMatch(/analytics|dataLayer/)
    expect(page).toContain('data:text/javascript')
    expect(page).toMatch(/<head>\n<meta http-equiv="Content-Security-Policy"/)
  })

  test.each(['<script src=//x.example/a></script>', '<link rel=stylesheet href="https://x.example/a.css">'])(
    'what is left is refused: %s',
    left => expect(() => withoutNetwork(`<html><head></head>${left}`)).toThrow('from the network'),
  )
})
