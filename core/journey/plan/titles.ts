import { spokenDuration } from '../document/duration.ts';
import { waitTimeOf } from '../document/instant.ts';
import { allSteps, type StepDocument } from '../document/steps.ts';

/** A state's name has at most 80 characters; a hold and a number must still fit. */
const longestTitle = 70;

const words = (step: StepDocument): string => {
  if ('wait' in step) {
    const time = waitTimeOf(step.wait);
    return time !== undefined && 'ms' in time ? `Wait ${spokenDuration(time.ms)}` : `Wait ${step.wait}`;
  }
  if ('send' in step) return `Send ${step.send.message}`;
  if ('waitFor' in step) return `Wait for ${Object.keys(step.waitFor).join(' or ')}`;
  if ('branch' in step) return 'Branch';
  if ('split' in step) return `Split ${step.split.map(({ arm }) => arm).join(' or ')}`;
  if ('decide' in step) return `Decide ${step.decide.map(({ option }) => option).join(' or ')}`;
  if ('update' in step) return `Update ${Object.keys(step.update).join(' and ')}`;
  if ('emit' in step) return `Emit ${step.emit.event}`;
  if ('task' in step) return typeof step.task.to === 'string' ? `Task for ${step.task.to}` : `Task ${step.task.title}`;
  if ('webhook' in step) return `Call ${/^https:\/\/([^/:?#]*)/.exec(step.webhook.url)?.[1] ?? 'webhook'}`;
  if ('start' in step) return `Start ${step.start.journey}`;
  if ('repeat' in step) return `Repeat every ${step.repeat.every}`;
  if ('goto' in step) return `Go to ${step.goto}`;
  return `End ${step.end}`;
};

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);

/** What a state may be called. @see https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html */
const asTitle = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}"#%\\^|~`$&,;:/<>{}[\]?*\uFFFE\uFFFF]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, longestTitle)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();

export type Name = { readonly id: string; readonly title: string };

/** Gives every step its id and its title, each once. An id an author gave is no other step's. */
export const namer = (steps: readonly StepDocument[]) => {
  const given = new Set(allSteps(steps).flatMap((step) => ('id' in step && step.id !== undefined ? [step.id] : [])));
  const ids = new Set<string>();
  // What the compiler calls states of its own.
  const titles = new Set<string>(['Begin', 'End', 'Left early']);

  const unique = (wanted: Name, isGiven: boolean): Name => {
    for (let n = 1; ; n++) {
      const named = n === 1 ? wanted : { id: `${wanted.id}-${n}`, title: `${wanted.title} ${n}` };
      const isTaken = ids.has(named.id) || (!isGiven && given.has(named.id));
      if (isTaken || titles.has(named.title)) continue;
      ids.add(named.id);
      titles.add(named.title);
      return named;
    }
  };

  const ofStep = (step: StepDocument): Name => {
    const id = 'id' in step ? step.id : undefined;
    return unique({ id: id ?? slug(words(step)), title: id ?? asTitle(words(step)) }, id !== undefined);
  };
  /** Of a part of a step that is a state of its own: a long title is cut before the word that tells them apart. */
  const ofPart = ({ id, title }: Name, part: string): Name => {
    const short = asTitle(title.slice(0, longestTitle - part.length - 1));
    return unique({ id: `${id}-${slug(part)}`, title: `${short} ${part}` }, false);
  };

  return { ofStep, ofPart };
};
