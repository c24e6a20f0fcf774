import { type DeviceToJudge, judgeDevice, type JudgedMetric } from './judged-device.ts'

/** What a worker of the proof answers. */
export type WorkerAnswer = { metrics: JudgedMetric[]; ms: number } | { error: string }

process.on('message', (device: DeviceToJudge) => {
  const startedAt = process.hrtime.bigint()
  judgeDevice(device).then(
    metrics => answer({ metrics, ms: Number(process.hrtime.bigint() - startedAt) / 1e6 }),
    error => answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  )
})
process.on('disconnect', () => process.exit())

function answer(message: WorkerAnswer) {
  process.send?.(message)
}
