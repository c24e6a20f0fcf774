import { describe, expect, test } from 'vitest'
import { capture, periodic } from '../suites/passive/written-capture.ts'
import type { Happening } from '../suites/written-timeline.ts'
import { judgeEntries } from './judge-timeline.ts'

describe('the run record of a capture', () => {
  const forced = ['DeviceInfo.HardwareVersion', 'DeviceInfo.SoftwareVersion', 'DeviceInfo.ProvisioningCode']
  const complete = [...forced, 'ManagementServer.ParameterKey', 'ManagementServer.ConnectionRequestURL'].map(name => ({
    name: `Device.${name}`,
    value: 'http://192.0.2.2:30005/q7x2',
  }))
  const record = (...happenings: Happening[]) => {
    const entries = capture(...happenings).filter(({ seq }) => seq === 1 || seq > 5)
    return judgeEntries('field.pcapng', entries).record
  }

  test('is never that of a conforming device', () => {
    const { verdict, sentence, captured } = record(periodic(5000, { parameters: complete }))
    expect(verdict).toBe('kept-in-part')
    expect(sentence).toMatch(/^KEPT as far as the capture shows: \d+ requirements judged/)
    expect(captured?.file).toBe('field.pcapng')
  })

  test('says what it shows of a device that is not', () => {
    const { verdict, sentence } = record(periodic(5000, { parameters: [] }))
    expect(verdict).toBe('not-conformant')
    expect(sentence).toMatch(/^NOT CONFORMANT as far as the capture shows: /)
  })
})
