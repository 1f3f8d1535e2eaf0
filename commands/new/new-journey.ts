import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { compileFolder } from '../../state-machines/compile-folder.ts';

/** What was written, relative to the root, or why nothing was. */
export type NewJourney = { readonly files: readonly string[]; readonly story: string } | { readonly refusal: string };

const longest = 40;
const wellNamed = /^[a-z][a-z0-9-]*$/;

/** `Trial Ending!` as a journey may be called: `trial-ending`. */
const nearest = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-$/g, '')
    .slice(0, longest);

const misnamed = (name: string): string | undefined => {
  if (wellNamed.test(name) && name.length <= longest) return undefined;
  const close = nearest(name);
  const instead = close === '' ? 'Write one such as `trial-ending`.' : `Did you mean \`${close}\`?`;
  return `A journey cannot be called \`${name}\`: its name is lower-case words with hyphens, ${longest} letters at most. ${instead}`;
};

/** The event that starts it, until its author knows a better one: `trial-ending` → `Trial Ending`. */
const eventOf = (name: string): string =>
  name
    .split('-')
    .filter((word) => word !== '')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join(' ');

const template = (file: string, name: string): string =>
  readFileSync(path.join(import.meta.dirname, 'template', file), 'utf8')
    .replaceAll('journey-name', name)
    .replaceAll('Journey Name', eventOf(name));

const write = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/**
 * Writes `state-machines/<name>` with a journey and a message, compiled, and a story under `test/stories`. Nothing that is
 * there is written over.
 * @param root of the repository
 */
export const newJourney = async (root: string, name: string): Promise<NewJourney> => {
  const refusal = misnamed(name);
  if (refusal !== undefined) return { refusal };
  const folder = path.join(root, 'state-machines', name);
  const story = path.join(root, 'test/stories', `${name}.story.test.ts`);
  const taken = [folder, story].find((place) => existsSync(place));
  if (taken !== undefined) return { refusal: `There is a ${path.relative(root, taken)} already; choose another name.` };
  const own = [
    [path.join(folder, 'journey.yaml'), template('journey.yaml', name)],
    [path.join(folder, 'messages/hello.email.mjml'), template('hello.email.mjml', name)],
    [story, template('story.test.txt', name)],
  ] as const;
  own.forEach(([file, text]) => write(file, text));
  const compiled = await compileFolder(
    folder,
    parse(readFileSync(path.join(root, 'state-machines/topics.yaml'), 'utf8')),
  );
  if ('faults' in compiled) {
    rmSync(folder, { recursive: true });
    rmSync(story);
    return { refusal: compiled.faults.map(({ message }) => message).join('\n') };
  }
  compiled.files.forEach(({ file, text }) => write(file, text));
  const files = [...own.map(([file]) => file), ...compiled.files.map(({ file }) => file)];
  return { files: files.map((file) => path.relative(root, file)), story: path.relative(root, story) };
};
