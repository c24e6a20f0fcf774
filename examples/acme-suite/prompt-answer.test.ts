import { playWithSimulatedCpe } from 'connreq/simulated-cpe'
import { judged, request, session } from 'connreq/written-timeline'
import { describe, expect, test } from 'vitest'
import { promptAnswer } from './prompt-answer.ts'

const label = 'prompt answer'

describe('the judge', () => {
  test('is content with an answer within a second', () => {
    expect(
      judged(promptAnswer, request(label, { at: 1000, answered: 204, tookMs: 300 }), session({ at: 1500 })),
    ).toEqual({
      prompt: 'pass',
    })
  })

  test('fails a device that takes longer', () => {
    expect(judged(promptAnswer, request(label, { at: 1000, answered: 204, tookMs: 1700 }))).toEqual({ prompt: 'fail' })
  })

  test('decides nothing where the time cannot be told from the limit', () => {
    const onTheLimit = request(label, { at: 1000, answered: 204, tookMs: 1002, connectMs: 10 })
    expect(judged(promptAnswer, onTheLimit)).toEqual({ prompt: 'inconclusive' })
  })

  test('decides nothing by a request that was refused', () => {
    expect(judged(promptAnswer, request(label, { at: 1000, answered: 503 }))).toEqual({ prompt: 'inconclusive' })
  })
})

test('the simulated device answers at once', { timeout: 60_000 }, async () => {
  const { outcome } = await playWithSimulatedCpe(promptAnswer)
  expect(outcome.metrics).toEqual([expect.objectContaining({ requirement: 'ACME-01', verdict: 'pass' })])
})

test('a simulated device that takes its time does not', { timeout: 60_000 }, async () => {
  const { outcome } = await playWithSimulatedCpe(promptAnswer, { variants: ['slow'] })
  expect(outcome.verdict).toBe('fail')
})
