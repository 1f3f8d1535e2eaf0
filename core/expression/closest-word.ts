/** Edits (insert, delete, replace) from one word to another. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of Array.from(from).entries()) {
    const next = [line + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/**
 * The known word an author most likely meant, if any is near enough to ask: two edits, or a third of a longer word.
 * @param most edits, where more would be another word
 */
export const closestWord = (word: string, known: readonly string[], most = Infinity): string | undefined => {
  // As many edits as letters make any word of any other.
  const allowed = Math.min(Math.max(2, Math.floor(word.length / 3)), word.length - 1, most);
  const [best] = known
    .filter((each) => Math.abs(each.length - word.length) <= allowed)
    .map((each) => ({ each, edits: distance(word.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= allowed ? best.each : undefined;
};
