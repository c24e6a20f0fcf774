/** Lets so many pass at a time; the others wait in their order. */
export interface Limiter {
  /** Resolves when it is one's turn, with what gives it back. */
  pass(): Promise<() => void>
  /** From now on so many. */
  allow(most: number): void
}

export function createLimiter(most: number): Limiter {
  let limit = most
  let inside = 0
  const waiting: (() => void)[] = []
  const admit = () => {
    while (inside < limit) {
      const next = waiting.shift()
      if (!next) return
      inside++
      next()
    }
  }
  return {
    pass() {
      return new Promise(resolve => {
        waiting.push(() => {
          let isOut = false
          resolve(() => {
            if (isOut) return
            isOut = true
            inside--
            admit()
          })
        })
        admit()
      })
    },
    allow(newMost) {
      limit = newMost
      admit()
    },
  }
}
