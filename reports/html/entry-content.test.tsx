import { renderToString } from 'preact-render-to-string'
import { expect, test } from 'vitest'
import type { Entry } from '../../harness/timeline/entry.ts'
import { sampleTimeline } from '../sample-timeline.ts'
import { entryContent, isNamed, speaksOf } from './entry-content.tsx'

const timeline = sampleTimeline()
const [sent, answered] = timeline.request(1)
const opened = timeline.session(2, 900)
const entry = (seq: number) => timeline.entries[seq - 1] as Entry
const shown = (seq: number, about = '') => renderToString(<>{entryContent(entry(seq), about)}</>)

test('a parameter is named by its full name or the last part of it, but not by a common word', () => {
  const name = 'Device.ManagementServer.ConnectionRequestURL'
  expect(isNamed(name, `${name} is empty`)).toBe(true)
  expect(isNamed(name, 'no ConnectionRequestURL in the Inform')).toBe(true)
  expect(isNamed(name, 'two sessions')).toBe(false)
  expect(isNamed('Device.XMPP.Connection.1.Alias', 'an Alias')).toBe(false)
  expect(isNamed('', 'anything')).toBe(false)
})

test('an Inform: its events and parameters, those that the finding names marked', () => {
  const about = 'ConnectionRequestURL differs'
  expect(speaksOf(entry(opened), about)).toBe(true)
  expect(speaksOf(entry(opened), 'two replies')).toBe(false)
  const html = shown(opened, about)
  expect(html).toContain('<caption>ParameterList</caption>')
  expect(html.split('class="meant"')).toHaveLength(2)
  expect(html).toMatch(
    /class="meant"><th scope="row"><span class="text">Device\.ManagementServer\.ConnectionRequestURL</,
  )
})

test('an HTTP message stands line by line as on the wire, its controls visible', () => {
  expect(shown(sent)).toBe('<pre class="data">GET /b7f3c1 HTTP/1.1\nHost: 192.0.2.77:30005</pre>')
  const reply = {
    ...entry(answered),
    status: 200,
    reason: 'OK\x1b[2J',
    headers: [['Server', 'x']],
    body: { text: 'a\r\nb', length: 4 },
  }
  const html = renderToString(<>{entryContent(reply as Entry, '')}</>)
  expect(html).toBe('<pre class="data">HTTP/1.1 200 OK\\x1b[2J\nServer: x\n\na\nb</pre>')
})

test('what the line says already has no content of its own', () => {
  expect(entryContent({ seq: 1, at: 0, type: 'step-begun', text: 'Send it' }, '')).toBeUndefined()
  expect(entryContent({ seq: 1, at: 0, type: 'mark', name: 'armed' }, '')).toBeUndefined()
})
