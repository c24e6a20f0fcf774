/**
 * Makes the suites in the named folders known to this process; what reads them is loaded only where there are any.
 * @throws SuiteProblem
 */
export async function loadNamedSuites(folders: readonly string[] = []): Promise<void> {
  if (folders.length === 0) return
  const { loadSuites } = await import('./load-suites.ts')
  await loadSuites(folders)
}
