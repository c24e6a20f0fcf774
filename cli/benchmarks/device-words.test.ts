import { expect, test } from 'vitest'
import { deviceLog, replyToAttempt } from './device-words.ts'

const lines = [
  '{"at":1,"text":"","event":"session-attempt"}',
  'a line of something else',
  '{"at":10,"text":"","event":"connection-request-replied","status":401}',
  '{"at":20,"text":"","event":"connection-request-replied","status":204}',
  '{"at":220.5,"text":"","event":"session-attempt"}',
  '{"at":230,"text":"","event":"session-attempt"}',
]

test('an attempt belongs to the success reply before it', () => {
  expect(replyToAttempt(deviceLog(lines))).toEqual([200.5])
})

test('a reply that no attempt followed is left out', () => {
  const twice = [...lines.slice(3, 4), ...lines.slice(3)]
  expect(replyToAttempt(deviceLog(twice))).toEqual([200.5])
})
