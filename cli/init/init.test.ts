import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readProfile } from '../../harness/device/read-profile.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, startConnreq, temporaryDirectory } from '../testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

/** A port that was free a moment ago. */
const freePort = () =>
  new Promise<number>(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

describe.concurrent('connreq init', { timeout: 40_000 }, () => {
  test('without a terminal it says what to do, and writes nothing', async () => {
    const directory = temporaryDirectory()
    const { exitCode, stderr } = await connreq(directory, ['init'])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^Nobody is there to be asked .* --hear .* --yes /)
    expect(existsSync(join(directory, 'lab.yaml'))).toBe(false)
  })

  test('--yes takes the defaults; a file that is there stays as it is', async () => {
    const directory = temporaryDirectory()
    const first = await connreq(directory, ['init', '--yes'])
    expect(first).toMatchObject({ exitCode: 0, stderr: '' })
    expect(first.stdout).toContain('lab.yaml is written.\n')
    expect(readProfile(join(directory, 'lab.yaml')).control).toEqual({ reboot: 'rpc' })
    writeFileSync(join(directory, 'lab.yaml'), 'mine')
    const second = await connreq(directory, ['init', '--yes'])
    expect(second.exitCode).toBe(2)
    expect(second.stderr).toMatch(/^lab\.yaml is there already, and is not overwritten/)
    expect(readFileSync(join(directory, 'lab.yaml'), 'utf8')).toBe('mine')
  })

  test('--hear takes from the first device what it tells, and its password from nobody', async () => {
    const directory = temporaryDirectory()
    const port = await freePort()
    const init = startConnreq(directory, ['init', 'heard.yaml', '--hear', '--listen', `127.0.0.1:${port}`])
    await init.printed('Waiting for the first Inform')
    const device = startConnreq(directory, ['simulate', '--acs', `http://127.0.0.1:${port}/acs`, '--username', 'cpe'])
    const { exitCode, stderr } = await init.ended
    device.child.kill('SIGINT')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const path = join(directory, 'heard.yaml')
    expect(readProfile(path)).toMatchObject({
      device: { name: 'Example Networks SimulatedCPE', firmware: '2.4.1' },
      features: { http: true, udp: true, xmpp: true },
      acs: { listen: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/acs`, authentication: { scheme: 'none' } },
      control: { reboot: 'rpc' },
    })
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(
      /# Heard: OUI 0A0B0C, ProductClass SimulatedCPE, serial number \w+, from 127\.0\.0\.1\.\n# Data model/,
    )
    expect(text).toContain('  #   username: cpe\n  #   password: the-password-in-the-device\n')
    expect(text).not.toContain('its-acs-password')
    expect(statSync(path).mode & 0o077).not.toBe(0)
    expect((await device.ended).stdout).not.toMatch(/password|changed/)
  })

  test('a place to listen is for --hear, and must be one', async () => {
    const directory = temporaryDirectory()
    const [alone, wrong] = await Promise.all([
      connreq(directory, ['init', '--yes', '--listen', '127.0.0.1:7547']),
      connreq(directory, ['init', '--hear', '--listen', 'here']),
    ])
    expect([alone.exitCode, wrong.exitCode]).toEqual([2, 2])
    expect(alone.stderr).toMatch(/^--listen is for --hear/)
    expect(wrong.stderr).toMatch(/^--listen must be an address and a port/)
  })

  test('--hear and --yes exclude one another, and a folder that is not there is told before anything is asked', async () => {
    const directory = temporaryDirectory()
    const [both, nowhere] = await Promise.all([
      connreq(directory, ['init', '--hear', '--yes']),
      connreq(directory, ['init', 'no/where/x.yaml', '--hear']),
    ])
    expect([both.exitCode, nowhere.exitCode]).toEqual([2, 2])
    expect(both.stderr).toMatch(/^--hear waits for the device and --yes for nobody; give one of them\./)
    expect(nowhere.stderr).toMatch(/^no\/where\/x\.yaml cannot be written: the folder no\/where is not there\.\n$/)
  })

  test('--hear writes the name by which the device called, and says where that is not the URL it was to be given', async () => {
    const directory = temporaryDirectory()
    const port = await freePort()
    const init = startConnreq(directory, ['init', 'heard.yaml', '--hear', '--listen', `127.0.0.1:${port}`])
    await init.printed('Waiting for the first Inform')
    const device = startConnreq(directory, ['simulate', '--acs', `http://localhost:${port}/acs`])
    const { exitCode, stdout } = await init.ended
    device.child.kill('SIGINT')
    expect(exitCode).toBe(0)
    const called = `http://localhost:${port}/acs`
    expect(stdout).toContain(
      `The device called ${called}, not http://127.0.0.1:${port}/acs: the URL it called is written.`,
    )
    expect(stdout).toContain(`Enter this URL in the device: ${called}\n`)
    expect(readProfile(join(directory, 'heard.yaml')).acs.url).toBe(called)
  })
})
