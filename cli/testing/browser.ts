import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const chromiumPath = process.env['CONNREQ_CHROMIUM'] ?? '/usr/bin/chromium'

/** Whether Chromium is there; says what is missing otherwise. */
export function hasBrowser(): boolean {
  try {
    accessSync(chromiumPath, constants.X_OK)
    return true
  } catch {
    console.log(
      `Not tried in a browser: ${chromiumPath} is not there (Debian package chromium; CONNREQ_CHROMIUM names another).`,
    )
    return false
  }
}

/** Starts Chromium, without a window. Root has no use of its sandbox. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })

export interface WatchedPage extends AsyncDisposable {
  page: Page
  /** What it asked for besides its own file. */
  requests: string[]
  /** Errors and warnings in its console. */
  complaints: string[]
  /** The address of its file. */
  address: string
}

/** Opens a document from a file of its own, as somebody opens what they were sent. `at` is a query and a hash. */
export async function openDocument(
  browser: Browser,
  html: string,
  { at = '', ...options }: BrowserContextOptions & { at?: string } = {},
): Promise<WatchedPage> {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-page-'))
  const path = join(directory, 'report.html')
  writeFileSync(path, html)
  const address = pathToFileURL(path).href
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => {
    if (request.url().replace(/[?#].*$/s, '') !== address) requests.push(request.url())
  })
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(address + at)
  return {
    page,
    requests,
    complaints,
    address,
    async [Symbol.asyncDispose]() {
      await context.close()
      rmSync(directory, { recursive: true })
    },
  }
}
