import { existsSync } from 'node:fs';

/** `npm run bench [-- NAME]`: `river` unless another is named: `durability`, `engine`, `expression`. Flags go to it. */
const [, , first = 'river'] = process.argv;
const name = first.startsWith('-') ? 'river' : first;
const file = new URL(`./${name}.ts`, import.meta.url);
if (existsSync(file) && /^[a-z]+$/.test(name)) await import(file.href);
else {
  console.error(`There is no bench called ${name}. There are river, durability, engine and expression.`);
  process.exitCode = 1;
}
