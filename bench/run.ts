/** `npm run bench [-- NAME]`: `river` unless another is named. Flags go to it. */
const names = [
  'card',
  'crowd',
  'river',
  'durability',
  'engine',
  'expression',
  'gate',
  'intake',
  'move-in',
  'parked',
  'recovery',
] as const;
const [, , first = 'river'] = process.argv;
const wanted = first.startsWith('-') ? 'river' : first;
const name = names.find((one) => one === wanted);
if (name === undefined) {
  console.error(`There is no bench called ${wanted}. There are ${names.join(', ')}.`);
  process.exitCode = 1;
} else {
  // What is left are the bench's own flags.
  if (wanted === first) process.argv.splice(2, 1);
  await import(new URL(`./${name}.ts`, import.meta.url).href);
}
