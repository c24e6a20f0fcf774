import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { endWithUs } from './end-with-us.ts'

const clock = createRealClock()

/** A process that has ended and waits for somebody to ask how is not there any more. */
function isThere(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

/** A process that guards another one and says which. */
async function guardian() {
  const script = `
    import { spawn, spawnSync } from 'node:child_process'
    import { createJiti } from 'jiti'
    const { endWithUs } = await createJiti(process.cwd()).import(${JSON.stringify(fileURLToPath(new URL('./end-with-us.ts', import.meta.url)))})
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
    endWithUs(-child.pid, 'KILL')
    console.log(child.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(parent.stdout, 'data')) as [Buffer]
  const pid = Number(said.toString())
  onTestFinished(() => {
    parent.kill('SIGKILL')
    if (isThere(pid)) process.kill(pid, 'SIGKILL')
  })
  return { parent, pid }
}

test('what we started ends when we are killed', async () => {
  const { parent, pid } = await guardian()
  expect(isThere(pid)).toBe(true)
  parent.kill('SIGKILL')
  for (let looks = 0; looks < 100 && isThere(pid); looks++) await clock.sleep(10)
  expect(isThere(pid)).toBe(false)
})

test('let go, it touches nothing any more', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const letGo = endWithUs(child.pid ?? 0, 'KILL')
  letGo()
  await clock.sleep(100)
  expect(child.exitCode ?? child.signalCode).toBe(null)
})
