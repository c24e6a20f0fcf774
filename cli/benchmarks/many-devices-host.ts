import { readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SimulatedCpe, startSimulatedCpe } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { simulatedAcsCredentials } from '../../suites/simulated-bench.ts'
import type { DeviceWords } from './many-devices-timing.ts'
import type { PlannedDevice } from './many-devices-plan.ts'

// A process of its own with several simulated devices in real time. Arguments: a file with their plan (JSON), the
// directory where files called `start-<device>` and `change-<device>` tell it to switch a device on or to change a
// value of it, and the directory where each device's words are left at the end (SIGTERM).

const [planFile = '', orders = '', words = ''] = process.argv.slice(2)
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as PlannedDevice[]
const clock = createRealClock()
const devices = new Map<string, SimulatedCpe>()
const said = new Map<string, DeviceWords>()

watch(orders, takeOrders)
takeOrders()
process.once('SIGTERM', () => {
  for (const [name, own] of said) writeFileSync(join(words, `${name}.json`), JSON.stringify(own))
  process.exit(0)
})
process.stdout.write('ready\n')

function takeOrders(): void {
  for (const file of readdirSync(orders)) {
    const [, order, name] = /^(start|change)-(.+)$/.exec(file) ?? []
    const device = plan.find(one => one.name === name)
    if (!device) continue
    rmSync(join(orders, file), { force: true })
    if (order === 'start') void start(device)
    else devices.get(device.name)?.changeValue()
  }
}

async function start({ name, port, seed, fault }: PlannedDevice): Promise<void> {
  const own: DeviceWords = { startedAt: clock.wallTime().getTime() - clock.now(), log: [] }
  said.set(name, own)
  const device = await startSimulatedCpe({
    clock,
    acsUrl: `http://127.0.0.1:${port}/acs`,
    acsCredentials: simulatedAcsCredentials,
    faults: fault === undefined ? [] : [fault],
    transports: ['http'],
    seed,
    onLog: entry => {
      if (entry.event === 'connection-request-replied' || entry.event === 'session-attempt') own.log.push(entry)
    },
  })
  devices.set(name, device)
}
