import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeCapture } from '../reports/capture/write-capture.ts'
import { buildReports } from './build-reports.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
import { playInto } from './testing/played-run.ts'

/** As it stands, and as the protocols and our own files write it. */
function formsOf(secret: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '')
  const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')]
  // What stands in the middle of a base64 text begins at one of three places.
  return [...forms, base64(secret), ...[1, 2].map(shift => base64(`${'\0'.repeat(shift)}${secret}`).slice(4, -2))]
}

/** Each place where a text stands, with what is around it. */
function places(directory: string, text: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .flatMap(({ parentPath, name }) => {
      const content = readFileSync(join(parentPath, name)).toString('latin1')
      const at = content.indexOf(text)
      return at < 0 ? [] : [`${name} at ${at}: ${content.slice(Math.max(0, at - 80), at + 80)}`]
    })
}

test('no secret of a whole run is in any file of it', { timeout: 60_000 }, async () => {
  const directory = join(temporaryDirectory(), 'run')
  const secrets = await playInto(directory)
  buildReports(directory)
  writeCapture(directory)

  const files = readdirSync(directory)
  expect(files).toEqual(expect.arrayContaining(['report.html', 'junit.xml', 'results.csv', 'run.json']))
  expect(files).toEqual(expect.arrayContaining(['capture.pcapng', 'profile.yaml', 'timeline.jsonl']))
  expect(secrets.size).toBeGreaterThan(3)
  expect([...secrets].flatMap(formsOf).flatMap(form => places(directory, form))).toEqual([])
})
