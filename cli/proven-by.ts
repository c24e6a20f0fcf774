import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'

interface ProofTable {
  metrics: { requirement: string; provenBy: string[] }[]
}

/** By requirement id: the faults that its checks were seen to catch, from `proof.json`; empty where none is shipped. */
export function provenBy(path = join(packageRoot, 'proof.json')): Map<string, string[]> {
  const proven = new Map<string, string[]>()
  if (!existsSync(path)) return proven
  const { metrics } = JSON.parse(readFileSync(path, 'utf8')) as ProofTable
  for (const metric of metrics)
    proven.set(metric.requirement, [...new Set([...(proven.get(metric.requirement) ?? []), ...metric.provenBy])])
  return proven
}
