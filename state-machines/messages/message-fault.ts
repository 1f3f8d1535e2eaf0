/** One mistake in a message file, where its author finds it. Lines and columns count from 1. */
export type MessageFault = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
};

/** The line and column of a character of `source`. */
export const placeOf = (source: string, index: number): { readonly line: number; readonly column: number } => {
  const before = source.slice(0, Math.max(0, index)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};
