import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleBaselineRun, sampleKnownFailures } from '../baseline/sample-baseline.ts'
import { compareRuns } from './compare-runs.ts'
import { renderComparison } from './comparison-page.tsx'
import { sampleRun, sampleRuns } from './sample-runs.ts'

const { before, after } = sampleRuns()
const comparison = compareRuns(before, after)
const reports = { before: '../a/report.html', after: '../b/report.html' }
const html = renderComparison(comparison, reports)
const parse = (page: string) => new DOMParser().parseFromString(page.replace('<!doctype html>', ''), 'text/html')
const headings = (page: string, tag: string) => [...parse(page).getElementsByTagName(tag)].map(one => one.textContent)

describe('the page of a comparison', () => {
  test('is as people see it', async () => {
    const page = html.replace(/<style>.*?<\/style>/s, '<style></style>').replaceAll('><', '>\n<')
    await expect(page).toMatchFileSnapshot('../golden/comparison.html')
  })

  test('says first what is newly broken, then the rest in the order of the text', () => {
    expect(headings(html, 'h1')).toEqual(['Two runs compared'])
    expect(headings(html, 'h2')).toEqual([
      'Newly broken',
      'Repaired',
      'Newly undecided',
      'New warnings',
      'No longer tested',
      'Not applicable now',
      'Newly decided',
      'Warnings gone',
      'Times that shifted',
      'Behaviour that changed',
      'Different circumstances',
      'In one run only',
    ])
  })

  test('needs no script and no network, and every link in it leads to something', () => {
    expect(html).toContain("default-src 'none'")
    expect(html).not.toMatch(/script-src|<script|<link|\bon\w+=|https?:\/\//i)
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)
    expect(targets.filter(id => !ids.includes(id))).toEqual([])
    expect(html).toContain('href="../b/report.html#CR-GEN-10"')
    expect(html).toContain('href="../a/report.html"')
  })

  test('shows what a device says as text', () => {
    const visible = /^[^\p{Cc}\p{Cf}\p{Cs}]*$/u
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const hostile = sampleRun({
          'http-single.status': { verdict: 'fail', actual: `<img src=x>${text}`, reason: text },
        })
        hostile.device.firmware = `</script><b>${text}`
        hostile.properties['in a session'] = text
        const page = renderComparison(compareRuns(before, hostile))
        expect(page).not.toMatch(/<img|<\/script/)
        expect(page.split('\n').every(line => visible.test(line))).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test('says so where nothing differs, and where a run was in virtual time', () => {
    const same = renderComparison(compareRuns(before, before))
    expect(same).toContain('Nothing is broken that was not broken before.')
    expect(same).toContain('Both runs played the same scenarios and judged the same metrics.')
    expect(same).not.toContain('class="stamp"')
    const virtual = renderComparison(compareRuns(before, { ...after, clock: 'virtual' }))
    expect(virtual.match(/class="stamp"/g)?.length).toBe(headings(virtual, 'h2').length)
  })

  test('marks known failures', () => {
    const known = sampleBaselineRun({ knownFailures: Object.values(sampleKnownFailures) })
    const clean = sampleRun({ 'http-duplicates.onlyOne': { verdict: 'pass' } })
    expect(renderComparison(compareRuns(clean, known))).toContain(
      '<b>Known</b> <span class="text">until 2026-03-02: mended in 2.5 &amp; &lt;later></span>',
    )
  })
})
