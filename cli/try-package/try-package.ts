import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { packageRoot } from '../package-root.ts'
import { type PackageLock, projectWith } from './offline-lock.ts'
import { mapProblem, problemsOfFiles, relativeImports } from './packed-files.ts'
import { problemOf } from './trial.ts'
import { trialsIn } from './trials.ts'

/**
 * Packs what was built, installs the package in an empty project and tries what it promises.
 * @returns how much of it does not hold
 * @throws Error when it cannot be packed or installed
 */
export function tryPackage(say: (line: string) => void): number {
  const place = mkdtempSync(join(tmpdir(), 'connreq-package-'))
  try {
    const project = join(place, 'project')
    const { tarball, paths, size } = pack(place)
    say(`${basename(tarball)}: ${size}`)
    install(project, tarball)
    const dist = join(project, 'node_modules', 'connreq', 'dist')
    const problems = [...problemsOfFiles(paths), ...mapProblems(dist), ...missingModules(dist)]
    for (const problem of problems) say(`FAILED  the files of the package: ${problem}`)
    const suiteElsewhere = join(place, 'elsewhere')
    const example = join(packageRoot, 'examples', 'acme-suite')
    for (const copy of [suiteElsewhere, join(project, 'acme-suite')]) cpSync(example, copy, { recursive: true })
    const failed = trialsIn({ checkout: packageRoot, tarball, suiteElsewhere }).filter(trial => {
      const problem = problemOf(trial, project)
      say(problem === undefined ? `works   ${trial.name}` : `FAILED  ${trial.name}\n${problem}`)
      return problem !== undefined
    })
    return problems.length + failed.length
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

const npm = (args: readonly string[], folder: string): string =>
  execFileSync('npm', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** The scripts of the package would build it again. */
function pack(place: string): { tarball: string; paths: string[]; size: string } {
  const packed = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', place], packageRoot)
  const [made] = JSON.parse(packed) as PackedFile[]
  if (made === undefined) throw new Error('npm packed nothing.')
  const { filename, size, unpackedSize, files } = made
  return {
    tarball: join(place, filename),
    paths: files.map(({ path }) => path),
    size: `${megabytes(size)}, unpacked ${megabytes(unpackedSize)}, ${files.length} files`,
  }
}

/** What `npm pack --json` tells. */
interface PackedFile {
  filename: string
  size: number
  unpackedSize: number
  files: { path: string }[]
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`

/** The types of Node are what everybody has who writes TypeScript for it; the package itself does not need them. */
function install(project: string, tarball: string): void {
  mkdirSync(project)
  const lock = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8')) as PackageLock
  const made = projectWith(`../${basename(tarball)}`, lock)
  writeFileSync(join(project, 'package.json'), JSON.stringify(made.packageJson))
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(made.lock))
  npm(['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], project)
  const types = join('node_modules', '@types')
  mkdirSync(join(project, types), { recursive: true })
  symlinkSync(join(packageRoot, types, 'node'), join(project, types, 'node'))
}

const filesIn = (dist: string, ending: string): string[] =>
  readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith(ending))

const mapProblems = (dist: string): string[] =>
  filesIn(dist, '.map').flatMap(path => mapProblem(path, readFileSync(join(dist, path), 'utf8')) ?? [])

/** What was left out of the package although something in it needs it. */
const missingModules = (dist: string): string[] =>
  filesIn(dist, '.js').flatMap(path =>
    relativeImports(readFileSync(join(dist, path), 'utf8'))
      .filter(imported => !existsSync(join(dist, dirname(path), imported)))
      .map(imported => `dist/${path} imports ${imported}, which is not in the package.`),
  )
