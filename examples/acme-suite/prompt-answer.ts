import {
  aSessionOnRequest,
  defineSuite,
  isSuccess,
  must,
  needs,
  ours,
  outcomeOf,
  requestsLabelled,
  rests,
  scenario,
  uncertaintyOf,
} from 'connreq'

const label = 'prompt answer'
const requests = 3
const answerWithin = ours(1, 'ACME RG-500 product requirements, 4.2')

/** ACME-01: whoever waits at the ACS sees an answer at once. */
export const promptAnswer = scenario({
  id: 'acme-prompt-answer',
  title: 'How soon a Connection Request is answered',
  purpose: 'ACME sells devices that answer at once: three requests at rest, each with its answer within a second.',
  applies: needs(aSessionOnRequest),
  windows: facts => [rests(facts, requests)],
  metrics: {
    prompt: must('ACME-01', 'Every Connection Request at rest is answered within 1 s.'),
  },

  async run({ bench, step }) {
    for (let n = 1; n <= requests; n++)
      await step(`Request ${n} of ${requests}`, async () => {
        const knock = await bench.knock(label)
        await bench.seeSessionThrough(knock)
      })
  },

  judge(timeline, { prompt }, property) {
    const expected = ['200 or 204 within 1 s']
    for (const request of requestsLabelled(timeline, label)) {
      const { answer, seq } = request
      if (!answer || !isSuccess(request)) {
        prompt.inconclusive('A request was not accepted, so its answer says nothing.', {
          expected,
          actual: outcomeOf(request),
          evidence: [seq],
        })
        continue
      }
      const measured = answer.lastByteAt - answer.sentAt
      const uncertainty = uncertaintyOf(timeline, request)
      const finding = {
        expected,
        actual: `${outcomeOf(request)} after ${Math.round(measured)} ms`,
        evidence: [seq],
        limit: answerWithin,
        measured,
        uncertainty,
      }
      property('answers after', `${Math.round(measured)} ms`)
      if (Math.abs(measured - answerWithin.ms) < uncertainty)
        prompt.inconclusive('The time is too close to the limit to be told from it.', finding)
      else prompt.check(measured <= answerWithin.ms, finding)
    }
  },
})

export const suite = defineSuite({
  name: 'ACME product requirements',
  requirements: [
    {
      id: 'ACME-01',
      level: 'MUST',
      clause: 'ACME RG-500 product requirements, 4.2',
      sentence: 'The device answers every Connection Request at rest within one second.',
      likelyCause: 'The answer waits for something slow, such as a look-up of the name of the ACS.',
    },
  ],
  scenarios: [promptAnswer],
})
