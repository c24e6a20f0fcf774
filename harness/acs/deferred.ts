/** A promise together with the means to settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

export function defer<T>(): Deferred<T> {
  let settleWith: (value: T) => void = () => {}
  let failWith: (error: unknown) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    settleWith = resolve
    failWith = reject
  })
  return { promise, resolve: value => settleWith(value), reject: error => failWith(error) }
}
