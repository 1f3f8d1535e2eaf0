import type { World } from '../../world.ts';
import type { KeptEvent } from './history-event.ts';
import { createHistory, type NewEvent } from './history.ts';
import { EXECUTION, type Execution, type Frame, written } from './execution.ts';

/** AWS keeps an execution, and its name taken, for 90 days after its end. */
const KEPT_MS = 90 * 24 * 3_600_000;
const KIND = 'execution';

/** All executions the ground knows. Those that run are in memory; those that ended are only in the journal. */
export interface Executions {
  get(arn: string): Execution | undefined;
  /** Running and ended, in the order they started. */
  all(): Iterable<Execution>;
  running(): Iterable<Execution>;
  /** Replaces what is known of a running execution; not yet in the journal. */
  set(execution: Execution): void;
  setFrame(arn: string, frame: Frame): void;
  /** Puts the execution and its new events in the journal. */
  save(arn: string): void;
  /** Adds an event to the history and returns its id. Throws `HistoryFull`. */
  note(arn: string, event: NewEvent): number;
  history(arn: string): readonly KeptEvent[];
  /** Drops executions that ended more than 90 days ago. */
  forgetOld(): void;
}

export function createExecutions({ clock, journal }: Pick<World, 'clock' | 'journal'>): Executions {
  const running = new Map<string, Execution>();
  /** When each ended, in the order they did. */
  const ended = new Map<string, number>();
  const history = createHistory({ clock, journal });
  load();

  function load(): void {
    const over: Execution[] = [];
    for (const [arn, record] of journal.all(KIND)) {
      const execution = EXECUTION.parse(record);
      if (execution.status === 'RUNNING') running.set(arn, execution);
      else over.push(execution);
    }
    over.sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0));
    for (const { arn, endedAt } of over) ended.set(arn, endedAt ?? 0);
  }

  function get(arn: string): Execution | undefined {
    const execution = running.get(arn);
    if (execution !== undefined || !ended.has(arn)) return execution;
    return EXECUTION.parse(journal.get(KIND, arn));
  }

  function existing(arn: string): Execution {
    const execution = get(arn);
    if (execution === undefined) throw new Error(`no execution ${arn}`);
    return execution;
  }

  function set(execution: Execution): void {
    running.set(execution.arn, execution);
  }

  function save(arn: string): void {
    const execution = existing(arn);
    const saved = { ...execution, ...history.flush(execution) };
    journal.put(KIND, arn, written(saved));
    ended.delete(arn);
    if (saved.status === 'RUNNING') return set(saved);
    running.delete(arn);
    ended.set(arn, saved.endedAt ?? clock.now());
  }

  function* all(): Iterable<Execution> {
    for (const [arn, record] of journal.all(KIND)) yield running.get(arn) ?? EXECUTION.parse(record);
  }

  function forgetOld(): void {
    for (const [arn, endedAt] of ended) {
      if (endedAt + KEPT_MS > clock.now()) return;
      history.forget(existing(arn));
      ended.delete(arn);
      journal.remove(KIND, arn);
    }
  }

  return {
    get,
    all,
    running: () => running.values(),
    set,
    setFrame(arn, frame) {
      const execution = existing(arn);
      set({ ...execution, frames: { ...execution.frames, [frame.id]: frame } });
    },
    save,
    note: (arn, event) => history.note(existing(arn), event),
    history: (arn) => history.read(existing(arn)),
    forgetOld,
  };
}
