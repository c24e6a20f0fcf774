import { expect, test } from 'vitest'
import { parseConnectionRequestUrl } from './connection-request-url.ts'

test.each([
  ['http://192.0.2.1:7547/a/b?c=%2f', '192.0.2.1', 7547, '192.0.2.1:7547', '/a/b?c=%2f'],
  ['HTTP://Device.example', 'Device.example', 80, 'Device.example', '/'],
  ['http://192.0.2.1:7547?x', '192.0.2.1', 7547, '192.0.2.1:7547', '/?x'],
  ['http://192.0.2.1/a/../b#c', '192.0.2.1', 80, '192.0.2.1', '/a/../b'],
  ['https://192.0.2.1:7547/a', '192.0.2.1', 7547, '192.0.2.1:7547', '/a'],
  ['http://[2001:db8::1]:7547/a', '2001:db8::1', 7547, '[2001:db8::1]:7547', '/a'],
  ['http://::ffff:192.0.2.1:7547/a', '::ffff:192.0.2.1', 7547, '::ffff:192.0.2.1:7547', '/a'],
  ['http://user:pass@192.0.2.1:7547/a', '192.0.2.1', 7547, '192.0.2.1:7547', '/a'],
])('%s', (url, host, port, authority, target) => {
  expect(parseConnectionRequestUrl(url)).toEqual({ host, port, authority, target })
})

test.each(['', 'ftp://192.0.2.1/', 'http://:7547/a', 'http:///a', 'http://192.0.2.1:99999/', 'http://a:b:c/', '/a'])(
  'leads nowhere: "%s"',
  url => {
    expect(parseConnectionRequestUrl(url)).toBeUndefined()
  },
)
