import { relative, sep } from 'node:path'

/** A file as a relative URL, for a page in `directory`. No part of it can be taken for a scheme. */
export const relativeAddress = (directory: string, file: string): string =>
  relative(directory, file).split(sep).map(encodeURIComponent).join('/')
