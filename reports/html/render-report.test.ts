import { expect, test } from 'vitest'
import type { Entry } from '../../harness/timeline/entry.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { buildRunRecord } from '../build-run-record.ts'
import { virtualTimeNotice } from '../run-verdict.ts'
import { sampleEvidence } from '../sample-run.ts'
import { darkPalette, lightPalette } from './palette.ts'
import { largestReport, renderReport } from './render-report.tsx'

const evidence = sampleEvidence()
const record = buildRunRecord(evidence)
const html = renderReport(record, evidence.entries)
const tagsIn = (document: string) => [...document.matchAll(/<\/?([a-z][a-z0-9]*)[\s>]/gi)].map(([, name]) => name)

test('the sample run', async () => {
  const structure = html.replace(/<style>.*<\/style>/, '').replaceAll('><', '>\n<')
  await expect(structure).toMatchFileSnapshot('../golden/report.html')
})

test('it loads nothing and runs nothing', () => {
  expect(html).not.toMatch(/<(script|link|img|iframe|object|embed)\b/i)
  expect(html).not.toMatch(/\b(src|srcset|action|on[a-z]+)="/i)
  expect(html).not.toMatch(/url\(|@import/)
  expect([...html.matchAll(/href="([^"]*)"/g)].filter(([, target]) => !target!.startsWith('#'))).toEqual([])
})

test('what the device sent is text, never markup', () => {
  expect(html).toContain('ACME &lt;script>alert(1)&lt;/script>')
  const hostile = '</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\x1b\u202e'
  const everywhere = JSON.parse(JSON.stringify(record), (key, value: unknown) =>
    ['manufacturer', 'actual', 'reason', 'answer time', 'serialNumber', 'text', 'wouldApplyIf'].includes(key)
      ? hostile
      : value,
  ) as typeof record
  everywhere.device.name = hostile
  const entries = evidence.entries.map(entry =>
    entry.type === 'http-cr-answered' ? { ...entry, reason: hostile } : entry,
  )
  const page = renderReport(everywhere, entries)
  expect(new Set(tagsIn(page))).toEqual(new Set(tagsIn(html)))
  expect(page.split('\n').filter(line => line !== visibleText(line))).toEqual([])
})

test('every link has its place, and every place is there once', () => {
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)
  expect(new Set(ids).size).toBe(ids.length)
  const missing = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id!).filter(id => !ids.includes(id))
  expect(missing).toEqual([])
  for (const { seq } of evidence.entries) expect(ids).toContain(`e-${seq}`)
  for (const { id } of record.requirements) expect(ids).toContain(id)
})

test('virtual time is stamped under every section heading, real time nowhere', () => {
  const virtual = sampleEvidence({ clock: 'virtual' })
  const page = renderReport(buildRunRecord(virtual), virtual.entries)
  const stamps = page.split(`<p class="stamp">${virtualTimeNotice}</p>`).length - 1
  expect(stamps).toBe(page.split('<section').length - 1)
  expect(html).not.toContain(virtualTimeNotice)
})

test('the bar and its key count every requirement once', () => {
  const counts = [...html.matchAll(/<span class="word [a-z-]+">(\d+) /g)].map(([, count]) => Number(count))
  expect(counts).toHaveLength(8)
  expect(counts.reduce((sum, count) => sum + count)).toBe(record.requirements.length)
})

test('20,000 entries with long lines stay below 5 MB, and none is left out', () => {
  const scenario = record.scenarios[1]!
  const long = 'x<&"'.repeat(100)
  const begun = evidence.entries[scenario.entries.from - 1]!
  const entries = Array.from({ length: 20_000 }, (_, index): Entry => {
    const seq = index + 1
    return seq === begun.seq ? begun : { seq, at: index, type: 'mark', name: long }
  })
  const page = renderReport(
    { ...record, scenarios: [{ ...scenario, entries: { from: begun.seq, to: 20_000 } }] },
    entries,
  )
  expect(Buffer.byteLength(page)).toBeLessThan(largestReport)
  expect(page.split('<li id="e-')).toHaveLength(20_001)
})

test('what judges the whole run takes no entry from the scenarios', () => {
  const whole = {
    ...record.scenarios[0]!,
    id: 'invariants',
    metrics: [],
    entries: { from: 1, to: evidence.entries.length },
  }
  const page = renderReport({ ...record, scenarios: [whole, ...record.scenarios] }, evidence.entries)
  expect(page.split('<li id="e-')).toHaveLength(evidence.entries.length + 1)
  expect(page.indexOf('id="e-63"')).toBeGreaterThan(page.indexOf('id="scenario-http-duplicates"'))
})

const luminance = (color: string) => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map(start => Number.parseInt(color.slice(start, start + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

test.each([
  ['light', lightPalette],
  ['dark', darkPalette],
])('in the %s palette every text keeps the contrast of WCAG AA', (_name, { ground, panel, rule: _rule, ...inks }) => {
  for (const [name, ink] of Object.entries(inks))
    for (const below of [ground, panel]) {
      const [dark, light] = [luminance(ink), luminance(below)].sort((a, b) => a - b) as [number, number]
      expect((light + 0.05) / (dark + 0.05), `${name} on ${below}`).toBeGreaterThanOrEqual(4.5)
    }
})
