import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SimulatedCpe, startSimulatedCpe } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { freePorts } from '../../fixtures/xmpp-servers/external-server.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { readTimelineFile } from '../../harness/timeline/file.ts'
import { mergeSchema } from '../../reports/merge/merge-schema.ts'
import { simulatedAcsCredentials } from '../../suites/simulated-bench.ts'
import { readRunRecord } from '../read-run-record.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, type ConnreqProcess, startConnreq, temporaryDirectory } from '../testing/connreq-process.ts'

// Real processes, real time, real sockets: what one device does is none of the others' business.

const clock = createRealClock()
const devices: SimulatedCpe[] = []
const timeoutMs = 120_000

beforeAll(ensureBuilt, timeoutMs)
afterAll(async () => {
  for (const device of devices) await device[Symbol.asyncDispose]()
})

interface Lab {
  directory: string
  ports: ReadonlyMap<string, number>
}

/** A folder `lab` with a profile for each name. */
async function labOf(names: readonly string[], firstInform = '1m'): Promise<Lab> {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'lab'))
  const free = await freePorts(names.length)
  const ports = new Map(names.map((name, index) => [name, free[index] ?? 0]))
  for (const [name, port] of ports)
    writeFileSync(
      join(directory, 'lab', `${name}.yaml`),
      JSON.stringify({
        features: { udp: false, xmpp: false },
        acs: { listen: `127.0.0.1:${port}`, authentication: { scheme: 'digest', ...simulatedAcsCredentials } },
        timing: { firstInform },
      }),
    )
  return { directory, ports }
}

/** Switches a device on as soon as its ACS is there. */
async function startDevice(run: ConnreqProcess, { ports }: Lab, name: string, faults: readonly string[] = []) {
  const acsUrl = `http://127.0.0.1:${ports.get(name)}/acs`
  await run.printed(`point the device at ${acsUrl}`)
  const options = { clock, acsUrl, faults, acsCredentials: simulatedAcsCredentials, transports: ['http'] as const }
  devices.push(await startSimulatedCpe({ ...options, seed: devices.length + 1 }))
}

