import { spawn } from 'node:child_process'

/** Waits until the pipe from us closes, which happens however we end, and then ends the one that it was told of. */
const guard = 'read -r _; kill -s "$1" -- "$2" 2>/dev/null'

/**
 * Sees to it that a process of ours does not outlive us, also when we are killed and can do nothing any more.
 * @param target a process, or with a minus sign before it a process group
 * @returns to be called when the process has ended
 */
export function endWithUs(target: number, signal: 'TERM' | 'KILL'): () => void {
  const watching = spawn('/bin/sh', ['-c', guard, 'sh', signal, String(target)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Of its own session, so that a Ctrl-C does not take it away first.
    detached: true,
  })
  // Without a shell the process is as free as it would be without this.
  watching.once('error', () => undefined)
  watching.stdin?.once('error', () => undefined)
  watching.unref()
  return () => void watching.kill('SIGKILL')
}
