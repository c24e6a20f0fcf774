import { expect, test } from 'vitest'
import { openRaw } from '../../fixtures/hostile-cpe/raw-connection.ts'
import { type RogueInform, rogueInform, roguePost } from '../../fixtures/hostile-cpe/rogue-device.ts'
import { openTestAcs } from '../../harness/acs/test-acs.ts'
import { deviceAbsence } from '../../harness/device-absence.ts'
import { parseProfile } from '../../harness/device/read-profile.ts'

test('a profile can name the device that is tested, by both parts of its name', () => {
  const device = 'oui: "00D09E", serialNumber: S2'
  expect(parseProfile(`device: { ${device} }`, 'p.yaml').device).toEqual({ oui: '00D09E', serialNumber: 'S2' })
  expect(() => parseProfile('device: { serialNumber: S2 }', 'p.yaml')).toThrow('write both or neither')
  expect(() => parseProfile('device: { oui: ACME, serialNumber: S2 }', 'p.yaml')).toThrow('is no OUI')
})

test('where only another one called, it is said which', async () => {
  await using bench = await openTestAcs()
  bench.acs.expectDevice({ oui: '00D09E', serialNumber: 'S2' })
  const connection = await openRaw({
    host: '127.0.0.1',
    port: bench.acs.port,
    watch: socket => bench.clock.watch(socket),
  })
  connection.write(roguePost('/acs', rogueInform({ serialNumber: 'R1', event: '1 BOOT' })))
  while (connection.statuses().length === 0) await bench.clock.sleep(1)
  expect(deviceAbsence(bench.timeline.entries, { acsUrl: bench.acs.url, waitedMs: 1000 })).toContain(
    '127.0.0.1 called as BADBAD-R1, which is not the device that device.oui and device.serialNumber name.',
  )
})

const numbers = ['NaN', '-1', '1e9', '99999999999999999999999', '0x10', '٣', ' 7 ', '', 'Infinity', '1'.repeat(100_000)]

test.each(
  numbers.flatMap(number =>
    (['retryCount', 'maxEnvelopes'] as const).map(key => [number.slice(0, 30), key, number] as const),
  ),
)('a number that is none is read as it is: "%s" as %s', async (_, key, number) => {
  await using bench = await openTestAcs()
  const connection = await openRaw({
    host: '127.0.0.1',
    port: bench.acs.port,
    watch: socket => bench.clock.watch(socket),
  })
  const inform: RogueInform = { serialNumber: 'R1', event: '1 BOOT', [key]: number }
  connection.write(roguePost('/acs', rogueInform(inform)))
  while (connection.statuses().length === 0) await bench.clock.sleep(1)
  expect(connection.statuses()).toEqual([200])
  const [opened] = bench.all('session-opened')
  expect(opened?.inform[key]).toBe(number.trim())
  const isRight = number === ' 7 '
  expect(opened?.problems.some(({ code }) => code === (key === 'retryCount' ? 'retry-count' : 'max-envelopes'))).toBe(
    !isRight,
  )
})

test.each(['../../../etc/passwd', 'CON', 'a'.repeat(200_000), '..\\..\\x', '&#x202E;gnp', ' ', '%00'])(
  'a name that is a path or worse stays a text: %s',
  async serialNumber => {
    await using bench = await openTestAcs()
    const connection = await openRaw({
      host: '127.0.0.1',
      port: bench.acs.port,
      watch: socket => bench.clock.watch(socket),
    })
    connection.write(roguePost('/acs', rogueInform({ serialNumber, event: '1 BOOT' })))
    while (connection.statuses().length === 0) await bench.clock.sleep(1)
    expect(connection.statuses()).toEqual([200])
    expect(bench.all('session-opened')).toHaveLength(1)
  },
)
