/** What must not be in the package: tests, their data, sources besides declarations, what only a checkout can use. */
const unwanted: readonly [RegExp, string][] = [
  [/(?<!conformance)\.test\./, 'a test'],
  [/\/golden\//, 'what tests compare with'],
  [/(?<!\.d)\.tsx?$/, 'a source'],
  [/^dist\/cli\/(?:benchmarks|ci-examples|proof|soak|testing|try-package)\//, 'for a checkout only'],
  [/(?:^|\/)(?:runs|node_modules|\.ci|examples)\//, 'none of the package'],
]

/** What is wrong with the list of files in a package, a sentence each. */
export const problemsOfFiles = (paths: readonly string[]): string[] =>
  paths.flatMap(path => unwanted.flatMap(([pattern, what]) => (pattern.test(path) ? [`${path} is ${what}.`] : [])))

/** Whether a source map carries its sources, which are not in the package. */
export function mapProblem(path: string, text: string): string | undefined {
  const { sources = [], sourcesContent = [] } = JSON.parse(text) as { sources?: string[]; sourcesContent?: unknown[] }
  const whole = sources.length === sourcesContent.length && sourcesContent.every(content => typeof content === 'string')
  return whole ? undefined : `${path} names sources that are not in the package.`
}

/**
 * The modules that a compiled one imports beside it, also those it loads later.
 * @returns as they are written, for example `../tool.js`
 */
export const relativeImports = (text: string): string[] => [
  ...new Set([...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].flatMap(([, path]) => path ?? [])),
]
