import { statSync } from 'node:fs'

/** Whether these are the profiles of several devices: more than one, or a folder of them. */
export const areSeveral = (paths: readonly string[]): boolean => paths.length > 1 || paths.some(isFolder)

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
