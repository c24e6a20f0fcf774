import { expect, test } from 'vitest'
import { askQuestions, type Prompts } from './ask-questions.ts'

const machine = [
  { address: '127.0.0.1', interface: 'lo', prefix: 8 },
  { address: '192.0.2.2', interface: 'eth0', prefix: 24 },
  { address: '10.0.0.5', interface: 'eth1', prefix: 8 },
  { address: 'fe80::1', interface: 'eth1', prefix: 64 },
]
const found = { machine, ports: { acs: 7548, xmpp: 5222, stun: 3478 } }

/** Answers by the beginning of the question; the default, or the first choice, where none is given. */
function answering(answers: Record<string, unknown>) {
  const asked: string[] = []
  const answer = (message: string, otherwise: unknown): never => {
    asked.push(message)
    const [, given = otherwise] = Object.entries(answers).find(([begin]) => message.startsWith(begin)) ?? []
    return Promise.resolve(given) as never
  }
  const prompts: Prompts = {
    input: question => answer(question.message, question.default ?? ''),
    password: question => answer(question.message, ''),
    select: question => answer(question.message, question.choices[0]?.value),
    checkbox: question => answer(question.message, []),
    confirm: question => answer(question.message, question.default),
  }
  return { prompts, asked }
}

test('defaults make a profile that finds everything out', async () => {
  const { prompts, asked } = answering({})
  expect(await askQuestions(prompts, found)).toEqual({
    ...{ acsListen: '0.0.0.0:7548', acsUrl: 'http://192.0.2.2:7548/acs', tls: false },
    features: { http: 'auto', udp: 'auto', xmpp: 'auto' },
    ...{ authentication: { scheme: 'none' }, reboot: 'rpc', canBeReset: false, heard: [] },
  })
  expect(asked).toHaveLength(8)
})

test('everything answered', async () => {
  const { prompts } = answering({
    ...{ 'Name of': 'ACME', 'Its firmware': '2', 'Which address': '10.0.0.5', Port: '80', Shall: true },
    ...{ 'Which Connection': true, 'Which?': ['xmpp'], 'How does': 'digest', 'Its user': 'cpe', 'Its password': 'pw' },
    ...{ 'How can': 'command', 'The command': 'power-socket cycle 3' },
  })
  expect(await askQuestions(prompts, found)).toEqual({
    ...{ name: 'ACME', firmware: '2', acsListen: '0.0.0.0:80', acsUrl: 'https://10.0.0.5:80/acs', tls: true },
    features: { http: false, udp: false, xmpp: true },
    authentication: { scheme: 'digest', username: 'cpe', password: 'pw' },
    ...{ reboot: 'power-socket cycle 3', canBeReset: false, xmppListen: '0.0.0.0:5222', heard: [] },
  })
})

test('the addresses that may face a device are offered, loopback last, link-local not at all', async () => {
  let offered: string[] = []
  const { prompts } = answering({})
  const select: Prompts['select'] = question => {
    if (question.message.startsWith('Which address')) offered = question.choices.map(({ name }) => name)
    return prompts.select(question)
  }
  await askQuestions({ ...prompts, select }, found)
  expect(offered).toEqual([
    '192.0.2.2 (eth0)',
    '10.0.0.5 (eth1)',
    '127.0.0.1 (only for a device on this machine, as connreq simulate)',
  ])
})

test('who knows which Connection Requests there are names one at least', async () => {
  let required: boolean | undefined
  const { prompts } = answering({ 'Which Connection': true, 'Which?': ['http'] })
  const checkbox: Prompts['checkbox'] = question => {
    required = question.required
    return prompts.checkbox(question)
  }
  await askQuestions({ ...prompts, checkbox }, found)
  expect(required).toBe(true)
})

test('names are taken without the blanks around them, and a user name is not left blank', async () => {
  let validate: ((text: string) => true | string) | undefined
  const { prompts } = answering({ 'Name of': ' ACME ', 'Its firmware': '  ', 'How does': 'basic', 'Its user': ' cpe ' })
  const input: Prompts['input'] = question => {
    if (question.message.startsWith('Its user')) validate = question.validate
    return prompts.input(question)
  }
  const answers = await askQuestions({ ...prompts, input }, found)
  expect(answers).toMatchObject({ name: 'ACME', authentication: { scheme: 'basic', username: 'cpe' } })
  expect(answers).not.toHaveProperty('firmware')
  expect([' ', 'cpe'].map(text => validate?.(text) === true)).toEqual([false, true])
})
