import type { DeclaredFunction } from '../functions.ts';
import type { Answer } from './function-runner.ts';

/** What became of the invocations of one function since the start. */
export interface Tally {
  readonly name: string;
  readonly invocations: number;
  /** Invocations that ended with an error, those whose code could not be loaded included. */
  readonly errors: number;
  readonly loadFailures: number;
  /** Why it cannot run here at all. */
  readonly unrunnable?: string;
  /** The last error while its code was loaded, unless it was loaded since. */
  readonly loadFailure?: string;
}

/** Counts invocations, and tells the first time that a function's code fails to load in some way, not every time. */
export function tallies(note: (line: string) => void) {
  const counted = new Map<string, Tally>();
  const of = ({ name, unrunnable }: DeclaredFunction): Tally =>
    counted.get(name) ?? {
      name,
      invocations: 0,
      errors: 0,
      loadFailures: 0,
      ...(unrunnable !== undefined && { unrunnable }),
    };

  return {
    of,
    ended(declared: DeclaredFunction, { error }: Answer): void {
      const tally = of(declared);
      const errors = tally.errors + (error === undefined ? 0 : 1);
      counted.set(declared.name, { ...tally, invocations: tally.invocations + 1, errors });
    },
    loaded(declared: DeclaredFunction): void {
      const { loadFailure, ...tally } = of(declared);
      if (loadFailure !== undefined) counted.set(declared.name, tally);
    },
    failedToLoad(declared: DeclaredFunction, error: unknown): void {
      const tally = of(declared);
      const loadFailure = whereOf(error);
      counted.set(declared.name, { ...tally, loadFailures: tally.loadFailures + 1, loadFailure });
      if (tally.loadFailure === loadFailure) return;
      note(
        `${declared.name} cannot be loaded: ${loadFailure}. Every call of it fails until its code in ${declared.codeFolder} or its ` +
          `environment is corrected and the ground is started again; GET /_local/functions counts them.`,
      );
    },
  };
}

/** The error in one line, with the first place in its stack that is a file. */
function whereOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, place] = /^\s+at .*?\(?((?:file:\/\/)?\/[^\s)]+)\)?$/m.exec(error.stack ?? '') ?? [];
  const [line = ''] = error.message.split('\n');
  return `${error.name}: ${line}${place === undefined ? '' : ` (${place.replace(/\?instance=\d+/, '')})`}`;
}
