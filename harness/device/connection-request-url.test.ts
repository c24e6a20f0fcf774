import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linkLocalProblem, parseConnectionRequestUrl } from './connection-request-url.ts'

describe('a ConnectionRequestURL', () => {
  test.each([
    ['http://192.0.2.1:7547/cr', { scheme: 'http', host: '192.0.2.1', port: 7547, path: '/cr' }],
    ['http://192.0.2.1', { scheme: 'http', host: '192.0.2.1', port: 80, path: '' }],
    ['http://192.0.2.1:/', { scheme: 'http', host: '192.0.2.1', port: 80, path: '/' }],
    ['https://cpe.example/', { scheme: 'https', host: 'cpe.example', port: 443, path: '/' }],
    ['HTTP://cpe.example:1/a?b=c', { scheme: 'http', host: 'cpe.example', port: 1, path: '/a?b=c' }],
    ['http://cpe.example?b', { scheme: 'http', host: 'cpe.example', port: 80, path: '?b' }],
    ['http://[2001:db8::1]:65535/x', { scheme: 'http', host: '2001:db8::1', port: 65_535, path: '/x' }],
    ['http://[::1]', { scheme: 'http', host: '::1', port: 80, path: '' }],
    ['ftp://192.0.2.1/', { scheme: 'ftp', host: '192.0.2.1', port: 80, path: '/' }],
  ])('%s has its parts', (url, parts) => {
    expect(parseConnectionRequestUrl(url)).toEqual(parts)
  })

  test.each([
    ['', 'is no URL of the form'],
    ['192.0.2.1:7547/cr', 'is no URL of the form'],
    [' http://192.0.2.1/', 'is no URL of the form'],
    ['http:/192.0.2.1/', 'is no URL of the form'],
    ['http://192.0.2.1/\n', 'is no URL of the form'],
    ['http:///cr', 'names no host'],
    ['http://:7547/cr', 'names no host'],
    ['http://2001:db8::1/', 'is not in brackets'],
    ['http://2001:db8:0:0:0:0:0:1:7547/', 'is not in brackets'],
    ['http://[192.0.2.1]/', '"[192.0.2.1]" is no IPv6 address'],
    ['http://[fe80::1%25eth0]:7547/', '"[fe80::1%25eth0]" has a zone, which no URL can have'],
    ['http://[fe80::1%eth0]/', '"[fe80::1%eth0]" has a zone'],
    ['http://[]/', '"[]" is no IPv6 address'],
    ['http://192.0.2/', '"192.0.2" is no IPv4 address'],
    ['http://192.0.2.256/', '"192.0.2.256" is no IPv4 address'],
    ['http://192.0.2.1:port/', 'is no host and port'],
    ['http://192.0.2.1:-1/', 'is no host and port'],
    ['http://192.0.2.1:0/', '0 is no port'],
    ['http://192.0.2.1:65536/', '65536 is no port'],
    ['http://user@192.0.2.1/', 'has a forbidden character'],
    ['http://cpe_ä.example/', 'has a forbidden character'],
    ['http://192.0.2.1/a b', 'has a blank or a character outside ASCII'],
    ['http://192.0.2.1/ä', 'has a blank or a character outside ASCII'],
  ])('%j has a problem: %s', (url, problem) => {
    expect(parseConnectionRequestUrl(url).problem).toContain(problem)
  })

  test.each([
    ['http://[fe80::1]:7547/cr', true],
    ['http://[FEBF::1%25eth0]/', true],
    ['http://[fec0::1]/', false],
    ['http://[fd00::2]/', false],
    ['http://fe80.example/', false],
  ])('%s leads to one link only: %s', (url, isOne) => {
    expect(linkLocalProblem(url) !== undefined).toBe(isOne)
  })

  test('keeps its scheme where only the rest is wrong', () => {
    expect(parseConnectionRequestUrl('https://192.0.2/')).toMatchObject({ scheme: 'https' })
  })
})

test('whatever is put together is taken apart again', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
  const path = fc.oneof(
    fc.constant(''),
    fc.webPath().map(segments => `/${segments}`),
  )
  const port = fc.integer({ min: 1, max: 65_535 })
  fc.assert(
    fc.property(fc.constantFrom('http', 'https'), host, port, path, (scheme, host, port, path) => {
      const url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`
      expect(parseConnectionRequestUrl(url)).toEqual({ scheme, host, port, path })
    }),
  )
})

test('any text has either all its parts or a problem', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.string().map(rest => `http://${rest}`),
  )
  const isSound = (url: string) => {
    const parsed = parseConnectionRequestUrl(url)
    if (parsed.problem !== undefined) return parsed.problem !== ''
    const { scheme, host, port, path } = parsed
    return host !== '' && port > 0 && url.toLowerCase().startsWith(`${scheme}://`) && url.endsWith(path)
  }
  fc.assert(
    fc.property(text, url => {
      expect(isSound(url)).toBe(true)
    }),
  )
})
