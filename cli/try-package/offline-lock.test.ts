import { expect, test } from 'vitest'
import { projectWith } from './offline-lock.ts'

test('an empty project has the package and what it needs, as the checkout has it, and nothing else', () => {
  const { packageJson, lock } = projectWith('../connreq-1.0.0.tgz', {
    lockfileVersion: 3,
    packages: {
      '': {
        name: 'connreq',
        version: '1.0.0',
        dependencies: { zod: '4' },
        devDependencies: { nock: '1' },
        scripts: {},
      },
      'node_modules/zod': { version: '4.0.0', resolved: 'https://registry.example/zod.tgz', integrity: 'sha512-1' },
      'node_modules/nock': { version: '1.0.0', dev: true },
      'node_modules/fsevents': { version: '2.0.0', optional: true },
    },
  })
  expect(packageJson).toMatchObject({ dependencies: { connreq: 'file:../connreq-1.0.0.tgz' } })
  expect(lock.packages).toEqual({
    '': expect.objectContaining({ dependencies: { connreq: 'file:../connreq-1.0.0.tgz' } }),
    'node_modules/connreq': {
      ...{ name: 'connreq', version: '1.0.0', dependencies: { zod: '4' } },
      resolved: 'file:../connreq-1.0.0.tgz',
    },
    'node_modules/zod': { version: '4.0.0', resolved: 'https://registry.example/zod.tgz', integrity: 'sha512-1' },
    'node_modules/fsevents': { version: '2.0.0', optional: true },
  })
})
