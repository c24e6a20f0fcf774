import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { curlArguments, curlCommand } from './curl-command.ts'

const request = {
  method: 'GET',
  target: '/b7f3c1',
  headers: [['Host', '192.0.2.77:30005']] as [string, string][],
  raw: { text: 'GET /b7f3c1 HTTP/1.1\r\nHost: 192.0.2.77:30005\r\n\r\n', length: 48 },
  credentials: 'digest' as const,
  to: { address: '192.0.2.77', port: 30005 },
}

test('an ordinary request, with placeholders for its credentials', () => {
  expect(curlCommand(request)).toEqual({
    command: "curl --verbose --digest --user 'USER:PASSWORD' 'http://192.0.2.77:30005/b7f3c1'",
    without: [],
  })
  expect(curlCommand({ ...request, credentials: 'none' }).command).not.toContain('--user')
})

test('what differs from what curl does by itself: method, headers, body, host, places in IPv6', () => {
  const unusual = {
    ...request,
    method: 'POST',
    headers: [
      ['Host', 'elsewhere.test'],
      ['Authorization', '[redacted]'],
      ['X-Empty', ''],
      ['Content-Length', '5'],
    ] as [string, string][],
    raw: { text: "POST /b7f3c1 HTTP/1.1\r\n\r\n@it's", length: 31 },
    to: { address: '2001:db8::1', port: 80 },
  }
  expect(curlArguments(unusual).parameters).toEqual([
    ...['--verbose', '--digest', '--user', 'USER:PASSWORD', '--request', 'POST'],
    ...['--header', 'Host: elsewhere.test', '--header', 'X-Empty;', '--header', 'Content-Type:'],
    ...['--data-raw', "@it's", '--globoff', 'http://[2001:db8::1]:80/b7f3c1'],
  ])
  expect(curlCommand(unusual).command).toContain(`--data-raw '@it'\\''s'`)
})

test('what cannot stand in one visible line is left out, and that is said', () => {
  const { command, without } = curlCommand({
    ...request,
    headers: [['Host', 'a\u202eb']],
    raw: { text: 'GET / HTTP/1.1\r\n\r\n\x07', length: 19 },
  })
  expect(command).not.toContain('Host')
  expect(without).toEqual(['its header Host', 'its body'])
})

test('whatever the device chose as its URL, the shell hands it on as it is, and it stays data', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(...`/'"\`$(){}[];&|<>*?!~#\\-= ab%\n\t\u0000é\u202e😀.`.split('')),
    maxLength: 20,
  })
  const requests = fc.record({ target: hostile, host: hostile, body: hostile, name: hostile })
  const commands = fc.sample(requests, { numRuns: 300, seed: 7 }).map(({ target, host, body, name }) => {
    const sent = {
      ...request,
      target,
      headers: [
        ['Host', host],
        [`X-${name}`, body],
      ] as [string, string][],
      raw: { text: `GET ${target} HTTP/1.1\r\n\r\n${body}`, length: 1 },
    }
    return { ...curlCommand(sent), parameters: curlArguments(sent).parameters }
  })
  // One shell for all: each line prints its words, an end of line after each.
  const script = commands.map(({ command }) => `printf '%s\\n' ${command.slice('curl '.length)}`).join('\n')
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toBe(commands.map(({ parameters }) => parameters.map(word => `${word}\n`).join('')).join(''))
  for (const { command, parameters } of commands) {
    expect(visibleText(command)).toBe(command)
    expect(parameters.at(-1)).toMatch(/^http:\/\/192\.0\.2\.77:30005\/[!-~]*$/)
    expect(new URL(parameters.at(-1)!).host).toBe('192.0.2.77:30005')
  }
})
