import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { compareRuns } from './compare-runs.ts'
import { comparisonSentence, comparisonText } from './comparison-text.ts'
import { rejudgedText } from './rejudged-text.ts'
import { sampleRun, sampleRuns } from './sample-runs.ts'

const { before, after } = sampleRuns()

test('the two sample runs', async () => {
  const text = comparisonText(compareRuns(before, after), { color: false })
  await expect(text).toMatchFileSnapshot('../golden/comparison.txt')
})

test('a run judged otherwise than before', async () => {
  const text = rejudgedText(compareRuns(before, { ...after, tool: before.tool }), { color: false })
  await expect(text).toMatchFileSnapshot('../golden/rejudged.txt')
})

test('where nothing differs, that is said', () => {
  const same = compareRuns(before, before)
  expect(comparisonText(same, { color: false }).split('\n')[0]).toBe('NO DIFFERENCE in what the two runs found.')
  expect(rejudgedText(same, { color: false })).toContain('Judged as before')
})

test('the sentence tells what was not judged before, and what is no longer looked for', () => {
  const broken = sampleRun({ 'http-single.status': { verdict: 'fail' } })
  const unplayed = sampleRun({}, ['http-single'])
  expect(comparisonSentence(compareRuns(unplayed, broken))).toMatch(
    /^NEWLY BROKEN: 1 requirement, 1 of which the run before did not judge; /,
  )
  expect(comparisonSentence(compareRuns(broken, unplayed))).toMatch(
    /^NOTHING NEWLY BROKEN: 4 no longer tested \(1 broken before\); /,
  )
})

test('whatever a device says, each line shows it as one line of visible text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, said) => {
      const [scenario] = after.scenarios
      const metrics = scenario!.metrics.map(metric => ({ ...metric, name, verdict: 'fail' as const, actual: said }))
      const hostile = {
        ...after,
        sentence: said,
        device: { name, firmware: said },
        profile: { [name]: said },
        scenarios: [{ ...scenario!, id: name, title: said, metrics, properties: { [name]: said } }],
        requirements: after.requirements.map(requirement => ({ ...requirement, reason: said, sentence: name })),
      }
      for (const comparison of [compareRuns(before, hostile), compareRuns(hostile, before)])
        for (const text of [comparisonText(comparison, { color: false }), rejudgedText(comparison, { color: false })])
          expect(text.split('\n').map(visibleText)).toEqual(text.split('\n'))
    }),
    { numRuns: 40 },
  )
})
