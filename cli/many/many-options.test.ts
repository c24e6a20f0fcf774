import { expect, test } from 'vitest'
import { type ManyOptions, refuseOptionsForOne } from './many-options.ts'

const ordinary: ManyOptions = {
  ...{ only: [], include: [], suites: [], fault: [], variant: [], reporter: ['terminal'] },
  ...{ repeat: 1, strict: false, keepSecrets: false, realTime: false, unattended: false },
}

test.each<[string, Partial<ManyOptions>]>([
  ['--live', { live: true }],
  ['--capture', { capture: 'eth0' }],
  ['--failed', { failed: 'runs/before' }],
  ['--fault, --variant', { fault: ['no-qop'] }],
  ['--fault, --variant', { realTime: true }],
])('%s is refused with several profiles', (option, given) => {
  expect(() => refuseOptionsForOne({ ...ordinary, ...given })).toThrow(option)
})

test('everything else is taken', () => {
  expect(() =>
    refuseOptionsForOne({ ...ordinary, atOnce: 2, repeat: 3, strict: true, only: ['http-challenge'] }),
  ).not.toThrow()
})
