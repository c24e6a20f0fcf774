import { join } from 'node:path'
import type { Trial } from './trial.ts'

/** Where the trials take place. */
export interface TrialPlace {
  /** The checkout, whose tools are used. */
  checkout: string
  tarball: string
  /** A suite folder outside the project, without node_modules. */
  suiteElsewhere: string
}

/** What must work in an empty project that has installed the package and holds the example `acme-suite`. */
export function trialsIn({ checkout, tarball, suiteElsewhere }: TrialPlace): Trial[] {
  const tool = (name: string) => join(checkout, 'node_modules', '.bin', name)
  const node = (code: string): Trial['command'] => [process.execPath, '--input-type=module', '--eval', code]
  const suite = ['--suites', 'acme-suite']
  return [
    { name: 'the list of what is tested', command: ['connreq', 'list'], says: 'CR-GEN-08 MUST NOT' },
    {
      name: 'a run against the simulated device',
      command: ['connreq', 'run', '--only', 'http-request', '--out', 'runs/plain'],
      says: 'KEPT: every applicable MUST that was asked kept',
    },
    { name: 'its report again', command: ['connreq', 'report', 'runs/plain'] },
    { name: 'it judged again', command: ['connreq', 'judge', 'runs/plain'], says: 'Judged as before' },
    {
      name: 'a device with a fault',
      command: ['connreq', 'run', '--only', 'http-request', '--fault', 'session-never', '--out', 'runs/broken'],
      exitCode: 1,
    },
    {
      name: 'a suite of one’s own',
      command: ['connreq', 'run', ...suite, '--only', 'ACME-01', '--out', 'runs/acme'],
      says: 'kept acme-prompt-answer',
    },
    {
      name: 'the same with a device that breaks it',
      command: ['connreq', 'run', ...suite, '--only', 'ACME-01', '--variant', 'slow', '--out', 'runs/slow'],
      exitCode: 1,
      says: 'connreq run --variant slow --suites acme-suite --only acme-prompt-answer',
    },
    {
      name: 'judged again without its suite',
      command: ['connreq', 'judge', 'runs/slow'],
      exitCode: 3,
      says: 'name its folder with --suites (it was acme-suite)',
    },
    {
      name: 'judged again with it',
      command: ['connreq', 'judge', 'runs/slow', ...suite],
      exitCode: 1,
      says: 'Judged as before',
    },
    { name: 'the plan with a suite', command: ['connreq', 'plan', ...suite], says: 'acme-prompt-answer' },
    {
      name: 'a suite whose folder knows no connreq',
      command: ['connreq', 'list', '--suites', suiteElsewhere],
      says: 'judged by acme-prompt-answer',
    },
    { name: 'the tests of the suite', command: ['vitest', 'run', '--root', 'acme-suite'] },
    {
      name: 'the types of the suite (nodenext)',
      command: [tool('tsc'), '-p', 'acme-suite', '--skipLibCheck', 'false'],
    },
    {
      name: 'the types of the suite (bundler)',
      command: [tool('tsc'), '-p', 'acme-suite', '--module', 'esnext', '--moduleResolution', 'bundler'],
    },
    {
      name: 'what is exported',
      command: node(`
        import { openTestBench, scenario } from 'connreq'
        import { startSimulatedCpe } from 'connreq/simulated-cpe'
        import { written } from 'connreq/written-timeline'
        import about from 'connreq/package.json' with { type: 'json' }
        console.log([openTestBench, scenario, startSimulatedCpe, written].every(each => typeof each === 'function'), about.name)
      `),
      says: 'true connreq',
    },
    {
      name: 'what is not',
      command: node(`await import('connreq/dist/cli/list.js').catch(error => console.log(error.code))`),
      says: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
    },
    { name: 'publint', command: [tool('publint'), 'run', tarball, '--strict'] },
    { name: 'arethetypeswrong', command: [tool('attw'), tarball, '--profile', 'esm-only', '--no-emoji'] },
  ]
}
