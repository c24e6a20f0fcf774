import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XmlDocument } from 'libxml2-wasm'
import { beforeAll, describe, expect, test } from 'vitest'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { terminalSummary } from '../reports/terminal/summary.ts'
import { buildReports, type BuiltReports } from './build-reports.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
import { playInto } from './testing/played-run.ts'

const markup = '<script>alert(1)</script><img src=x onerror=alert(2)><b onclick="alert(3)">'
const controls = '\u0085\u009b31m\u202Edesrever\u2066'
const long = `${markup} ${controls} ${'long & <i>wide</i> '.repeat(5600)}`
const played = ['http-challenge', 'http-request', 'session-faults', 'xmpp-request', 'udp-request']

/** A device that writes markup, controls and 100 kB wherever it can write a text at all. */
const wording = {
  manufacturer: long,
  softwareVersion: long,
  realm: markup.replaceAll('"', '') + controls,
  server: `${markup}\x1b[31m\x07\b\x00${controls}`,
  reasonPhrase: (usual: string) => `${usual} ${markup}\x1b]0;title\x07`,
  faultString: (usual: string) => `${usual} ${long}`,
}

describe('a device that sends markup, controls and 100 kB in every text it can', () => {
  const directory = join(temporaryDirectory(), 'run')
  const read = (name: string) => readFileSync(join(directory, name), 'utf8')
  let built: BuiltReports

  beforeAll(async () => {
    await playInto(directory, { device: { variants: ['markup-in-texts'], wording }, only: played })
    built = buildReports(directory)
  }, 60_000)

  test('is judged all the same', () => {
    const sent = readFileSync(join(directory, 'timeline.jsonl'), 'utf8')
    expect(sent).toContain('<script>alert(1)</script>')
    const broken = built.record.requirements.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)
    // DeviceId is limited to 64 characters a text.
    expect(broken).toEqual(['CW-INF-01'])
    expect(built.record.scenarios.filter(({ verdict }) => verdict === 'error')).toEqual([])
  })

  test('report.html shows it as text', () => {
    const html = read('report.html')
    expect(html).toContain('&lt;script>alert(1)&lt;/script>')
    expect(html).not.toMatch(/<script>alert|<img|<b onclick|<i>wide/)
    expect(html.split('\n').map(visibleText)).toEqual(html.split('\n'))
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000)
  })

  test('junit.xml is well-formed, results.csv has no formula and both have visible characters only', () => {
    const junit = read('junit.xml')
    using document = XmlDocument.fromString(junit)
    expect(document.root.name).toBe('testsuites')
    for (const text of [junit, read('results.csv')]) {
      const lines = text.split(/\r?\n/)
      expect(lines.map(visibleText)).toEqual(lines)
    }
  })

  test('no terminal is commanded by it', () => {
    const lines = terminalSummary(built.record, { columns: 100, color: false, reportPath: 'report.html' }).split('\n')
    expect(lines.map(visibleText)).toEqual(lines)
  })
})
