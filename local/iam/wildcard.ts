const compiled = new Map<string, RegExp>();

/** Matches text against a policy pattern, where `*` is any run of characters and `?` any one of them. */
export function matchesPattern(pattern: string, text: string, caseless = false): boolean {
  if (pattern === '*') return true;
  const key = caseless ? `i ${pattern}` : `s ${pattern}`;
  let regexp = compiled.get(key);
  if (!regexp) {
    const source = pattern
      .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    regexp = new RegExp(`^${source}$`, caseless ? 'is' : 's');
    compiled.set(key, regexp);
  }
  return regexp.test(text);
}
