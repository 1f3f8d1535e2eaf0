/** Texts and names in backticks are as they should be. */
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g;

/**
 * A name with a dash in it is read as a subtraction, so `steps.last-call.status` is about `call.status`.
 * @returns how it is written instead, of the first such name; undefined where there is none.
 */
export const dashedName = (source: string, roots: readonly string[]): string | undefined => {
  const bare = source.replaceAll(QUOTED, (quoted) => ' '.repeat(quoted.length));
  const path = new RegExp(`(?<![\\w.$])(?:${roots.join('|')})(?:\\.[A-Za-z_]\\w*(?:-[A-Za-z]\\w*)*)+`, 'g');
  const found = [...bare.matchAll(path)].map(([name]) => name).find((name) => name.includes('-'));
  if (found === undefined) return undefined;
  const quoted = found.split('.').map((part) => (part.includes('-') ? `\`${part}\`` : part));
  return `a name with a dash stands in backticks: write ${quoted.join('.')}`;
};
