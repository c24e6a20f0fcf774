/** How each message begins, by which it is known after it went from one process to another as text. */
const beginning = 'The timeline cannot be written any more'

/** What happened on the run can no longer be kept: the disk is full, or the directory is gone. */
export class TimelineUnwritable extends Error {
  override readonly name = 'TimelineUnwritable'
  readonly code = 'CONNREQ_TIMELINE_UNWRITABLE'

  constructor(path: string, why: string) {
    super(`${beginning}: ${why} (${path}).`)
  }
}

/** Whether an error says that the timeline could not be written, also one of another process. */
export const saysUnwritable = (message: string): boolean => message.includes(beginning)

/** Why something cannot be written, in a person's words, from an error of node:fs. */
export function whyNotWritten(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  const words: Record<string, string> = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'the file would be longer than it may be',
    EROFS: 'the file system is read-only',
    EACCES: 'there is no permission',
    EPERM: 'there is no permission',
    ENOTDIR: 'a part of the path is a file, where a directory is needed',
    ENAMETOOLONG: 'the path is too long',
    ENOENT: 'it is not there',
    EIO: 'the disk has an error',
    EEXIST: 'it is there already',
  }
  return words[code] ?? error.message
}
