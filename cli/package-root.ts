import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this package: the nearest one above this file with a package.json, compiled or not. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The version of ConnReq. */
export const toolVersion = (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string })
  .version

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('The package.json of connreq is missing.')
  return findRoot(parent)
}
