import { managementServer } from '../../harness/device/facts.ts'
import { periodicSeconds } from '../../harness/device/provisioning.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { httpRequests, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs, writable } from '../needs.ts'
import { rests } from '../rests.ts'

/** The way back in while HTTP Connection Requests are off: the shortest interval that devices commonly accept. */
const shortPeriodSeconds = 30
/** The port may close and open some time after the session that switched it. */
const untilSwitchedMs = 10_000
const whileDisabled = 'while HTTP Connection Requests are off'
const afterwards = 'after they are on again'

const metrics = {
  urlEmpty: must('CR-HTTP-22', 'With HTTPConnectionRequestEnable false the ConnectionRequestURL is empty.'),
  portClosed: must('CR-HTTP-22', 'With HTTPConnectionRequestEnable false the port is closed.'),
  comesBack: must('CR-HTTP-22', 'With HTTPConnectionRequestEnable true again the URL returns and requests work.'),
}

/** CR-HTTP-22: HTTPConnectionRequestEnable, last, because it closes the door. */
export const disabled = scenario({
  id: 'http-disabled',
  title: 'HTTP Connection Requests switched off and on again',
  purpose: `A short periodic interval is set first, as the way back in. Then the parameter is set false, looked at in the next periodic session, and set true again.`,
  applies: needs(aSessionOnRequest, writable('HTTPConnectionRequestEnable'), writable('PeriodicInformInterval')),
  windows: facts => [
    rests(facts, 2),
    { for: 'the next periodic session', ms: shortPeriodSeconds * 1000 },
    { for: 'the sessions', ms: 2 * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    const oldUrl = bench.url()
    await step(`Set PeriodicInformInterval to ${shortPeriodSeconds} s and HTTPConnectionRequestEnable to false`, () =>
      switchOff(conversation),
    )
    await step('Try the old URL', async () => {
      for (let attempt = 1, open = true; open && attempt <= 2; attempt++) {
        await bench.rest()
        if (attempt > 1) await bench.clock.sleep(untilSwitchedMs, bench.signal)
        open = (await bench.requester.send({ url: oldUrl, label: whileDisabled, authorised: false })).kind === 'answer'
      }
    })
    await step('Wait for the periodic session and switch on again', () => switchOn(conversation))
    await step('An ordinary request must work again', async () => {
      let knock = await bench.knock(afterwards)
      if (knock.final.kind === 'no-answer') {
        await bench.clock.sleep(untilSwitchedMs, bench.signal)
        knock = await bench.knock(afterwards)
      }
      await bench.seeSessionThrough(knock)
    })
  },

  judge(timeline, verdict) {
    judgeUrl(timeline, verdict)
    judgePort(timeline, verdict)
    judgeReturn(timeline, verdict)
  },
})

const parametersOf = ({ bench }: Conversation) => ({
  enable: managementServer(bench.facts, 'HTTPConnectionRequestEnable'),
  interval: managementServer(bench.facts, 'PeriodicInformInterval'),
  periodic: managementServer(bench.facts, 'PeriodicInformEnable'),
  url: managementServer(bench.facts, 'ConnectionRequestURL'),
})

async function switchOff(conversation: Conversation) {
  const names = parametersOf(conversation)
  await conversation.bench.inSession('switch HTTP Connection Requests off', async session => {
    await session.call('SetParameterValues', {
      parameters: [
        { name: names.periodic, value: 'true', type: 'boolean' },
        { name: names.interval, value: String(shortPeriodSeconds), type: 'unsignedInt' },
        { name: names.enable, value: 'false', type: 'boolean' },
      ],
    })
  })
  conversation.mark('switched-off')
}

async function switchOn(conversation: Conversation) {
  const { bench, mark } = conversation
  const names = parametersOf(conversation)
  await bench.nextSession(
    'switch HTTP Connection Requests on again',
    (2 * shortPeriodSeconds + 30) * 1000,
    async session => {
      const { parameters } = await session.call('GetParameterValues', { names: [names.url] })
      mark('url-while-off', { url: parameters[0]?.value, session: session.id })
      await session.call('SetParameterValues', {
        parameters: [
          { name: names.enable, value: 'true', type: 'boolean' },
          { name: names.interval, value: String(periodicSeconds), type: 'unsignedInt' },
        ],
      })
      const back = await session.call('GetParameterValues', { names: [names.url] })
      mark('url-back', { url: back.parameters[0]?.value })
      bench.useUrl(back.parameters[0]?.value)
    },
  )
}

function judgeUrl(timeline: Timeline, { urlEmpty }: MetricJudges<typeof metrics>) {
  const read = markNamed(timeline, 'url-while-off')
  if (!read) return
  const value = read.data?.['url']
  const informed = entriesOf(timeline, 'session-opened')
    .find(entry => entry.session === read.data?.['session'])
    ?.inform.parameters.find(parameter => parameter.name.endsWith('ConnectionRequestURL'))?.value
  urlEmpty.check(value === '' && (informed ?? '') === '', {
    expected: ['an empty ConnectionRequestURL'],
    actual: `"${String(value)}", in the Inform "${informed ?? ''}"`,
    evidence: [read.seq],
  })
}

function judgePort(timeline: Timeline, { portClosed }: MetricJudges<typeof metrics>) {
  const off = markNamed(timeline, 'switched-off')
  const on = markNamed(timeline, 'url-back')
  const request = httpRequests(timeline).findLast(
    ({ label, sent, seq }) =>
      off && seq > off.seq && seq < (on?.seq ?? Infinity) && (label === whileDisabled || sent === undefined),
  )
  if (!request) return
  const finding = { expected: ['connection refused'], actual: outcomeOf(request), evidence: [request.seq] }
  if (request.answer) portClosed.fail(finding)
  else if (request.silence?.reason === 'refused') portClosed.pass(finding)
  else if (request.sent) portClosed.fail({ ...finding, actual: `the port accepts connections; ${outcomeOf(request)}` })
  else portClosed.inconclusive('No answer from the old port: it may be closed or filtered.', finding)
}

function judgeReturn(timeline: Timeline, { comesBack }: MetricJudges<typeof metrics>) {
  const back = markNamed(timeline, 'url-back')
  if (!back) return
  const request = httpRequests(timeline).findLast(({ seq }) => seq > back.seq)
  if (!request)
    return comesBack.inconclusive('No request could be made after the parameter was set back.', {
      evidence: [back.seq],
    })
  comesBack.check(request.answer !== undefined && request.answer.status < 300, {
    expected: ['the URL returns and a request is accepted'],
    actual: outcomeOf(request),
    evidence: [back.seq, request.seq],
  })
}
