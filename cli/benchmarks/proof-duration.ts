import { fileURLToPath } from 'node:url'
import type { Benchmark } from './benchmark.ts'
import { runScript } from './child-process.ts'

const proofScript = fileURLToPath(new URL('../proof/main.js', import.meta.url))
const oneFault = ['session-never']

/** How long `npm run proof` takes: every fault and every variant, the whole suite against each. */
export const proofDuration: Benchmark = {
  name: 'proof',
  about: 'every fault and every variant of the simulated device',
  async measure({ clock, quick }) {
    // A proof that does not hold takes its time all the same; whether it holds is not what is measured here.
    const { ms, lines } = await runScript(proofScript, quick ? oneFault : [], { clock, expected: [0, 1] })
    const note = lines.at(-1) ?? 'it said nothing'
    return [{ name: 'proof', value: ms / 1000, unit: 's', target: 60, note: quick ? `one fault only: ${note}` : note }]
  },
}
