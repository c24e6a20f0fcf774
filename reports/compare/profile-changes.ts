import type { Change } from './comparison.ts'

/** Deeper than any profile goes. */
const deepest = 12

/** The leaves in which two profiles differ, each by its path: `profile acs.listen`. */
export function profileChanges(before: unknown, after: unknown): Change[] {
  const [old, now] = [leavesOf(before), leavesOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(path => {
    const [was, is] = [old.get(path), now.get(path)]
    if (was === is) return []
    const name = `profile ${path}`.trimEnd()
    return { name, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
  })
}

function leavesOf(profile: unknown): Map<string, string> {
  const leaves = new Map<string, string>()
  const visit = (value: unknown, path: string[]) => {
    if (value === null || typeof value !== 'object') leaves.set(path.join('.'), String(value))
    else if (path.length === deepest) leaves.set(path.join('.'), '…')
    else for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name])
  }
  if (profile !== undefined) visit(profile, [])
  return leaves
}
