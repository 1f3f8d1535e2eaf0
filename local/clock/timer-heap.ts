export interface Timer {
  readonly at: number;
  /** Rises with every timer set, so that timers of one instant keep their order. */
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap of timers, earliest first. Cancelled timers are dropped when they come up. */
export function timerHeap() {
  const heap: Timer[] = [];
  const get = (index: number): Timer => {
    const timer = heap[index];
    if (!timer) throw new RangeError(`No timer at ${index} of ${heap.length}`);
    return timer;
  };

  const swap = (a: number, b: number) => {
    const kept = get(a);
    heap[a] = get(b);
    heap[b] = kept;
  };

  const rise = (from: number) => {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(get(index), get(parent))) return;
      swap(index, parent);
      index = parent;
    }
  };

  const sink = () => {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const child = right < heap.length && before(get(right), get(left)) ? right : left;
      if (!before(get(child), get(index))) return;
      swap(index, child);
      index = child;
    }
  };

  const pop = (): Timer | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first && last && heap.length > 0) {
      heap[0] = last;
      sink();
    }
    return first;
  };

  const peek = (): Timer | undefined => {
    while (heap[0]?.cancelled) pop();
    return heap[0];
  };

  return {
    push(timer: Timer): void {
      heap.push(timer);
      rise(heap.length - 1);
    },
    peek,
    /**
     * Fires every timer due at `now` in order, even when one of them throws; then throws the first error. A timer set while
     * these fire waits for the next call.
     */
    fireDue(now: number): void {
      const due: Timer[] = [];
      for (let next = peek(); next && next.at <= now; next = peek()) {
        due.push(next);
        pop();
      }
      const errors: unknown[] = [];
      for (const timer of due) {
        try {
          if (!timer.cancelled) timer.fire();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
