import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faults, variants } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { packageRoot } from '../package-root.ts'
import { judgeAll, nameOf } from './judge-all.ts'
import { buildProof } from './matrix.ts'
import { describeProof } from './describe-proof.ts'

// npm run proof [-- ID ...]: every fault and every variant, or those named, in virtual time.
const wanted = process.argv.slice(2).filter(argument => !argument.startsWith('-'))
const chosen = <T extends { id: string }>(rows: readonly T[]) =>
  wanted.length === 0 ? rows : rows.filter(({ id }) => wanted.includes(id))
const startedAt = process.hrtime.bigint()
const devices = [
  { transport: 'all' as const, faults: [], variants: [] },
  { transport: 'all' as const, faults: [], variants: [], tls: true as const },
  ...chosen(faults).map(({ id, transport, overTls }) => ({
    transport,
    faults: [id],
    variants: [],
    ...(overTls ? { tls: true as const } : {}),
  })),
  ...chosen(variants).map(({ id, transport }) => ({ transport, faults: [], variants: [id] })),
]
const judged = await judgeAll(devices, ({ device, metrics, ms }) => {
  if (!process.argv.includes('--verbose')) return
  console.log(`${nameOf(device)} (${Math.round(ms)} ms)`)
  for (const metric of metrics)
    if (!['pass', 'not-asked', 'not-applicable'].includes(metric.verdict))
      console.log(
        `   ${metric.verdict.padEnd(13)} ${metric.requirement} ${metric.scenario} ${metric.name}: ${metric.because}`,
      )
})
const proof = buildProof(judged, { faults, variants })
if (wanted.length === 0) writeFileSync(join(packageRoot, 'proof.json'), `${JSON.stringify(proof, null, 2)}\n`)
console.log(describeProof(proof, { whole: wanted.length === 0 }))
console.log(`${devices.length} devices judged in ${(Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(1)} s.`)
process.exitCode = proof.ok || wanted.length > 0 ? 0 : 1
