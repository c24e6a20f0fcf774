import { expect, test } from 'vitest'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { virtualTimeNotice } from '../run-verdict.ts'
import { matrixCsv } from './matrix-csv.ts'
import { renderMerge } from './merge-page.tsx'
import { mergeRuns } from './merge-runs.ts'
import { mergeText } from './merge-text.ts'
import { needsLook } from './merged-runs.ts'
import { sampleMerge, sampleShard } from './sample-shards.ts'

const merge = mergeRuns(sampleMerge())
const text = mergeText(merge, { color: false })
const reports = new Map([['runs/a1', '../a1/report.html']])
const html = renderMerge(merge, reports)

test('the terminal shows the whole merge', async () => {
  await expect(text).toMatchFileSnapshot('./golden/merge.txt')
})

test('a line for each requirement that needs a look, and none for the others', () => {
  for (const row of merge.requirements) {
    const lines = text.split('\n').filter(line => line.startsWith(`  ${row.id} `))
    expect(lines.length, row.id).toBe(needsLook(row, merge.devices) ? 1 : 0)
  }
})

test('for many devices letters stand in the place of words, and no line is too long', () => {
  const many = mergeRuns(
    Array.from({ length: 15 }, (_, index) => sampleShard(`r${index}`, { device: { serialNumber: `unit-${index}` } })),
  )
  const lines = mergeText(many, { color: false, columns: 100 }).split('\n')
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}CR-GEN-08 {2}(B {2}){15}/))
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}B broken, /))
  expect(lines.filter(line => line.length > 100)).toEqual([])
})

test('the CSV has a column for each device and a line for each requirement, and no formula', () => {
  const named = { ...merge, devices: merge.devices.map(device => ({ ...device, label: '=1+1,"x"' })) }
  const lines = matrixCsv(named).split('\r\n')
  expect(lines[0]).toBe(`requirement,clause,level,"'=1+1,""x""","'=1+1,""x""",sentence`)
  expect(lines).toHaveLength(merge.requirements.length + 3)
  expect(lines.find(line => line.startsWith('CR-GEN-08,'))).toMatch(/^CR-GEN-08,3\.2\.2\.1,MUST NOT,broken,broken,/)
  expect(lines.at(-2)).toBe(`verdict,,,${merge.devices.map(({ verdict }) => verdict).join(',')},`)
})

test('the page loads and runs nothing, and links only within itself and to the reports', () => {
  expect(html).not.toMatch(/<(script|link|img|iframe|object|embed)\b/i)
  expect(html).not.toMatch(/url\(|@import/)
  const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target!)
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)
  expect(new Set(ids).size).toBe(ids.length)
  for (const target of targets)
    if (target.startsWith('#')) expect(ids).toContain(target.slice(1))
    else expect(target).toMatch(/^\.\.\/a1\/report\.html(#|$)/)
  expect(targets).toContain('../a1/report.html#CR-GEN-08')
})

test('the page has a row for every requirement and a column for every device', () => {
  const table = html.slice(html.indexOf('aria-label="All requirements"'))
  const body = table.slice(table.indexOf('<tbody>'), table.indexOf('</tbody>'))
  expect(body.split('<tr>').length - 1).toBe(merge.requirements.length)
  expect(body.split('<td>').length - 1).toBe(merge.requirements.length * merge.devices.length)
})

test('virtual time is stamped under every heading', () => {
  const virtual = renderMerge(mergeRuns([sampleShard('a', { record: { clock: 'virtual' } })]), new Map())
  const stamps = virtual.split(`<p class="stamp">${virtualTimeNotice}</p>`).length - 1
  expect(stamps).toBe(virtual.split('<section').length - 1)
  expect(html).not.toContain(`<p class="stamp">`)
})

test('what a run says is text, never markup nor a control of the terminal', () => {
  const hostile = '</style></title><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\x1b[2J\u202e\ud800'
  const poisoned = JSON.parse(
    JSON.stringify(sampleMerge().map(({ path, record }) => ({ path: `${path}${hostile}`, record }))),
    (key, value: unknown) =>
      ['name', 'manufacturer', 'firmware', 'reason', 'actual', 'sentence', 'clause', 'version'].includes(key)
        ? hostile
        : key === 'requirement' || (key === 'id' && value === 'CR-GEN-08')
          ? hostile
          : value,
  ) as ReturnType<typeof sampleMerge>
  const merged = mergeRuns(poisoned)
  const page = renderMerge(merged, new Map(merged.devices.flatMap(({ runs }) => runs.map(run => [run.path, 'r.html']))))
  expect(page).not.toMatch(/<(script|img)\b/i)
  expect(page.split('\n').filter(line => line !== visibleText(line))).toEqual([])
  const lines = mergeText(merged, { color: false }).split('\n')
  expect(lines.filter(line => line !== visibleText(line))).toEqual([])
})
