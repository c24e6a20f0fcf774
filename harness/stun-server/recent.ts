/** A map that forgets its oldest entry for each one beyond its limit; setting an entry makes it the newest. */
export interface RecentMap<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  readonly size: number
}

export function createRecentMap<T>(limit: number): RecentMap<T> {
  const entries = new Map<string, T>()
  return {
    get: key => entries.get(key),
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= limit) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
    get size() {
      return entries.size
    },
  }
}
