const longest = 40;

/** Lower-case words with hyphens, beginning with a letter, as ids and names are written; empty when nothing is left. */
export const slug = (text: string, most = longest): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+/, '')
    .slice(0, most)
    .replace(/-+$/, '');

/** Words of JavaScript are no ids of steps. */
export const noIds = ['constructor', 'prototype'] as const;

/** Gives every thing a name of its own: what is taken gets a number. */
export const uniquely = (taken: readonly string[] = []) => {
  const given = new Set(taken);
  return (wanted: string): string => {
    for (let n = 1; ; n++) {
      const ending = n === 1 ? '' : `-${n}`;
      const name = `${wanted.slice(0, longest - ending.length).replace(/-+$/, '')}${ending}`;
      if (given.has(name)) continue;
      given.add(name);
      return name;
    }
  };
};
