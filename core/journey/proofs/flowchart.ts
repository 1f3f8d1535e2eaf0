import { spokenDuration } from '../document/duration.ts';
import type { Next, Plan, PlanNode } from '../plan/nodes.ts';
import { channelsOf } from '../published.ts';

/** Text that Mermaid takes for nothing else. */
const quoted = (text: string): string =>
  `"${text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('\n', ' ')}"`;

const words = (node: PlanNode): string => {
  if (node.kind === 'waitFor') return `${node.title}<br/>${spokenDuration(node.ms)}`;
  if (node.kind !== 'send') return node.title;
  const { message } = node.send;
  const isNamed = node.title.includes(message);
  return [node.title, ...(isNamed ? [] : [message]), channelsOf(node.send).join(', ')].join('<br/>');
};

const shaped = (node: PlanNode): string => {
  const text = quoted(words(node));
  switch (node.kind) {
    case 'send':
    case 'act':
      return `[${text}]`;
    case 'wait':
    case 'waitFor':
      return `([${text}])`;
    case 'branch':
    case 'split':
    case 'decide':
    case 'again':
      return `{${text}}`;
    case 'repeat':
      return `[/${text}/]`;
    case 'end':
      return `((${text}))`;
  }
};

type Edge = { readonly to: Next; readonly label?: string };

const edgesOf = (node: PlanNode): readonly Edge[] => {
  switch (node.kind) {
    case 'send':
    case 'act':
      return [{ to: node.next }];
    case 'wait':
      return node.missing === node.next || 'ms' in node.time
        ? [{ to: node.next }]
        : [{ to: node.next }, { to: node.missing, label: 'no date' }];
    case 'waitFor':
      return [
        ...Object.entries(node.arms).map(([label, to]) => ({ to, label })),
        { to: node.timeout, label: 'timeout' },
      ];
    case 'branch':
      return [
        ...node.choices.map(({ when, next }) => ({ to: next, label: when })),
        { to: node.otherwise, label: 'otherwise' },
      ];
    case 'split':
      return node.arms.map(({ arm, percent, next }) => ({ to: next, label: `${arm} ${percent} %` }));
    case 'decide': {
      const isAlways = node.options.some(({ when }) => when === undefined);
      const options = node.options.map(({ option, next }) => ({ to: next, label: option }));
      return isAlways ? options : [...options, { to: node.otherwise, label: 'otherwise' }];
    }
    case 'repeat':
      return [{ to: node.body }, ...(node.until === undefined ? [] : [{ to: node.next, label: node.until }])];
    case 'again':
      return [
        { to: node.pause, label: `up to ${node.times} times` },
        { to: node.next, label: 'enough' },
      ];
    case 'end':
      return [];
  }
};

/** The steps in the order a reader comes to them, then those nobody comes to. */
const inOrder = ({ first, nodes }: Plan): readonly PlanNode[] => {
  const found = new Set<string>();
  const open: Next[] = [first];
  while (open.length > 0) {
    const at = open.pop();
    const node = at === undefined || found.has(at) ? undefined : nodes[at];
    if (node === undefined) continue;
    found.add(node.id);
    open.push(
      ...edgesOf(node)
        .map(({ to }) => to)
        .toReversed(),
    );
  }
  return [...[...found].flatMap((id) => nodes[id] ?? []), ...Object.values(nodes).filter(({ id }) => !found.has(id))];
};

/** A plan as a Mermaid flowchart. The same plan always gives the same text. */
export const flowchartOf = (plan: Plan): string => {
  const { first } = plan;
  const all = inOrder(plan);
  const nameOf = new Map(all.map(({ id }, i) => [id, `n${i + 1}`]));
  const name = (to: Next): string => (to === undefined ? 'done' : (nameOf.get(to) ?? 'done'));
  const edges = all.flatMap((node) => edgesOf(node).map((edge) => ({ from: name(node.id), ...edge })));
  const arrow = ({ from, to, label }: Edge & { readonly from: string }): string =>
    label === undefined ? `${from} --> ${name(to)}` : `${from} -->|${quoted(label)}| ${name(to)}`;
  const isDone = first === undefined || edges.some(({ to }) => to === undefined);
  return [
    'flowchart TD',
    `  enter(("enters")) --> ${name(first)}`,
    ...all.map((node) => `  ${name(node.id)}${shaped(node)}`),
    ...edges.map((edge) => `  ${arrow(edge)}`),
    ...(isDone ? ['  done(("completed"))'] : []),
  ].join('\n');
};
