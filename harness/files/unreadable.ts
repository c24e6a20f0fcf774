import { resolve } from 'node:path'

/** Why something cannot be read, as the end of a sentence about it, from an error of node:fs. */
export function whyNotRead(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  const words: Record<string, string> = {
    ENOENT: 'is not there',
    // What the path takes for a folder is a file.
    ENOTDIR: 'is not there',
    EISDIR: 'is a folder',
    EACCES: 'may not be read: there is no permission',
    EPERM: 'may not be read: there is no permission',
  }
  return words[code] ?? `cannot be read: ${error.message}`
}

/** The whole path that was tried, in brackets; nothing where it is whole already. */
export function whereTried(path: string): string {
  const whole = resolve(path)
  return whole === path ? '' : ` (${whole})`
}
