import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createJiti } from 'jiti'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { shownPath } from './shown-path.ts'
import { SuiteProblem } from './suite-problem.ts'

/** Reads the files of one suite folder. */
export interface SuiteImporter {
  /** @throws SuiteProblem that names file and line */
  exportsOf(file: string): Promise<Record<string, unknown>>
}

/**
 * Reads TypeScript and JavaScript, in which `connreq` means this very program: its errors are the same classes, and the
 * folder needs no node_modules of its own.
 */
export async function createSuiteImporter(folder: string): Promise<SuiteImporter> {
  const [connreq, simulatedCpe, writtenTimeline] = await Promise.all([
    import('../exports/connreq.ts'),
    import('../exports/simulated-cpe.ts'),
    import('../exports/written-timeline.ts'),
  ])
  const jiti = createJiti(pathToFileURL(`${folder}/`).href, {
    virtualModules: {
      connreq,
      'connreq/simulated-cpe': simulatedCpe,
      'connreq/written-timeline': writtenTimeline,
    },
    fsCache: false,
    interopDefault: false,
  })
  return {
    async exportsOf(file) {
      try {
        return await jiti.import<Record<string, unknown>>(file)
      } catch (error) {
        throw new SuiteProblem(explain(file, error))
      }
    },
  }
}

function explain(file: string, error: unknown): string {
  if (!(error instanceof Error)) return `${shownPath(file)} threw while it was read: ${visibleText(String(error))}`
  const { message } = error
  const parsed = /^ParseError: (?<what>.*?)\s*\n\s*(?<place>\S.*:\d+:\d+)$/s.exec(message)?.groups
  if (parsed)
    return `${shownPath(parsed['place'] ?? file)}: it cannot be read: ${visibleText(parsed['what'] ?? message)}.`
  const missing = /^Cannot find (?:module|package) '(?<what>[^']+)'/.exec(message)?.groups?.['what']
  if (missing !== undefined)
    return `${placeIn(file, error)}: there is no "${visibleText(missing)}"; install it beside the suite, or correct the import.`
  return `${placeIn(file, error)}: it threw while it was read: ${visibleText(message)}`
}

/** The first line of the stack that is in the suite's own folder, as `file:line:column`. */
function placeIn(file: string, { stack = '' }: Error): string {
  const folder = dirname(file)
  const lines = stack
    .split('\n')
    .map(line => /\(?(?:file:\/\/)?(?<place>\/[^()]*:\d+:\d+)\)?$/.exec(line)?.groups?.['place'])
  return shownPath(lines.find(place => place?.startsWith(folder)) ?? file)
}
