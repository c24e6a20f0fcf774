const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ctrl-C and its like. */
export interface Interruption extends Disposable {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal
  /** Takes the signals back from whoever has put handlers of their own beside ours. */
  takeBack(): void
}

/** Catches the signals that ask a process to end. @param onSecond called when it is asked again */
export function catchInterruption(onSecond: () => void): Interruption {
  const interrupted = new AbortController()
  const onSignal = () => {
    if (interrupted.signal.aborted) onSecond()
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