/** Says everything to an ACS but what a device would, until nobody listens any more. */
async function sendGarbage(run: ConnreqProcess, { ports }: Lab, name: string): Promise<void> {
  const port = ports.get(name) ?? 0
  await run.printed(`point the device at http://127.0.0.1:${port}/acs`)
  const garbage = [
    '\x16\x03\x01\x02\x00'.repeat(1000),
    `POST /acs HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n${'<a>'.repeat(50_000)}`,
    `GET ${'/'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    'POST /acs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\xff\xfe',
  ]
  for (let number = 0; await sendTo(port, garbage[number % garbage.length] ?? ''); number++);
}

/** @returns whether anybody listens there */
const sendTo = (port: number, bytes: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'))
    socket.once('error', (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED' && resolve(false))
    socket.once('close', () => resolve(true))
    socket.setTimeout(200, () => socket.destroy())
    socket.resume()
  })

const recordOf = ({ directory }: Lab, name: string) => readRunRecord(join(directory, 'out', name, 'run.json'))

const mergedOf = ({ directory }: Lab) =>
  mergeSchema.parse(JSON.parse(readFileSync(join(directory, 'out', 'merged', 'merged.json'), 'utf8')))

const brokenIn = (lab: Lab, name: string) =>
  recordOf(lab, name)
    .requirements.filter(({ verdict }) => verdict === 'fail')
    .map(({ id }) => id)

const playingPid = ({ directory }: Lab, name: string): number => {
  const [first] = readTimelineFile(join(directory, 'out', name, 'timeline.jsonl')).entries
  return first?.type === 'run-started' ? first.pid : 0
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe.concurrent('several devices side by side', { timeout: timeoutMs }, () => {
  test('one never calls, one sends garbage, one playing process is killed: the others are judged as alone', async () => {
    const lab = await labOf(['conforming', 'faulty', 'garbage', 'killed', 'silent'], '8s')
    const run = startConnreq(lab.directory, ['run', 'lab', '--only', 'http-challenge', '--out', 'out'])
    const garbage = sendGarbage(run, lab, 'garbage')
    await Promise.all([
      startDevice(run, lab, 'conforming'),
      startDevice(run, lab, 'faulty', ['basic-challenge']),
      startDevice(run, lab, 'killed').then(async () => {
        await run.printed('killed      1/1 http-challenge')
        process.kill(playingPid(lab, 'killed'), 'SIGKILL')
      }),
    ])
    const { exitCode, stdout, stderr } = await run.ended
    await garbage

    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^garbage \(out\/garbage\): .+/m)
    expect(stderr).toMatch(/^silent \(out\/silent\): No device called/m)
    expect(stderr).toMatch(/^killed \(out\/killed\): .*died\. It was ended by SIGKILL\./m)
    expect(stderr).not.toMatch(/^(conforming|faulty) /m)

    expect(brokenIn(lab, 'conforming')).toEqual([])
    expect(recordOf(lab, 'conforming')).toMatchObject({ verdict: 'kept-in-part', ended: { how: 'completed' } })
    expect(brokenIn(lab, 'faulty')).toEqual(['CR-HTTP-06'])
    expect(brokenIn(lab, 'killed')).toEqual([])
    expect(recordOf(lab, 'killed').verdict).toBe('error')
    expect(readdirSync(join(lab.directory, 'out', 'silent'))).not.toContain('run.json')

    expect(stdout).toContain('NOT CONFORMANT: 1 of 5 devices broke a requirement')
    const merged = mergedOf(lab)
    expect(merged.devices.map(({ label, verdict }) => `${label.split(' ')[0]} ${verdict}`)).toEqual([
      expect.stringMatching(/ kept-in-part$/),
      expect.stringMatching(/ not-conformant$/),
      'garbage error',
      expect.stringMatching(/ error$/),
      'silent error',
    ])
    expect(readdirSync(join(lab.directory, 'out', 'merged')).toSorted()).toEqual([
      'matrix.csv',
      'merged.json',
      'report.html',
    ])
    expect(readdirSync(join(lab.directory, 'out', 'faulty', 'allure-results')).length).toBeGreaterThan(0)
  })

  test('a part is green alone, and all of them together only with every device', async () => {
    const lab = await labOf(['m', 'n'])
    const args = ['run', 'lab', '--only', 'http-challenge', '--out', 'out', '--shard', '1/2']
    const run = startConnreq(lab.directory, args)
    await startDevice(run, lab, 'm')
    expect(await run.ended).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('This is part 1 of 2') })
    expect(recordOf(lab, 'm').shelf).toEqual({ device: 'm', devices: ['m', 'n'], part: { index: 1, total: 2 } })
    const { exitCode, stdout } = await connreq(lab.directory, ['merge', 'out'])
    expect(exitCode).toBe(2)
    expect(stdout).toContain('NOT JUDGED: no run of it is here; it was to be played in part 2 of 2.')
  })

  test('Ctrl-C ends all of them: restored, with reports and the merge; one whose turn had not come is named', async () => {
    const lab = await labOf(['a', 'b', 'later'])
    const args = ['run', 'lab', '--only', 'http-duplicates', '--out', 'out', '--at-once', '2']
    const run = startConnreq(lab.directory, args)
    await Promise.all(['a', 'b'].map(name => startDevice(run, lab, name)))
    await Promise.all(['a', 'b'].map(name => run.printed(`${name}      1/1 http-duplicates`)))
    const pids = ['a', 'b'].map(name => playingPid(lab, name))
    run.child.kill('SIGINT')
    const { exitCode, stdout, stderr } = await run.ended
    expect(exitCode).toBe(2)
    expect(stdout).toContain('Stopping: trying to give the devices back')
    for (const name of ['a', 'b']) {
      expect(recordOf(lab, name).ended.how).toBe('interrupted')
      const { entries } = readTimelineFile(join(lab.directory, 'out', name, 'timeline.jsonl'))
      expect(entries.map(({ type }) => type)).toContain('restored')
      expect(stderr).toContain(`${name} (out/${name}): The run was interrupted.\n`)
    }
    expect(stderr).toContain('later (out/later): The run was interrupted before its turn.\n')
    expect(mergedOf(lab).devices.at(-1)).toMatchObject({
      label: 'later',
      verdict: 'error',
      sentence: 'NOT JUDGED: The run was interrupted before its turn.',
    })
    expect(existsSync(join(lab.directory, 'out', 'merged', 'report.html'))).toBe(true)
    expect(pids.filter(isAlive)).toEqual([])
  })

  test('kill -9: no playing process outlives it', async () => {
    const lab = await labOf(['a', 'b'])
    const run = startConnreq(lab.directory, ['run', 'lab', '--only', 'http-duplicates', '--out', 'out'])
    await Promise.all(
      ['a', 'b'].map(name => run.printed(`point the device at http://127.0.0.1:${lab.ports.get(name)}`)),
    )
    const pids = ['a', 'b'].map(name => playingPid(lab, name))
    expect(pids.filter(isAlive)).toEqual(pids)
    run.child.kill('SIGKILL')
    await run.ended
    for (let looks = 0; looks < 100 && pids.some(isAlive); looks++) await clock.sleep(20)
    expect(pids.filter(isAlive)).toEqual([])
  })
})

describe('before anything starts', () => {
  test('ports that clash are said, and nothing is made', async () => {
    const { directory } = await labOf([])
    for (const name of ['a', 'b'])
      writeFileSync(join(directory, 'lab', `${name}.yaml`), 'acs: { listen: 0.0.0.0:17547 }')
    const { exitCode, stderr } = await connreq(directory, ['run', 'lab'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('0.0.0.0:17547: lab/a.yaml (acs.listen), lab/b.yaml (acs.listen)')
    expect(readdirSync(directory)).toEqual(['lab'])
  })

  test('an option for one device is refused', async () => {
    const { directory } = await labOf(['a', 'b'])
    const { exitCode, stderr } = await connreq(directory, ['run', 'lab', '--live'])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: '--live is for one device; each device has its line in the terminal here.\n',
    })
  })
})
