import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import type { Ground } from '../local/ground.ts';
import { publishJourney } from './publish-journey.ts';

type Say = (line: string) => void;

/** Compiles in a process of its own, so that MJML does not stay in memory. Resolves with the mistakes, if any. */
const compile = (folder: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(folder, 'compile.ts')], { stdio: ['ignore', 'ignore', 'pipe'] });
    let mistakes = '';
    child.stderr.on('data', (chunk) => (mistakes += String(chunk)));
    child.on('close', (code) => resolve(code === 0 ? undefined : mistakes.trim()));
  });

const isLive = (document: string): boolean => {
  const { journey }: { journey: { live: boolean } } = JSON.parse(document);
  return journey.live;
};

const republish = async (ground: Ground, folder: string, name: string): Promise<string> => {
  const document = readFileSync(path.join(folder, name, 'journey.json'), 'utf8');
  if (!isLive(document)) return 'compiled; nobody enters while it says `live: false`.';
  const definition = readFileSync(path.join(folder, name, 'journey.asl.json'), 'utf8');
  return publishJourney(ground, { name, machine: name, definition, document });
};

const isJourney = (folder: string, name: string): boolean => existsSync(path.join(folder, name, 'journey.yaml'));

/** The journeys a saved file belongs to: one, or all when it is the topics or a block. What is compiled, or an editor's own, is nobody's. */
const journeysOf = (folder: string, file: string): readonly string[] => {
  const [name = '', ...inside] = file.split(path.sep);
  if (file === 'topics.yaml' || name === 'blocks') return readdirSync(folder).filter((each) => isJourney(folder, each));
  const isCompiled = /\.json$|~$|^\./.test(inside.at(-1) ?? '.');
  return isCompiled || !isJourney(folder, name) ? [] : [name];
};

/** Makes a saved journey or message live: who enters from now on gets the new version. */
export const republishOnSave = (ground: Ground, folder: string, say: Say): void => {
  const touched = new Set<string>();
  let soon: NodeJS.Timeout | undefined;
  const publishAll = async (): Promise<void> => {
    const names = [...touched];
    touched.clear();
    const mistakes = await compile(folder);
    if (mistakes !== undefined) return say(mistakes.replaceAll('\n', '\n  '));
    for (const name of names) say(`${styleText('green', '↻')} ${name}: ${await republish(ground, folder, name)}`);
  };
  watch(folder, { recursive: true }, (_, file) => {
    const names = journeysOf(folder, file ?? '');
    if (names.length === 0) return;
    names.forEach((name) => touched.add(name));
    clearTimeout(soon);
    soon = setTimeout(
      () => void publishAll().catch((error: unknown) => say(error instanceof Error ? error.message : String(error))),
      100,
    );
  });
};
