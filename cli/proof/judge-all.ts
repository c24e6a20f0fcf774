import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { DeviceToJudge, JudgedMetric } from './judged-device.ts'
import type { WorkerAnswer } from './worker.ts'

/** A device of the matrix with its outcome. */
export interface JudgedDevice {
  device: DeviceToJudge
  metrics: JudgedMetric[]
  /** Real time that it took, in milliseconds. */
  ms: number
}

/**
 * Judges all devices in a process per core, one device at a time each, in the order given.
 * @throws Error when a run breaks down; the message names the device
 */
export async function judgeAll(
  devices: readonly DeviceToJudge[],
  onJudged: (judged: JudgedDevice) => void,
): Promise<JudgedDevice[]> {
  const results: JudgedDevice[] = []
  let next = 0
  const work = async (worker: ChildProcess) => {
    for (let index = next++; index < devices.length; index = next++) {
      const device = devices[index] as DeviceToJudge
      const answer = await ask(worker, device)
      if ('error' in answer) throw new Error(`Judging ${nameOf(device)} broke down: ${answer.error}`)
      const judged = { device, ...answer }
      results[index] = judged
      onJudged(judged)
    }
  }
  const workers = Array.from({ length: Math.min(availableParallelism(), devices.length) }, () =>
    fork(fileURLToPath(new URL('./worker.js', import.meta.url)), { execArgv: ['--max-semi-space-size=64'] }),
  )
  try {
    await Promise.all(workers.map(work))
  } finally {
    for (const worker of workers) worker.kill()
  }
  return results
}

/** "fault session-late", "variant reply-200", "the conforming device" */
export const nameOf = ({ faults, variants, tls, transport }: DeviceToJudge) =>
  `${[...faults.map(id => `fault ${id}`), ...variants.map(id => `variant ${id}`)].join(', ') || `the conforming device (${transport})`}${tls ? ' over TLS' : ''}`

function ask(worker: ChildProcess, device: DeviceToJudge): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) =>
      reject(new Error(`A process of the proof ended with ${code} at ${nameOf(device)}.`))
    worker.once('exit', died)
    worker.once('message', answer => {
      worker.off('exit', died)
      resolve(answer as WorkerAnswer)
    })
    worker.send(device)
  })
}
