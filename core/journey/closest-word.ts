const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 0;
};

/** The known word that was probably meant (Levenshtein distance at most a third of its length), if any. */
export const closestWord = (word: string, known: readonly string[]): string | undefined => {
  const [best] = known
    .map((each) => ({ each, far: distance(word.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.max(2, best.each.length / 3) ? best.each : undefined;
};

export const didYouMean = (word: string, known: readonly string[]): string => {
  const close = closestWord(word, known);
  if (close !== undefined) return ` Did you mean \`${close}\`?`;
  return known.length === 0 ? '' : ` Known: ${known.map((each) => `\`${each}\``).join(', ')}.`;
};
