const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ctrl-C and its like. */
export interface Interruption extends Disposable {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal
  /** Takes the signals back from whoever has put handlers of their own beside ours. */
  takeBack(): void
}

const exitCode = 2

/** Catches the signals that ask a process to end; asked again, it ends at once. */
export function catchInterruption(): Interruption {
  const interrupted = new AbortController()
  const onSignal = () => {
    process.exitCode = exitCode
    if (interrupted.signal.aborted) process.exit()
    else interrupted.abort(new Error('The run was stopped by hand.'))
  }
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
    },
  }
}
