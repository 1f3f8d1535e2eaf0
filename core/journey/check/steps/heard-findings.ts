import { namesIn } from '../../document/fields.ts';
import type { PlanNode } from '../../plan/nodes.ts';
import { propertiesOfAny } from '../around/carried.ts';
import { misspeltProperty } from '../around/property-findings.ts';
import { unknownName } from '../conditions/condition-findings.ts';
import { notesOf, stepNames } from '../conditions/readable.ts';
import { didYouMean, type Finding, type Path, type Surroundings, textAt, warning, type Written } from '../problem.ts';

const isHearing = (node: PlanNode): boolean => {
  const notes = notesOf(node);
  return notes?.is === 'names' && Object.hasOwn(notes.of, 'event');
};

const idsOf = (nodes: readonly PlanNode[]): readonly string[] => nodes.map(({ id }) => id);

/** Why nothing is ever at this path. @param before the steps a run may have passed by then */
const faultOf = (path: readonly string[], before: readonly PlanNode[]): string | undefined => {
  const [, step, field] = path;
  const isVague = [step, field].some((name) => name === undefined || name === '*');
  if (step === undefined || isVague) return 'Say which step and what of it, as in `steps.ask.event.properties.color`.';
  const hearing = before.filter(isHearing);
  const node = before.find(({ id }) => id === step);
  if (node === undefined || notesOf(node) === undefined) {
    const known = field === 'event' ? hearing : before.filter((each) => notesOf(each) !== undefined);
    return `No step before this one that notes anything is called \`${step}\`.${didYouMean(step, idsOf(known))}`;
  }
  if (field === 'event' && !isHearing(node)) {
    const others = hearing.length === 0 ? ' No step before this one does.' : didYouMean(step, idsOf(hearing));
    return `\`${step}\` hears nothing: a \`waitFor\`, a \`task\` with \`outcomes\` and a \`start\` that waits do.${others}`;
  }
  return unknownName(path, { steps: stepNames(before) });
};

/** The names of the events a step waits for; none where it hears others, too. */
const eventsOf = (node: PlanNode | undefined): readonly string[] => {
  const awaited = node?.kind === 'waitFor' ? Object.values(node.awaited) : [];
  return awaited.every((each) => 'on' in each) ? awaited.flatMap(({ on }) => namesIn(on)) : [];
};

const misspelt = ([, step, field, kind, property = '']: readonly string[], before: readonly PlanNode[]) => {
  const known = propertiesOfAny(eventsOf(before.find(({ id }) => id === step)));
  return field === 'event' && kind === 'properties' ? misspeltProperty(property, known) : undefined;
};

/** What the message of a send reads of steps and can never be there. @param before the steps before it; undefined: not known. */
export const heardFindings = (
  step: Written,
  path: Path,
  { reads = {} }: Surroundings,
  before: () => readonly PlanNode[] | undefined,
): readonly Finding[] => {
  const message = textAt(step['send'], 'message') ?? '';
  const read = Object.hasOwn(reads, message) ? (reads[message] ?? []) : [];
  const ofSteps = read.map((each) => each.split('.')).filter(([root]) => root === 'steps');
  const nodes = ofSteps.length === 0 ? undefined : before();
  if (nodes === undefined) return [];
  const at = [...path, 'send', 'message'];
  return ofSteps.flatMap((each): readonly Finding[] => {
    const reading = `The message \`${message}\` reads \`${each.join('.')}\``;
    const fault = faultOf(each, nodes);
    if (fault !== undefined) return [{ path: at, message: `${reading}. ${fault}` }];
    const close = misspelt(each, nodes);
    if (close === undefined) return [];
    const without = 'without it the message says its fallback, or is withheld';
    return [
      warning(
        at,
        `${reading}, which no event \`${each[1]}\` waits for carries by the Segment Spec: ${without}. Did you mean \`${close}\`?`,
      ),
    ];
  });
};
