import { copyFileSync, existsSync, readFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { execute, installProgram, type Result } from './example.ts'

/** gitlab-ci-local is written for Node 22; these are what Node 20 lacks. */
const setMethods = `
const methods = {
  union: (a, b) => new Set([...a, ...b]),
  intersection: (a, b) => new Set([...a].filter(item => b.has(item))),
  difference: (a, b) => new Set([...a].filter(item => !b.has(item))),
}
for (const [name, method] of Object.entries(methods)) Set.prototype[name] ??= function (other) { return method(this, other) }
`

/** What a pipeline left. */
export interface Pipeline extends Result {
  /** The merged verdict, where there is one. */
  merged?: { verdict: string; sentence: string }
}

/**
 * Plays the GitLab example by gitlab-ci-local: every job by the shell, in a copy of its own that gets the artifacts of
 * the jobs it needs. Nothing is fetched. Needs git and rsync.
 * @param directory is made
 */
export function playGitLab(directory: string, options: string): Pipeline {
  mkdirSync(directory)
  copyFileSync(join(packageRoot, 'docs', 'ci', 'gitlab-ci.yml'), join(directory, '.gitlab-ci.yml'))
  const environment = { ...installProgram(directory), HOME: directory, GIT_CONFIG_NOSYSTEM: '1' }
  const place = { directory, environment }
  const author = ['-c', 'user.name=connreq', '-c', 'user.email=connreq@example.com']
  for (const args of [
    ['init', '--quiet'],
    ['add', '.gitlab-ci.yml'],
    [...author, 'commit', '--quiet', '--message=example'],
  ]) {
    const git = execute('git', args, place)
    if (git.exitCode !== 0) return git
  }
  const played = execute(
    process.execPath,
    [
      `--import=data:text/javascript,${encodeURIComponent(setMethods)}`,
      join(packageRoot, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js'),
      '--force-shell-executor',
      '--shell-isolation',
      // More parts at once than a small machine has cores would only wait for each other.
      '--concurrency=2',
      `--variable=CONNREQ_OPTIONS=${options}`,
    ],
    place,
  )
  const merged = join(directory, 'merged', 'merged.json')
  return existsSync(merged)
    ? { ...played, merged: JSON.parse(readFileSync(merged, 'utf8')) as NonNullable<Pipeline['merged']> }
    : played
}
