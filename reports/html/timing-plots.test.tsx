import { renderToString } from 'preact-render-to-string'
import { expect, test } from 'vitest'
import { ours, spec } from '../../harness/verdict/limit.ts'
import type { TimingSeries } from '../timings/timings.ts'
import { ShiftPlot } from './shift-plot.tsx'
import { TimingPlots } from './timing-plots.tsx'

const answers: TimingSeries = {
  transport: 'http',
  kind: 'answer',
  limit: ours(5, 'the standard gives no number'),
  times: [3, 4, 6200].map((ms, index) => ({
    seq: 10 + index,
    ms,
    uncertaintyMs: 0.5,
    scenario: 'http-request',
    what: '<b>204</b>',
  })),
}

test('a plot says in words what it shows, and has a table', () => {
  const html = renderToString(<TimingPlots timings={{ series: [answers] }} />)
  const text = html.replaceAll(/<[^>]*>/g, '')
  expect(text).toContain(
    '3 answers: median 4 ms, largest 6.2 s ± 0.5 ms in http-request; one is beyond the limit of 5 s',
  )
  expect(text).toContain('(our choice: the standard gives no number)')
  expect(text).toContain('limit 5 s, our choice')
  expect(text).toContain('Nothing was timed over UDP and XMPP.')
  expect(html).toContain('<td><span class="text">&lt;b>204&lt;/b></span></td>')
  expect([...html.matchAll(/<a href="#e-(\d+)" tabindex="-1">/gi)].map(([, seq]) => Number(seq))).toEqual([10, 11, 12])
})

test('a time beyond the limit has another shape, right of the line', () => {
  const html = renderToString(<TimingPlots timings={{ series: [answers] }} />)
  const line = Number(/class="limit"><line x1="([\d.]+)%"/.exec(html)![1])
  const dots = [...html.matchAll(/<circle cx="([\d.]+)%"/g)].map(([, x]) => Number(x))
  const diamonds = [...html.matchAll(/<svg x="([\d.]+)%" y="[\d.]+" class="ours">/g)].map(([, x]) => Number(x))
  expect(dots).toHaveLength(2)
  for (const x of dots) expect(x).toBeLessThan(line)
  expect(diamonds).toHaveLength(1)
  expect(diamonds[0]).toBeGreaterThan(line)
})

test('without times nothing is drawn', () => {
  const html = renderToString(<TimingPlots timings={{ series: [] }} />)
  expect(html).toBe('<p class="lead">No answer and no session was timed in this run.</p>')
})

test('a shift goes from before to after, with the numbers beside it', () => {
  const limit = spec(30, 'TR-069 3.2.2.1')
  const shift = {
    scenario: 'http-request',
    name: 'inTime',
    requirement: 'CR-GEN-04',
    before: { measured: 212, uncertainty: 3, limit },
    after: { measured: 31_400, uncertainty: 12, limit },
  }
  const html = renderToString(<ShiftPlot shifts={[shift]} />)
  const place = (name: string) => Number(new RegExp(`class="${name}" cx="([\\d.]+)%"`).exec(html)![1])
  expect(place('before')).toBeLessThan(place('after'))
  expect(html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')).toContain('212 ms ± 3 ms 31.4 s ± 12 ms 30 s')
  expect(renderToString(<ShiftPlot shifts={[]} />)).toBe(
    '<p class="lead">No measured time shifted by more than it can be off.</p>',
  )
})
