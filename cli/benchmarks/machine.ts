import { cpus, loadavg, release, totalmem } from 'node:os'

/** Where and in what circumstances the figures were taken. */
export interface Machine {
  cores: number
  cpu: string
  memoryMB: number
  platform: string
  node: string
  /** When the measuring began, as ISO 8601. */
  measuredAt: string
  /** Processes running or waiting, averaged over the last minute, before the measuring and after it. */
  load: { before: number; after?: number }
}

/** This machine as it is now. */
export function thisMachine(now: Date): Machine {
  const all = cpus()
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    memoryMB: Math.round(totalmem() / 1e6),
    platform: `${process.platform} ${process.arch} ${release()}`,
    node: process.version,
    measuredAt: now.toISOString(),
    load: { before: loadOfLastMinute() },
  }
}

/** The load average of the last minute; 0 where the system has none. */
export const loadOfLastMinute = () => Math.round((loadavg()[0] ?? 0) * 100) / 100
