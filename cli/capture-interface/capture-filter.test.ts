import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { captureFilter } from './capture-filter.ts'

const at = (address: string) => ({ address }) as NetworkInterfaceInfo
const interfaces = { lo: [at('127.0.0.1'), at('::1')], eth0: [at('192.0.2.10'), at('fe80::1%eth0')] }

test('what this machine says and hears over the interface, without what people do there', () => {
  expect(captureFilter('eth0', interfaces, [7780])).toBe(
    '(tcp or udp or icmp or icmp6) and (host 192.0.2.10 or host fe80::1) and not tcp port 22 and not tcp port 7780',
  )
})

test('every address where every interface is meant, and none where it has none', () => {
  expect(captureFilter('any', interfaces, [])).toContain(
    '(host 127.0.0.1 or host ::1 or host 192.0.2.10 or host fe80::1)',
  )
  expect(captureFilter('br0', interfaces, [])).toBe('(tcp or udp or icmp or icmp6) and not tcp port 22')
})
