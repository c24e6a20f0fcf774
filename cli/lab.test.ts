import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runSchema } from '../reports/run-schema.ts'
import { ensureBuilt } from './testing/built.ts'
import { connreq, startConnreq, temporaryDirectory } from './testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

const timeoutMs = 40_000
const acsPassword = 'acs-secret-83c1f0'
const requestPassword = 'request-secret-5b77d2'

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

async function labWith(more = ''): Promise<{ directory: string; acs: string; port: number }> {
  const directory = temporaryDirectory()
  const port = await freePort()
  const profile = `
device: { name: ACME / RG 500 }
acs: { listen: "127.0.0.1:${port}", authentication: { scheme: digest, username: cpe, password: ${acsPassword} } }
connectionRequest: { password: ${requestPassword} }
timing: { firstInform: 20s }
${more}`
  writeFileSync(join(directory, 'lab.yaml'), profile)
  return { directory, acs: `http://127.0.0.1:${port}/acs`, port }
}

const simulate = (directory: string, acs: string) =>
  startConnreq(directory, ['simulate', '--acs', acs, '--username', 'cpe', '--password', acsPassword, '--json'])

/** Every file below the directory that holds one of the texts. */
function filesWith(directory: string, texts: readonly string[]): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name))
    .filter(path => texts.some(text => readFileSync(path, 'utf8').includes(text)))
}

describe.concurrent('two processes in real time', { timeout: timeoutMs }, () => {
  test('a device is met, tested and told of; no secret is in any file', async () => {
    const { directory, acs } = await labWith()
    const run = startConnreq(directory, ['run', 'lab.yaml', '--only', 'http-challenge,http-request'])
    await run.printed(`The device's turn: the first Inform at ${acs}, at most 20 s.`)
    const device = simulate(directory, acs)
    const { exitCode, stdout, stderr } = await run.ended
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain(`ACS: point the device at ${acs}`)
    expect(stdout).toContain('Plan: 2 of 2 scenarios')

    const [name = ''] = readdirSync(join(directory, 'runs'))
    expect(name).toMatch(/^ACME-RG-500-\d{8}-\d{6}$/)
    const run1 = join(directory, 'runs', name)
    expect(runSchema.parse(JSON.parse(readFileSync(join(run1, 'run.json'), 'utf8')))).toMatchObject({
      clock: 'real',
      profilePath: 'lab.yaml',
    })
    const secrets = [acsPassword, requestPassword].flatMap(text => [text, Buffer.from(text).toString('base64')])
    expect(filesWith(run1, secrets)).toEqual([])

    device.child.kill('SIGINT')
    const log = await device.ended
    expect(log.exitCode).toBe(0)
    const events = log.stdout
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { event: string }).event)
    expect([events[0], events.at(-1)]).toEqual(['booted', 'powered-off'])
  })

  test('a device that cannot be switched off at the end is an error of the lab, which changes no verdict', async () => {
    const { directory, acs } = await labWith('control: { start: "echo up", stop: "echo socket locked; exit 3" }')
    const run = startConnreq(directory, ['run', 'lab.yaml', '--only', 'http-challenge', '--out', 'run'])
    await run.printed(`The device's turn: the first Inform at ${acs}, at most 20 s.`)
    const device = simulate(directory, acs)
    const { exitCode, stdout, stderr } = await run.ended
    device.child.kill('SIGINT')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'control.stop: ended with exit code 3 (socket locked); the device may still be powered.\n',
    })
    expect(stdout).toContain('control.start: echo up\n')
    expect(stdout).toContain('control.stop: echo socket locked; exit 3\n')
    expect(stdout).toContain('KEPT: every applicable MUST that was asked kept')
  })

  test('check --wait says what the device tells, and changes nothing in it', async () => {
    const { directory, acs } = await labWith()
    const check = startConnreq(directory, ['check', 'lab.yaml', '--wait'])
    await check.printed('Waiting for the first Inform')
    const device = simulate(directory, acs)
    const { exitCode, stdout } = await check.ended
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /Heard: Example Networks, SimulatedCPE, serial number \w+, OUI 0A0B0C, from 127\.0\.0\.1\.\n/,
    )
    expect(stdout).toContain('Events: 0 BOOTSTRAP, 1 BOOT')
    expect(stdout).toMatch(/ConnectionRequestURL: http:\/\/\S+ answers with 401/)
    device.child.kill('SIGINT')
    expect((await device.ended).stdout).not.toContain('password')
  })

  test('simulate: SIGUSR1 changes a value, SIGUSR2 reboots', async () => {
    const { directory, acs } = await labWith()
    const device = startConnreq(directory, ['simulate', '--acs', acs])
    await device.printed('ConnectionRequestURL: http://127.0.0.1:')
    device.child.kill('SIGUSR1')
    await device.printed(' changed')
    device.child.kill('SIGUSR2')
    await device.printed('powered off')
    device.child.kill('SIGINT')
    expect((await device.ended).exitCode).toBe(0)
  })
})

describe.concurrent('a lab that is not ready', { timeout: timeoutMs }, () => {
  test('a taken port: one sentence, exit code 2', async () => {
    const { directory, port } = await labWith()
    const server = createServer()
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    const [run, check] = await Promise.all([
      connreq(directory, ['run', 'lab.yaml']),
      connreq(directory, ['check', 'lab.yaml']),
    ])
    server.close()
    const sentence = `Port ${port} is taken by another program; choose another with acs.listen.\n`
    expect({ exitCode: run.exitCode, stderr: run.stderr }).toEqual({ exitCode: 2, stderr: sentence })
    expect(check.exitCode).toBe(2)
    expect(check.stdout).toMatch(
      new RegExp(`^PROBLEM  Port ${port} is taken by \\S.* \\(process ${process.pid}\\)\\.$`, 'm'),
    )
  })

  test('an address that is not of this machine', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'lab.yaml'), 'acs: { listen: "192.0.2.1:7547" }')
    const { exitCode, stdout } = await connreq(directory, ['check', 'lab.yaml'])
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(/^PROBLEM {2}192\.0\.2\.1 is no address of this machine, .*\n.*acs\.listen\.$/m)
  })

  test('a device that never calls', async () => {
    const { directory, acs } = await labWith()
    const text = readFileSync(join(directory, 'lab.yaml'), 'utf8').replace('firstInform: 20s', 'firstInform: 300ms')
    writeFileSync(join(directory, 'lab.yaml'), text)
    const [run, check] = await Promise.all([
      connreq(directory, ['run', 'lab.yaml', '--out', 'run']),
      labWith('').then(async other => {
        writeFileSync(
          join(other.directory, 'lab.yaml'),
          'acs: { listen: "127.0.0.1:0" }\ntiming: { firstInform: 300ms }',
        )
        return connreq(other.directory, ['check', 'lab.yaml', '--wait'])
      }),
    ])
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toMatch(new RegExp(`^No device called ${acs} within 300 ms\\. Check that .*\\n$`))
    expect(readdirSync(join(directory, 'run'))).not.toContain('run.json')
    expect(check.exitCode).toBe(2)
    expect(check.stdout).toMatch(/^PROBLEM {2}No device called \S+ within 300 ms\. /m)
  })
})
