import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
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

const moduleScript = /<script type="module">(.*)<\/script>/s

test('the sample run', async () => {
  const structure = html
    .replace(/<style>.*<\/style>/, '')
    .replace(moduleScript, '')
    .replaceAll('><', '>\n<')
  await expect(structure).toMatchFileSnapshot('../golden/report.html')
})

test('it loads nothing, and nothing runs but its own script', () => {
  const markup = html.replace(moduleScript, '')
  expect(markup).not.toMatch(/<(script|link|img|iframe|object|embed)\b/i)
  expect(markup).not.toMatch(/\b(src|srcset|action|on[a-z]+)="/i)
  expect(html).not.toMatch(/url\(|@import/)
  const [, script = ''] = moduleScript.exec(html) ?? []
  const hash = createHash('sha256').update(script).digest('base64')
  expect(html).toContain(`script-src 'sha256-${hash}'; base-uri`)
  expect(html).toContain("default-src 'none'")
  expect(script).not.toMatch(/\b(fetch|XMLHttpRequest|import|eval|innerHTML|localStorage|sessionStorage)\b/)
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
  const entries = evidence.entries.map(entry => hostileEntry(entry, hostile))
  const page = renderReport(everywhere, entries)
  expect(page).toContain('&lt;/style>&lt;/title>&lt;script>')
  expect(new Set(tagsIn(page))).toEqual(new Set(tagsIn(html)))
  expect(page.split('\n').filter(line => line !== visibleText(line))).toEqual([])
})

/** Whatever a device chooses in a message is the text. */
function hostileEntry(entry: Entry, text: string): Entry {
  if (entry.type === 'http-cr-answered')
    return { ...entry, reason: text, headers: [[text, text]], body: { text: `a\r\n${text}`, length: 99 } }
  if (entry.type === 'http-cr-sent')
    return { ...entry, target: text, headers: [['Host', text]], raw: { text: `GET ${text}\r\n\r\n`, length: 99 } }
  if (entry.type !== 'session-opened') return entry
  const inform = {
    ...entry.inform,
    deviceId: { manufacturer: text, oui: text },
    events: [{ eventCode: text, commandKey: text }],
    parameters: [{ name: text, value: text, type: text }],
    retryCount: text,
  }
  return { ...entry, inform }
}

test('what changed since the baseline run, and what is known', () => {
  const [scenario, ...others] = record.scenarios
  const known = { reason: 'Mended in <2.0>', until: '2027-01-31' }
  const failures = [{ requirement: 'CR-GEN-08', metric: 'http-duplicates.onlyOne', ...known }]
  const page = renderReport(
    {
      ...record,
      scenarios: [
        scenario!,
        ...others.map(each => ({
          ...each,
          metrics: each.metrics.map(metric => (metric.name === 'onlyOne' ? { ...metric, known } : metric)),
        })),
      ],
      baseline: {
        run: { path: 'runs/first', startedAt: record.startedAt, newlyBroken: ['CW-RET-02'], repaired: [] },
        knownFailures: failures.map(failure => ({
          ...failure,
          state: 'covered' as const,
          text: 'It failed as known.',
        })),
      },
    },
    evidence.entries,
  )
  const texts = page
    .replace(/<(style|script).*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
  expect(texts).toContain('Since the baseline run newly broken 1 : CW-RET-02 repaired 0 baseline runs/first')
  expect(texts).toContain('known: Mended in &lt;2.0> , until 2027-01-31 It failed as known.')
  expect(texts.split('Known : Mended in &lt;2.0> , until 2027-01-31')).toHaveLength(2)
  expect(html).not.toContain('Since the baseline run')
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
  // The log is packed, but for what lies outside of the scenario.
  const packed = /<script type="application\/octet-stream">([^<]*)</.exec(page)?.[1] ?? ''
  const lines = inflateRawSync(Buffer.from(packed, 'base64')).toString().split('\n')
  expect(lines).toHaveLength(20_001 - begun.seq)
  expect(lines[0]).toMatch(new RegExp(`^${begun.seq}  - Scenario`))
  expect(page.split('<li id="e-').length - 1).toBeGreaterThanOrEqual(begun.seq - 1)
})

test('what findings cite in a packed log, and what lies around it, is markup', () => {
  const scenario = record.scenarios[1]!
  const begun = evidence.entries[scenario.entries.from - 1]!
  const entries = Array.from({ length: 40_000 }, (_, index): Entry => {
    const seq = index + 1
    return seq === begun.seq ? begun : { seq, at: index, type: 'mark', name: `mark ${seq}` }
  })
  const [metric] = scenario.metrics.filter(({ verdict }) => verdict === 'fail')
  const cites = { ...scenario, metrics: [{ ...metric!, evidence: [30_000] }] }
  const page = renderReport(
    { ...record, scenarios: [{ ...cites, entries: { from: begun.seq, to: 40_000 } }], remarks: [] },
    entries,
  )
  const near = [...page.matchAll(/<li id="e-(\d+)"/g)].map(([, seq]) => Number(seq)).filter(seq => seq > begun.seq)
  expect(near).toEqual([29_997, 29_998, 29_999, 30_000, 30_001, 30_002, 30_003])
})

test('a timeline that would fill many reports stays below 5 MB too', { timeout: 20_000 }, () => {
  const scenario = record.scenarios[1]!
  const begun = evidence.entries[scenario.entries.from - 1]!
  const noise = (seed: number) => createHash('sha256').update(String(seed)).digest('base64')
  const entries = Array.from({ length: 60_000 }, (_, index): Entry => {
    const seq = index + 1
    return seq === begun.seq ? begun : { seq, at: index, type: 'mark', name: `${noise(seq)}${noise(-seq)}` }
  })
  const page = renderReport(
    { ...record, scenarios: [{ ...scenario, entries: { from: begun.seq, to: 60_000 } }] },
    entries,
  )
  expect(Buffer.byteLength(page)).toBeLessThan(largestReport)
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
