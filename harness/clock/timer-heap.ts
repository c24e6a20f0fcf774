/** A timer of virtual time. Equal times fire in the order in which they were set. */
export interface Timer {
  at: number
  order: number
  fire: () => void
  cancelled: boolean
}

/** Timers by due time; cancelled ones are passed over. */
export interface TimerHeap {
  add(at: number, fire: () => void): Timer
  /** Removes and returns the next one that is not cancelled. */
  next(): Timer | undefined
  readonly isEmpty: boolean
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order)

/** A binary heap. */
export function createTimerHeap(): TimerHeap {
  const heap: Timer[] = []
  let order = 0

  const sift = (from: number, step: (index: number) => number | undefined) => {
    for (let index = from, other = step(index); other !== undefined; index = other, other = step(index)) {
      const moved = heap[index] as Timer
      heap[index] = heap[other] as Timer
      heap[other] = moved
    }
  }
  const upFrom = (index: number) => {
    const parent = (index - 1) >> 1
    return index > 0 && isBefore(heap[index] as Timer, heap[parent] as Timer) ? parent : undefined
  }
  const downFrom = (index: number) => {
    let first = index
    for (const child of [2 * index + 1, 2 * index + 2])
      if (child < heap.length && isBefore(heap[child] as Timer, heap[first] as Timer)) first = child
    return first === index ? undefined : first
  }
  const pop = () => {
    const top = heap[0]
    const last = heap.pop()
    if (heap.length > 0 && last) {
      heap[0] = last
      sift(0, downFrom)
    }
    return top
  }
  const dropCancelled = () => {
    while (heap[0]?.cancelled) pop()
  }

  return {
    add(at, fire) {
      const timer = { at, order: order++, fire, cancelled: false }
      heap.push(timer)
      sift(heap.length - 1, upFrom)
      return timer
    },
    next() {
      dropCancelled()
      return pop()
    },
    get isEmpty() {
      dropCancelled()
      return heap.length === 0
    },
  }
}
