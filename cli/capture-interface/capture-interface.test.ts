import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { captureInterface } from './capture-interface.ts'
import { type FoundProgram, findCaptureProgram } from './capture-program.ts'

const clock = createRealClock()

/** A program of that name that does what a script does. */
function stub(name: 'dumpcap' | 'tcpdump', script: string): FoundProgram {
  const directory = temporaryDirectory()
  const path = join(directory, name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  const found = findCaptureProgram([directory])
  if (!found) throw new Error(`${path} is not found.`)
  return found
}

const start = (more: { found?: FoundProgram | undefined; interface?: string; largest?: number; filter?: string }) => {
  const runDirectory = temporaryDirectory()
  return { runDirectory, starting: captureInterface({ interface: 'lo', runDirectory, clock, ...more }) }
}

/** Resolves when the stub, which has written its number beside itself, is gone; does `meanwhile` until then. */
async function hasEnded({ path }: FoundProgram, meanwhile = () => {}): Promise<void> {
  const pid = Number(readFileSync(`${path}.pid`, 'utf8'))
  for (;;) {
    meanwhile()
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await clock.sleep(10)
  }
}

describe('a capture that does not begin is a problem of usage that says what to do, and leaves no file', () => {
  test.each<[string, FoundProgram | undefined, string | undefined, string]>([
    ['no program', undefined, undefined, 'install one of them'],
    [
      'no rights',
      stub('dumpcap', 'echo "dumpcap: You do not have permission to capture on device \\"lo\\"." >&2; exit 1'),
      undefined,
      'setcap cap_net_raw',
    ],
    [
      'no such interface',
      stub('tcpdump', 'echo "tcpdump: lo: No such device exists" >&2; exit 1'),
      undefined,
      'No such device exists',
    ],
    ['an option as interface', undefined, '-w/etc/passwd', 'the name of an interface'],
    ['a pipe as interface', undefined, '/tmp/pipe', 'the name of an interface'],
    ['another machine', undefined, 'rpcap://192.0.2.1/eth0', 'the name of an interface'],
  ])('%s', async (_what, found, name, message) => {
    const { runDirectory, starting } = start({ found, ...(name === undefined ? {} : { interface: name }) })
    await expect(starting).rejects.toMatchObject({
      code: 'CONNREQ_USAGE',
      message: expect.stringContaining(message) as string,
    })
    expect(readdirSync(runDirectory)).toEqual([])
  })
})

describe('with a program of ours in the place of the real one', () => {
  test('dumpcap gets its arguments one by one, whatever they hold', async () => {
    const found = stub('dumpcap', 'for each in "$@"; do echo "[$each]"; done; echo "File: -" >&2; exec sleep 60')
    const { runDirectory, starting } = start({ found, filter: '-w /etc/passwd; $(reboot)', largest: 5000 })
    const capture = await starting
    expect(await capture.stop()).toMatchObject({ file: 'capture-lo.pcapng', program: 'dumpcap' })
    const printed = spawnSync('cat', [join(runDirectory, 'capture-lo.pcapng')], { encoding: 'utf8' }).stdout
    expect(printed.split('\n')).toEqual(expect.arrayContaining(['[-f]', '[-w /etc/passwd; $(reboot)]', '[filesize:5]']))
  })

  test('tcpdump takes no option out of a filter', async () => {
    const found = stub(
      'tcpdump',
      'for each in "$@"; do echo "[$each]"; done; echo "listening on lo" >&2; exec sleep 60',
    )
    const { runDirectory, starting } = start({ found, filter: '-w /etc/passwd' })
    await (await starting).stop()
    const printed = spawnSync('cat', [join(runDirectory, 'capture-lo.pcap')], { encoding: 'utf8' }).stdout
    expect(printed).toContain('[--]\n[-w /etc/passwd]\n')
  })

  test('one that dies is told of, in its own words, and stopping it is no error', async () => {
    const found = stub(
      'dumpcap',
      'echo $$ > "$0.pid"; echo "File: -" >&2; sleep 0.1; echo "dumpcap: The interface went down." >&2; exit 2',
    )
    const capture = await start({ found }).starting
    await hasEnded(found)
    expect(await capture.stop()).toMatchObject({
      problem: expect.stringContaining('The interface went down.') as string,
    })
  })

  test('one that grows too long is ended', async () => {
    const found = stub(
      'tcpdump',
      'echo $$ > "$0.pid"; echo "listening on lo" >&2; trap "exit 0" INT; while :; do echo 0123456789012345678901234567890123456789; done',
    )
    const { runDirectory, starting } = start({ found, largest: 10_000 })
    const capture = await starting
    await hasEnded(found, () => capture.look())
    const { problem } = await capture.stop()
    expect(problem).toContain('and what came later is not in it')
    expect(existsSync(join(runDirectory, 'capture-lo.pcap'))).toBe(true)
  })

  test('one that does not end when it is asked to is killed', { timeout: 15_000 }, async () => {
    const capture = await start({
      found: stub('dumpcap', 'trap "" INT; echo "File: -" >&2; while :; do sleep 1; done'),
    }).starting
    const asked = clock.now()
    await capture.stop()
    expect(clock.now() - asked).toBeLessThan(8000)
  })
})

const real = findCaptureProgram()
const readable = spawnSync('tshark', ['-v']).status === 0
const permitted =
  real !== undefined &&
  spawnSync(real.path, ['-i', 'lo', '-c', '1', '-w', '/dev/null', '-a', 'duration:1']).status === 0
const why = [
  ...(permitted ? [] : ['nothing may be captured on lo']),
  ...(readable ? [] : ['tshark is missing to read it']),
].join(', ')
if (why !== '') console.warn(`No real capture is tried: ${why}.`)

describe.skipIf(why !== '')('a real capture on lo', () => {
  test('what went over it from the beginning to the end is in the file, which only its owner may read', async () => {
    const server = createServer((_request, response) => response.end('an answer'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { runDirectory, starting } = start({ filter: `tcp port ${port}` })
    const capture = await starting
    await new Promise<void>(resolve =>
      get({ port, path: '/asked', agent: false }, got => got.resume().on('end', resolve)),
    )
    server.close()
    const { packets, file, problem } = await capture.stop()
    expect({ problem, lost: packets === 0 }).toEqual({ problem: undefined, lost: false })
    const path = join(runDirectory, file)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const args = ['-r', path, '-d', `tcp.port==${port},http`, '-Y', 'http', '-T', 'fields', '-e', 'http.request.uri']
    const { stdout } = spawnSync('tshark', [...args, '-e', 'http.response.code'], { encoding: 'utf8' })
    expect(stdout.trim().split(/\s+/)).toEqual(['/asked', '200'])
  })
})
