/** Something that is opened when it is first needed. */
export interface Openable<T> {
  readonly lab: T | undefined
  open(): Promise<T>
}

/** Opens a lab when first asked, and once only. */
export function openable<T extends AsyncDisposable>(openLab: () => Promise<T>): Openable<T> & AsyncDisposable {
  let opening: Promise<T> | undefined
  let lab: T | undefined
  return {
    get lab() {
      return lab
    },
    async open() {
      opening ??= openLab()
      lab = await opening
      return lab
    },
    async [Symbol.asyncDispose]() {
      await (await opening?.catch(() => undefined))?.[Symbol.asyncDispose]()
    },
  }
}
