import { defineConfig } from 'vitest/config'

// Self-tests of the project. The conformance suites are started by `connreq run`, never from here.
const notSelfTests = ['**/node_modules/**', 'dist/**', 'runs/**', 'suites/conformance.test.ts']

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          name: 'self',
          include: ['{cli,suites,harness,reports,fixtures}/**/*.test.{ts,tsx}'],
          exclude: [...notSelfTests, '**/*.nock.test.ts'],
          // A machine with much else to do is no reason to fail: what hangs is found all the same.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'nock',
          include: ['{cli,suites,harness,reports,fixtures}/**/*.nock.test.ts'],
          exclude: notSelfTests,
          isolate: true,
        },
      },
    ],
  },
})
