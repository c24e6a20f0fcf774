import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import type { Entry, NewEntry } from '../../harness/timeline/entry.ts'
import { sampleTimeline } from '../sample-timeline.ts'
import { renderDiagramSvg } from './render-diagram-svg.tsx'
import {
  bindingRequest,
  bindingResponse,
  httpUnanswered,
  rpcAnswered,
  rpcSent,
  stanza,
  udpRequest,
  xmppAnswer,
  xmppRequest,
} from './sample-messages.ts'

/** One of everything that is drawn. */
function everything(): { entries: Entry[]; guilty: Set<number> } {
  const timeline = sampleTimeline()
  timeline.add(0, { type: 'scenario-begun', scenario: 'sample', title: 'Sample', repetition: 1 })
  timeline.add(0, { type: 'step-begun', text: 'A request is refused, another accepted' })
  timeline.add(4, httpUnanswered(1, 'refused'))
  timeline.request(2, { status: 401, authorised: false, label: 'ordinary request' })
  timeline.request(3, { label: 'ordinary request' })
  const first = timeline.session(1, 212)
  timeline.add(1, { type: 'step-ended', text: 'A request is refused, another accepted' })
  timeline.add(1, { type: 'watch-begun', for: 'a second session', ms: 60_000 })
  for (let round = 0; round < 3; round++) timeline.add(2, bindingResponse(timeline.add(14_998, bindingRequest())))
  const second = timeline.session(2, 8400, ['6 CONNECTION REQUEST', '4 VALUE CHANGE'])
  timeline.add(0, { type: 'watch-ended', for: 'a second session', ms: 60_000, how: 'seen' })
  timeline.add(0, { type: 'step-begun', text: 'The same by XMPP and UDP' })
  timeline.add(10, xmppRequest(1))
  timeline.add(1, stanza('xmpp-sent', 'get', 'cr-1', '<iq id="cr-1"><connectionRequest xmlns="x"/></iq>'))
  timeline.add(3, stanza('xmpp-received', 'result', 'cr-1', '<iq type="result" id="cr-1"/>'))
  timeline.add(1, xmppAnswer(1, 10, 15))
  timeline.add(200, udpRequest(1, 1, 2))
  timeline.add(200, udpRequest(1, 2, 2))
  timeline.add(35_000, { type: 'wait-timed-out', what: 'a session', ms: 35_000 })
  return { entries: timeline.entries, guilty: new Set([first, second]) }
}

/** Every element with its attributes and text; throws where it is no XML. */
function elementsOf(svg: string) {
  const parser = new SaxesParser()
  const found: { name: string; attributes: Record<string, string>; text: string }[] = []
  const open: typeof found = []
  parser.on('error', error => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' }
    found.push(element)
    open.push(element)
  })
  parser.on('text', text => {
    if (open.length > 0) open.at(-1)!.text += text
  })
  parser.on('closetag', () => void open.pop())
  parser.write(svg).close()
  return found
}

test('one of everything', async () => {
  const { entries, guilty } = everything()
  const svg = renderDiagramSvg(entries, { guilty, title: 'Course of the sample' })
  await expect(svg.replace(/<style>.*<\/style>/, '').replaceAll('><', '>\n<')).toMatchFileSnapshot(
    '../golden/diagram.svg',
  )
})

test('it stands alone: an image with a name, without links', () => {
  const { entries, guilty } = everything()
  const svg = renderDiagramSvg(entries, { guilty, title: 'Course of the sample' })
  const elements = elementsOf(svg)
  expect(elements[0]).toMatchObject({ name: 'svg', attributes: { role: 'img', 'aria-labelledby': 'sequence-title' } })
  expect(elements.filter(({ name }) => name === 'a')).toEqual([])
  expect(svg).not.toMatch(/url\(|href|@import|<script/)
  expect(elements.filter(({ text }) => text.startsWith('evidence'))).toHaveLength(2)
})

test('what a device sent is text on its line, whichever way it is written', () => {
  const timeline = sampleTimeline()
  timeline.session(1, 5, ['</text><script>alert(1)</script>', '\u202eTSEUQER\u2066\u0000\ud800\ufffe'])
  timeline.session(2, 5, ['שלום → 200'])
  timeline.session(3, 5, ['𒐫'.repeat(400)])
  timeline.add(1, rpcSent(3, '1', 'Reboot'))
  timeline.add(1, { ...rpcAnswered(3, '1', 'Reboot'), fault: { code: '\u202e5009', text: 'no\u202e' } } as NewEntry)
  const svg = renderDiagramSvg(timeline.entries, { guilty: new Set(), title: 'Hostile \u202e' })
  const texts = elementsOf(svg).map(({ text }) => text)
  expect(texts).toContain('Inform </text><script>alert(1)</script>, \\u202eTSEUQER\\u2066\\x00\\ud800\\ufffe')
  expect(texts).toContain('Inform שלום → 200 → InformResponse')
  expect(texts).toContain('Reboot → Fault \\u202e5009')
  expect(texts.join('')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  expect(svg).toContain('unicode-bidi:bidi-override')
})
