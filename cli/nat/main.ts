import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { LabCommandFailed } from '../../fixtures/nat/lab-command.ts'
import {
  labAddresses,
  mappingLifetimeSeconds,
  type NatLab,
  openNatLab,
  whyNoNatLab,
} from '../../fixtures/nat/nat-lab.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { catchInterruption } from '../run/interruption.ts'
import { type Check, checkLine } from './check.ts'
import { loseMapping, playSuite } from './played-parts.ts'

// Why Annexes G and K exist, shown on a real NAT: `npm run nat`. Exit code 0 when all holds or nothing can be shown
// here, 1 when something does not hold.

/** With --quick: one that cannot be played behind a NAT, and the heart of the matter. */
const quickScenarios = ['http-challenge', 'udp-request', 'udp-binding', 'udp-any-source']

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } },
})
const say = (line: string) => console.log(line)
process.exitCode = await demonstrate()

async function demonstrate(): Promise<number> {
  const opened = openLab()
  if ('skipped' in opened) {
    say(`skipped: ${opened.skipped}`)
    return 0
  }
  using lab = opened
  // Also when the process ends in another way than by returning from here.
  process.once('exit', () => lab[Symbol.dispose]())
  using interruption = catchInterruption()
  const clock = createRealClock()
  const directory = mkdtempSync(join(tmpdir(), 'connreq-nat-'))
  const { device, routerInside, routerOutside, outside } = labAddresses
  say(`device ${device} | ${routerInside} NAT ${routerOutside} | ACS and STUN server ${outside}`)
  say(
    `The router forgets a UDP mapping after ${mappingLifetimeSeconds} s of silence; from outside nothing else comes in.`,
  )
  const onLine = (line: string) => void (values.verbose && say(`        | ${line}`))
  const playing = { lab, clock, directory, signal: interruption.signal, onLine }
  const parts = [() => playSuite(playing, values.quick ? quickScenarios : []), () => loseMapping(playing)]
  const checks: Check[] = []
  for (const part of parts) {
    if (interruption.signal.aborted) break
    for (const check of await part().catch(notPlayed)) {
      checks.push(check)
      say(checkLine(check))
    }
  }
  if (interruption.signal.aborted) say('Stopped by hand.')
  const bad = checks.filter(({ ok }) => !ok).length
  const allHolds = bad === 0 && !interruption.signal.aborted
  if (allHolds) rmSync(directory, { recursive: true, force: true })
  else say(`What happened is kept in ${directory}`)
  say(`nat: ${checks.length - bad} ok, ${bad} NOT ok, in ${(clock.now() / 1000).toFixed(0)} s`)
  return allHolds ? 0 : 1
}

function openLab(): (NatLab & Disposable) | { skipped: string } {
  const skipped = whyNoNatLab()
  if (skipped !== undefined) return { skipped }
  try {
    return openNatLab()
  } catch (error) {
    if (error instanceof LabCommandFailed) return { skipped: error.message }
    throw error
  }
}

function notPlayed(error: Error): Check[] {
  return [{ ok: false, text: 'The conversation comes about', seen: error.message }]
}
