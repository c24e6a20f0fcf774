import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHttpConversation } from './http-conversation.ts'
import type { HttpExchange } from './http-exchange.ts'

/** Follows a conversation and tells it in lines. */
function followed() {
  const story: string[] = []
  let number = 0
  const conversation = createHttpConversation({
    request({ method, target, body, firstByteAt, lastByteAt }) {
      story.push(`${method} ${target} ${body.toString()} at ${firstByteAt} to ${lastByteAt}`)
      const times = { firstByteAt, lastByteAt, order: 0 }
      const exchange: HttpExchange = {
        number: ++number,
        method,
        target,
        httpVersion: '1.1',
        headers: [],
        raw: { length: 0 },
        ...times,
      }
      return exchange
    },
    answered: (exchange, { status, body, bodyEnd }, { firstByteAt, lastByteAt }) =>
      void story.push(`${exchange.number}: ${status} ${body.toString()} ${bodyEnd} at ${firstByteAt} to ${lastByteAt}`),
    failed: (exchange, reason, _detail, received) =>
      void story.push(`${exchange.number}: ${reason} ${received.toString()}`),
  })
  const say = (from: 'client' | 'server', text: string, at: number) => conversation.bytes(from, Buffer.from(text), at)
  return { story, conversation, say }
}

describe('an HTTP conversation', () => {
  test('is read with the times of its bytes', () => {
    const { story, say } = followed()
    say('client', 'POST /acs HTTP/1.1\r\nContent-Le', 1)
    say('client', 'ngth: 3\r\n\r\nab', 2)
    say('client', 'c', 3)
    say('server', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no', 5)
    say('server', 'k', 6)
    expect(story).toEqual(['POST /acs abc at 1 to 3', '1: 200 ok content-length at 5 to 6'])
  })

  test('has the same messages however its bytes are divided', () => {
    const asked =
      'GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /c HTTP/1.0\n\n'
    const answered =
      'HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nxyzHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ny\r\n0\r\n\r\nHTTP/1.0 200 OK\r\n\r\nrest'
    const cuts = fc.array(fc.nat({ max: 120 }), { maxLength: 8 })
    fc.assert(
      fc.property(cuts, cuts, (ofAsked, ofAnswered) => {
        const { story, conversation, say } = followed()
        for (const piece of divided(asked, ofAsked)) say('client', piece, 1)
        for (const piece of divided(answered, ofAnswered)) say('server', piece, 2)
        conversation.ended('server', 3)
        expect(story.map(line => line.replace(/ at .*/, ''))).toEqual([
          'GET /a ',
          'POST /b abc',
          'GET /c ',
          '1: 401 xyz content-length',
          '2: 200 y chunked',
          '3: 200 rest close',
        ])
      }),
    )
  })

  test('goes on behind a gap where a message begins', () => {
    const { story, conversation, say } = followed()
    say('client', 'POST /a HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc', 1)
    conversation.gap('client', 2)
    say('client', 'the rest of something', 3)
    say('client', 'GET /b HTTP/1.1\r\n\r\n', 4)
    conversation.gap('server', 5)
    say('server', 'HTTP/1.1 204 No Content\r\n\r\n', 6)
    expect(story).toEqual(['GET /b  at 4 to 4', '1: 204  none at 6 to 6'])
  })

  test('tells what was not answered', () => {
    const { story, conversation, say } = followed()
    say('client', 'GET /a HTTP/1.1\r\n\r\n', 1)
    say('server', 'HTTP/1.1 2', 2)
    conversation.closed('reset', 3)
    say('client', 'GET /b HTTP/1.1\r\n\r\n', 4)
    conversation.closed('close', 5)
    expect(story.filter(line => /^\d/.test(line))).toEqual(['1: malformed HTTP/1.1 2', '2: closed '])
  })

  test('never throws, whatever is said', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'GET / HTTP/1.1\r\n',
        'Content-Length: 5\r\n\r\n',
        'HTTP/1.1 200 OK\r\n',
        '\r\n\r\n',
        'Transfer-Encoding: chunked\r\n\r\n',
        '99999999\r\n',
      ),
    )
    const step = fc.record({
      from: fc.constantFrom('client' as const, 'server' as const),
      text,
      what: fc.nat({ max: 12 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), steps => {
        const { story, conversation, say } = followed()
        for (const [at, each] of steps.entries()) {
          if (each.what === 0) conversation.gap(each.from, at)
          else if (each.what === 1) conversation.ended(each.from, at)
          else say(each.from, each.text, at)
        }
        conversation.closed('close', steps.length)
        const asked = story.filter(line => !/^\d/.test(line)).length
        expect(story.length - asked).toBeLessThanOrEqual(asked)
      }),
    )
  })
})

function divided(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map(cut => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length]
  return places.map((begin, index) => text.slice(begin, places[index + 1])).filter(piece => piece !== '')
}
