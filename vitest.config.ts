import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// Self-tests of the project. The conformance suites are started by `connreq run`, never from here.
const notSelfTests = ['**/node_modules/**', 'dist/**', 'runs/**', 'suites/conformance.test.ts']

const packageSources = ['connreq', 'connreq/simulated-cpe', 'connreq/written-timeline'].map(name => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(`suites/exports/${name.split('/').at(-1)}.ts`, import.meta.url)),
}))

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          name: 'self',
          include: ['{cli,suites,harness,reports,fixtures,examples}/**/*.test.{ts,tsx}'],
          // The examples import the package by its name, which here is its sources.
          alias: packageSources,
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
