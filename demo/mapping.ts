import { existsSync, readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { compilePattern } from '../local/events/pattern/compile-pattern.ts';
import { AwsError } from '../local/world.ts';
import { previewMapping, readMapping, spell } from '../mappings/index.ts';

/** `npm run mapping -- FILE SAMPLE`: the signals a mapping makes of one event, or where it goes wrong. */
const main = async ([file = '', sample = '']: readonly string[]): Promise<string | undefined> => {
  if (!existsSync(file) || !existsSync(sample))
    return 'Write npm run mapping -- FILE SAMPLE: a mapping, such as mappings/shopify.yaml, and an EventBridge event in JSON.';
  const read = readMapping(file);
  if ('faults' in read) return read.faults.map(spell).join('\n\n');
  const event = eventIn(sample);
  if (typeof event === 'string') return event;
  const { mapping } = read;
  if (!compilePattern(JSON.stringify(mapping.pattern))(event))
    return `${sample}\n  The pattern of ${file} does not match this event: it would not get here.`;
  const made = await previewMapping(mapping, event, Date.now());
  for (const { signal } of made) if (signal) console.log(JSON.stringify(signal, null, 2));
  const refused = made.flatMap(({ refusal }) =>
    refusal ? [`${refusal.path} (${refusal.reason}): ${refusal.message}`] : [],
  );
  if (made.length === 0) console.log('No signal: the mapping yields an empty list.');
  return refused.length === 0 ? undefined : [sample, ...refused.map((line) => `  ${line}`)].join('\n');
};

const eventIn = (sample: string) => {
  try {
    return JSON.parse(readFileSync(sample, 'utf8'));
  } catch (error) {
    return `${sample}\n  This is not JSON. ${error instanceof Error ? error.message : ''}`;
  }
};

const problem = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof AwsError) return `The pattern is none: ${error.message}`;
  throw error;
});
if (problem !== undefined) {
  console.error(styleText('red', problem));
  process.exitCode = 1;
}
