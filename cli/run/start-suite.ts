import { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { SerializedError, TestModule } from 'vitest/node'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { packageRoot } from '../package-root.ts'

/** What went wrong around the scenarios: errors that no scenario caught, a playing process that died. */
export interface SuiteProblem {
  message: string
  stack?: string
}

export interface SuiteOptions {
  /** Where Allure's results are written; none without it. */
  allureResults?: string
  /** Called when Vitest has set itself up. */
  onReady: () => void
}

/** The compiled suite beside this file's compiled self. */
const suiteFile = fileURLToPath(new URL('../../suites/conformance.test.js', import.meta.url))
/** Everything of ours but the suite itself is plain compiled JavaScript, which Node loads faster than Vite. */
const loadedByNode = /[\\/]dist[\\/](?!suites[\\/]conformance\.test\.js)/
/** Enough of the playing process's error output to see why it died, in characters. */
const keptErrorOutput = 2000

/** Plays the suite in a process of its own through Vitest, which stays silent. Resolves when that process has ended. */
export async function startSuite(settings: ConformanceSettings, options: SuiteOptions): Promise<SuiteProblem[]> {
  const { startVitest } = await import('vitest/node')
  const errorOutput = collect()
  let problems: SuiteProblem[] = []
  const ownReporter = {
    onInit: options.onReady,
    onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]) {
      problems = [...modules.flatMap(module => module.errors()), ...unhandled].map(error => ({
        message: error.message,
        stack: `${error.stack ?? ''}\n${errorOutput.text()}`.trim(),
      }))
    },
  }
  await startVitest(
    'test',
    [],
    {
      config: false,
      root: packageRoot,
      watch: false,
      include: [suiteFile],
      exclude: [],
      pool: 'forks',
      isolate: false,
      maxWorkers: 1,
      fileParallelism: false,
      retry: 0,
      cache: false,
      testTimeout: 0,
      hookTimeout: 0,
      reporters: [ownReporter, ...(await allureReporter(options.allureResults))],
      provide: { connreq: settings },
      server: { deps: { external: [loadedByNode] } },
    },
    { logLevel: 'silent', optimizeDeps: { noDiscovery: true, include: [] } },
    { stdout: new Writable({ write: (_chunk, _encoding, done) => done() }), stderr: errorOutput.stream },
  )
  return problems
}

async function allureReporter(resultsDir: string | undefined) {
  if (resultsDir === undefined) return []
  const { default: AllureReporter } = await import('allure-vitest/reporter')
  return [new AllureReporter({ resultsDir })]
}

/** A stream that keeps the end of what was written to it. */
function collect(): { stream: Writable; text(): string } {
  let kept = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      kept = (kept + chunk.toString('utf8')).slice(-keptErrorOutput)
      done()
    },
  })
  return { stream, text: () => kept }
}
