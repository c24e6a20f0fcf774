import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'

/** How a process of ours ended. */
export interface ChildEnd {
  /** Of a process that did not end as it should: why, in a sentence without its subject. */
  abnormal?: string
  /** The end of what it wrote to its error output. */
  errorOutput: string
}

/** A process of ours with which messages are exchanged. It never outlives this one. */
export interface Child<Message> {
  send(message: object): void
  kill(signal: NodeJS.Signals): void
  /** Never rejects. */
  readonly ended: Promise<ChildEnd>
  onMessage(listener: (message: Message) => void): void
}

const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** Enough of the error output of a process to see why it died, in characters. */
const keptErrorOutput = 2000

/**
 * Starts one of our compiled scripts.
 * @param options.niceness above 0 it gives way to the others
 */
export function startChild<Message>(
  script: URL,
  {
    args = [],
    nodeOptions = [],
    niceness = 0,
  }: { args?: readonly string[]; nodeOptions?: readonly string[]; niceness?: number } = {},
): Child<Message> {
  const child = fork(fileURLToPath(script), args, {
    execArgv: [...nodeOptions],
    // A Ctrl-C goes to every process of the terminal: this one decides what it means for the others.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errorOutput = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errorOutput = (errorOutput + chunk.toString('utf8')).slice(-keptErrorOutput)
  })
  alive.add(child)
  if (niceness !== 0) giveWay(child, niceness)
  const ended = new Promise<ChildEnd>(resolve => {
    child.once('error', error => {
      if (child.pid === undefined) resolve({ abnormal: `It could not be started: ${error.message}.`, errorOutput })
    })
    child.once('close', (code, signal) => resolve({ ...abnormalEnd(code, signal), errorOutput }))
  })
  void ended.then(() => alive.delete(child))
  return {
    send: message => sendTo(child, message),
    kill: signal => void child.kill(signal),
    ended,
    onMessage: listener => void child.on('message', message => listener(message as Message)),
  }
}

/** Not everywhere may a process do even that, and the child may be gone. */
function giveWay({ pid }: ChildProcess, niceness: number): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness)
  } catch {
    // Then it is built at ordinary priority.
  }
}

/** A process that is gone says so by its end. */
const sendTo = (child: ChildProcess, message: object) => void (child.connected && child.send(message, () => undefined))

function abnormalEnd(code: number | null, signal: NodeJS.Signals | null): Pick<ChildEnd, 'abnormal'> {
  if (signal !== null) return { abnormal: `It was ended by ${signal}.` }
  return code === 0 ? {} : { abnormal: `It ended with the exit code ${code}.` }
}
