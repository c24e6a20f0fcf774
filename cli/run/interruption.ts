const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ctrl-C and its like. */
export interface Interruption extends Disposable {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal
  /** Takes the signals back from whoever has put handlers of their own beside ours. */
  takeBack(): void
}

const exitCode = 2

/**
 * Catches the signals that ask a process to end; asked again, it ends at once. Whoever closes what the run prints to has
 * no more use of it: then it ends as after a first signal.
 */
export function catchInterruption(): Interruption {
  const interrupted = new AbortController()
  const onSignal = () => {
    process.exitCode = exitCode
    if (interrupted.signal.aborted) process.exit()
    else stop()
  }
  const stop = () => interrupted.abort(new Error('The run was stopped by hand.'))
  const letOutputsGo = outputs().map(output => whenClosed(output, stop))
  const listen = () => {
    for (const signal of signals) process.on(signal, onSignal)
  }
  listen()
  return {
    signal: interrupted.signal,
    takeBack() {
      for (const signal of signals) process.removeAllListeners(signal)
      listen()
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, onSignal)
      for (const letGo of letOutputsGo) letGo()
    },
  }
}

const outputs = () => [process.stdout, process.stderr]

/** Calls `act` when nobody reads an output any more, in the place of whoever cared until now. Returns how to let go. */
function whenClosed(output: NodeJS.WriteStream, act: () => void): () => void {
  const before = output.listeners('error') as ((error: Error) => void)[]
  output.removeAllListeners('error')
  output.on('error', act)
  return () => {
    output.off('error', act)
    for (const listener of before) output.on('error', listener)
    // What is said from here on is said to nobody, which is no failure of ours.
    if (before.length === 0) output.on('error', () => undefined)
  }
}
