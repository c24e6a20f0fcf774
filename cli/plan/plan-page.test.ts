import { DOMParser } from '@xmldom/xmldom'
import { expect, test } from 'vitest'
import { renderPlan } from './plan-page.tsx'
import { planText } from './plan-text.ts'
import type { RunPlan } from './run-plan.ts'

const requirement = (id: string, sentence: string) => ({ id, clause: '3.2.2.1', level: 'MUST' as const, sentence })

const plan: RunPlan = {
  schema: 'connreq/plan/1',
  device: 'ACME <script>alert(1)</script>\u202e\x1b',
  basis: 'assumed until the probe',
  scenarios: [
    {
      id: 'http-single',
      title: 'One Connection Request',
      applies: true,
      because: 'Declared: control.power (ask). Assumed until the probe: it calls after a request by HTTP.',
      windows: [{ for: 'a rest of the device', ms: 2000 }],
      requirements: ['CR-GEN-04', 'CR-GEN-05'],
    },
    {
      id: 'http-duplicates',
      title: 'Several Connection Requests before the session',
      applies: true,
      windows: [
        { for: 'a rest of the device', ms: 2000 },
        { for: 'a second session', ms: 60_000 },
      ],
      requirements: ['CR-GEN-08'],
    },
    {
      id: 'http-switched-off',
      title: 'HTTP Connection Requests switched off',
      applies: false,
      reason: 'The device has no HTTPConnectionRequestEnable.',
      wouldApplyIf: 'its data model were Device:2.11 or later',
      profile: ['features: { xmpp: true }', 'control: { power: <shell command> }'],
      windows: [],
      requirements: ['CR-HTTP-22'],
    },
    { id: 'invariants', title: 'At all times', applies: true, windows: [], requirements: ['CR-GEN-05'] },
  ],
  requirements: {
    covered: [
      { ...requirement('CR-GEN-04', 'It calls within 30 s.'), scenarios: ['http-single'] },
      { ...requirement('CR-GEN-05', 'It says why it calls.'), scenarios: ['http-single', 'invariants'] },
      { ...requirement('CR-GEN-08', 'It calls once.'), scenarios: ['http-duplicates'] },
    ],
    notCovered: [
      {
        ...requirement('CR-HTTP-22', 'Switched off, it listens no more.'),
        reason: 'judged by http-switched-off, which would not be played',
      },
    ],
  },
  lowerBoundMs: 64_000,
  expected: { ms: 90_400, basis: 'as long as in runs/a' },
  baseline: {
    run: { path: 'runs/a', startedAt: '2026-03-02T08:14:05.000Z', broken: ['CR-GEN-08'] },
    knownFailures: [
      {
        requirement: 'CR-GEN-08',
        metric: 'http-duplicates.onlyOne',
        seen: '… sessions',
        reason: 'mended <b>soon</b>',
        until: '2027-01-31',
        covers: true,
      },
      {
        requirement: 'CR-GEN-04',
        reason: 'slow',
        covers: false,
        writeInstead: ['- requirement: CR-GEN-04', '  metric: http-single.inTime'],
      },
    ],
  },
}

const html = renderPlan(plan)
const withoutStyles = html.replace(/<style>.*?<\/style>/s, '<style></style>')
const document = new DOMParser().parseFromString(html.replace(/<!doctype html>/, ''), 'text/html')
const textsOf = (tag: string) => [...document.getElementsByTagName(tag)].map(({ textContent }) => textContent)

test('the page of a plan', async () => {
  await expect(withoutStyles.replaceAll('><', '>\n<')).toMatchFileSnapshot('golden/plan.html')
})

test('the plan as Markdown', async () => {
  await expect(planText({ ...plan, device: 'ACME' })).toMatchFileSnapshot('golden/plan.txt')
})

test('it needs no script and no network, and what it says of a device is text', () => {
  expect(html).not.toMatch(/<script|<link|\bon\w+=|https?:/i)
  expect(html).toContain("default-src 'none'")
  expect(html).not.toContain('script-src')
  expect(html).toContain('ACME &lt;script>alert(1)&lt;/script>\\u202e\\x1b')
  expect(html).toContain('mended &lt;b>soon&lt;/b>')
})

test('every link leads to something, no id is there twice, and headings come in order', () => {
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const targets = [...html.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)
  expect(targets.filter(id => !ids.includes(id))).toEqual([])
  expect(textsOf('h1')).toHaveLength(1)
  expect(textsOf('h2')).toEqual([
    'Played, in this order',
    'Not played',
    'Requirements that would not be judged',
    'Requirements that would be judged',
    'Baseline',
  ])
})

test('a plan in which all is played and nothing known says so', () => {
  const { baseline: _, ...bare } = plan
  const all = renderPlan({
    ...bare,
    scenarios: plan.scenarios.filter(({ applies }) => applies),
    requirements: { ...plan.requirements, notCovered: [] },
  })
  expect(all).toContain('Every scenario applies.')
  expect(all).toContain('Every requirement would be judged.')
  expect(all).not.toContain('Baseline')
})
