/** Where something is in a document: keys and positions from its top. */
export type Path = readonly (string | number)[];

export type Status = 'exact' | 'changed' | 'not supported';

/** What became of one field. */
export type Row = { readonly path: string; readonly value: string; readonly status: Status; readonly how: string };

/** Remembers of every field of one document what became of it. */
export type Ledger = {
  /** @param how what is different, in words; of an exact field, where it went */
  readonly note: (path: Path, status: Status, how: string) => void;
  /** As `note`, of all that is inside as well, whatever was noted of it. */
  readonly noteWhole: (path: Path, status: Status, how: string) => void;
  /** One row per leaf, in the document's order; a leaf nobody noted is not supported. */
  readonly rows: () => readonly Row[];
};

const plain = /^[A-Za-z_$][\w$-]*$/;

/** `Activities.a1.MultiCondition.Branches[0].NextActivity` */
export const pathText = (path: Path): string =>
  path
    .map((part) =>
      typeof part === 'number' ? `[${part}]` : plain.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`,
    )
    .join('')
    .replace(/^\./, '');

/** Every value that holds no other; an empty object or list is one too. */
export const leavesOf = (
  value: unknown,
  at: Path = [],
): readonly { readonly path: Path; readonly value: unknown }[] => {
  if (typeof value !== 'object' || value === null) return [{ path: at, value }];
  const inner = Array.isArray(value)
    ? value.map((each: unknown, i): readonly [string | number, unknown] => [i, each])
    : Object.entries(value);
  return inner.length === 0 ? [{ path: at, value }] : inner.flatMap(([key, each]) => leavesOf(each, [...at, key]));
};

/** What is said of a field nothing was said of. */
export const unknownField = 'no field of Pinpoint’s that is known here';

const longest = 60;
const shown = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
};

/** Of a value that stands around what was imported. */
export const besideRow = ({ path, value }: ReturnType<typeof leavesOf>[number]): Row => ({
  path: pathText(path),
  value: shown(value),
  status: 'not supported',
  how: 'stands beside what was imported, in the same file',
});

const keyOf = (path: Path): string => JSON.stringify(path);

export const ledgerOf = (document: unknown): Ledger => {
  const notes = new Map<string, { readonly status: Status; readonly how: string }>();
  const noteFor = (path: Path) => {
    for (let depth = path.length; depth >= 0; depth--) {
      const found = notes.get(keyOf(path.slice(0, depth)));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const rowOf = ({ path, value }: ReturnType<typeof leavesOf>[number]): Row => {
    const unset = value === null ? { status: 'exact' as const, how: 'not set' } : undefined;
    const unread = { status: 'not supported' as const, how: unknownField };
    return { path: pathText(path), value: shown(value), ...(unset ?? noteFor(path) ?? unread) };
  };
  const noteWhole: Ledger['noteWhole'] = (path, status, how) => {
    const inside = `${keyOf(path).slice(0, -1)},`;
    for (const key of notes.keys()) if (key.startsWith(inside)) notes.delete(key);
    notes.set(keyOf(path), { status, how });
  };
  return {
    note: (path, status, how) => notes.set(keyOf(path), { status, how }),
    noteWhole,
    rows: () => leavesOf(document).map(rowOf),
  };
};
