import { renderToString } from 'preact-render-to-string'
import { expect, test } from 'vitest'
import { diagramOf } from '../diagram/diagram-of.ts'
import { httpUnanswered, udpRequest, xmppRequest } from '../diagram/sample-messages.ts'
import { textWidth } from '../diagram/text-width.ts'
import { sampleTimeline } from '../sample-timeline.ts'
import { SequenceDiagram } from './sequence-diagram.tsx'

const rendered = (timeline: ReturnType<typeof sampleTimeline>, ...guilty: number[]) =>
  renderToString(
    <SequenceDiagram diagram={diagramOf(timeline.entries, { guilty: new Set(guilty) })} title="Sample" id="d-1" />,
  )

test('every message leads to its line in the wire log', () => {
  const timeline = sampleTimeline()
  const [sent] = timeline.request(1)
  const session = timeline.session(1, 200)
  const html = rendered(timeline)
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual([`#e-${sent}`, `#e-${session}`])
  expect(html).toContain('role="group"')
  expect(html).toMatch(/role="region" aria-label="Sample" tabindex="0"/i)
})

test('evidence has a word beside its colour', () => {
  const timeline = sampleTimeline()
  timeline.request(1)
  const session = timeline.session(1, 200)
  const html = rendered(timeline, session)
  expect(html).toMatch(new RegExp(`<a href="#e-${session}"[^>]* class="s g">.*>evidence, session 1<`))
  expect(html).toContain('one row is evidence of what was broken')
})

test('no text reaches into another, and none out of the picture', () => {
  const timeline = sampleTimeline()
  timeline.request(1, { label: 'W'.repeat(300) })
  timeline.session(1, 5, ['6 CONNECTION REQUEST', 'M'.repeat(300)])
  timeline.add(5, xmppRequest(1, 'a request whose words go on and on until nobody would read them any longer'))
  timeline.add(5, udpRequest(1, 1, 1, 'ش'.repeat(200)))
  timeline.add(5, httpUnanswered(9, 'refused'))
  timeline.add(5, { type: 'wait-timed-out', what: 'W'.repeat(300), ms: 5 })
  const html = rendered(timeline)
  const width = Number(/width="(\d+)"/.exec(html)![1])
  for (const [, row = ''] of html.matchAll(/<a [^>]*>(.*?)<\/a>/gs)) {
    const texts = [...row.matchAll(/<text( class="\w")? x="([\d.]+)" y="\d+">([^<]*)<\/text>/g)]
      .filter(([, kind]) => kind !== ' class="t"')
      .map(([, kind, x, text]) => {
        const lettering = kind === undefined ? (row.includes('class="n"') ? 'mono' : 'sans') : 'sans'
        return { left: Number(x), right: Number(x) + textWidth(text!, lettering, 12) }
      })
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.at(-1)!.right).toBeLessThanOrEqual(width)
    for (const [index, { left }] of texts.entries())
      if (index > 0) expect(texts[index - 1]!.right).toBeLessThanOrEqual(left)
  }
})

test('a diagram of usual size is small', () => {
  const timeline = sampleTimeline()
  for (let request = 1; request <= 15; request++) {
    timeline.request(request, { label: `request ${request}` })
    timeline.session(request, 4000)
  }
  expect(rendered(timeline).length).toBeLessThan(12_000)
})
