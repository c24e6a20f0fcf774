import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot, toolVersion } from './package-root.ts'

/** Which ConnReq this is: the version, and the commit where it runs from a checkout. */
export function thisTool(): { version: string; commit?: string } {
  const commit = checkedOutCommit(join(packageRoot, '.git'))
  return { version: toolVersion, ...(commit === undefined ? {} : { commit }) }
}

function checkedOutCommit(git: string): string | undefined {
  const head = readIfThere(join(git, 'HEAD'))?.trim()
  const branch = head?.startsWith('ref: ') ? head.slice('ref: '.length) : undefined
  if (branch === undefined) return head
  const packed = readIfThere(join(git, 'packed-refs'))
    ?.split('\n')
    .find(line => line.endsWith(` ${branch}`))
  return readIfThere(join(git, branch))?.trim() ?? packed?.split(' ')[0]
}

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
