import { styleText } from 'node:util';
import type { GroupReport, Report, StepReport } from './build-report.ts';
import type { Counts } from '../river/tally.ts';

const number = (value: number): string => value.toLocaleString('en');
const clip = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
const dim = (text: string): string => styleText('dim', text);
const bold = (text: string): string => styleText('bold', text);
const heading = (text: string): readonly string[] => ['', `  ${bold(text)}`];

const width = 80;

/** Names with their counts, over as many lines as it takes. */
const wrapped = (label: string, parts: readonly string[]): readonly string[] => {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= width - 4) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(last === undefined ? `${label} ${part}` : `${' '.repeat(label.length)} ${part}`);
  }
  return lines.map((line) => dim(`    ${clip(line, width - 4)}`));
};

const listed = (label: string, counts: Counts): readonly string[] => {
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${number(count)}`);
  return parts.length === 0 ? [] : wrapped(label, parts);
};

const sum = (counts: Counts): number => Object.values(counts).reduce((total, each) => total + each, 0);

const columns = ['reached', 'sent', 'withheld', 'held', 'waiting'] as const;
const nameWidth = 28;

const stepLines = (step: StepReport): readonly string[] => {
  const { kind, title, reached, sent, held, heldFor, withheld, waiting, heard, timedOut, arms, ended } = step;
  const isSend = kind === 'send';
  const cells = [reached, isSend ? sent : '', isSend ? sum(withheld) : '', isSend ? held : '', waiting || ''];
  const row = cells.map((cell) => (typeof cell === 'number' ? number(cell) : cell).padStart(9)).join(' ');
  const waited = kind === 'waitFor' ? { ...heard, 'timed out': timedOut } : {};
  return [
    `  ${styleText('cyan', clip(title, nameWidth).padEnd(nameWidth))} ${row}`.trimEnd(),
    ...listed('withheld:', withheld),
    ...listed('held for:', heldFor),
    ...listed('heard:', waited),
    ...listed('took:', arms),
    ...listed('ended:', ended),
  ];
};

const duration = (minutes: number): string =>
  minutes < 120
    ? `${minutes} min`
    : minutes < 2880
      ? `${(minutes / 60).toFixed(1)} h`
      : `${(minutes / 1440).toFixed(1)} d`;

const percent = (value: number): string => value.toFixed(1);

const groupLine = ({ group, runs, reached, percent: at, againstHoldout }: GroupReport): string => {
  const against =
    againstHoldout === undefined
      ? ''
      : ` ${`${againstHoldout.share >= 0 ? '+' : ''}${percent(againstHoldout.share)} (${percent(againstHoldout.low)} to ${percent(againstHoldout.high)})`.padStart(21)}`;
  const range = `${percent(at.share)} (${percent(at.low)}–${percent(at.high)})`;
  const isClear = againstHoldout !== undefined && againstHoldout.low > 0;
  return `  ${clip(group, 18).padEnd(18)} ${number(runs).padStart(9)} ${number(reached).padStart(9)} ${range.padStart(17)}${isClear ? styleText('green', against) : against}`;
};

const goalLines = ({ goals }: Report): readonly string[] =>
  goals.flatMap(({ on, within, groups }) => [
    ...heading(`Goal: ${clip(typeof on === 'string' ? on : on.join(' or '), 44)} within ${within}`),
    dim(
      `  ${'group'.padEnd(18)} ${'runs'.padStart(9)} ${'reached'.padStart(9)} ${'% (95 % sure)'.padStart(17)}${groups.some(({ againstHoldout }) => againstHoldout) ? ` ${'points over holdout'.padStart(21)}` : ''}`,
    ),
    ...groups.map(groupLine),
  ]);

const costLines = ({ cost, transitions }: Report): readonly string[] => {
  const { total = 0, ...parts } = cost.per1000;
  const shown = Object.entries(parts).filter(([, dollars]) => dollars > 0);
  return [
    ...heading(`Estimated cost of 1,000 customers who enter: $${total.toFixed(2)}`),
    ...wrapped(
      '',
      shown.map(([part, dollars]) => `${part} $${dollars.toFixed(dollars < 0.1 ? 4 : 2)}`),
    ),
    dim(`     ${transitions.perRun} state transitions a run; list prices of ${cost.region}, ${cost.pricesOf}`),
  ];
};

const noEntry = (report: Report): readonly string[] =>
  report.entered.runs > 0
    ? []
    : [
        '',
        styleText('yellow', '  Nobody entered: no event of the behaviour fits a trigger.'),
        `  Write what customers do in simulate.yaml: npm run simulate -- ${report.journey} --init`,
      ];

/** The result as people read it, at most 80 columns wide. */
export const printReport = (report: Report): string => {
  const { journey, customers, days, seed, entered, steps, ended, open, messages, minutes } = report;
  const heldOut = entered.heldOut === 0 ? '' : `, ${number(entered.heldOut)} held out`;
  return [
    '',
    `  ${bold(journey)}  ${number(customers)} customers, ${days} days, seed ${seed}`,
    `  ${number(entered.customers)} entered, ${number(entered.runs)} runs${heldOut}`,
    ...noEntry(report),
    '',
    dim(`  ${'step'.padEnd(nameWidth)} ${columns.map((name) => name.padStart(9)).join(' ')}`),
    ...steps.filter(({ kind }) => kind !== 'again').flatMap(stepLines),
    ...heading('Ended'),
    ...listed('', { ...ended, ...(open === 0 ? {} : { 'still open': open }) }),
    ...heading('Messages'),
    ...listed('', sum(messages) === 0 ? { none: 0 } : messages),
    ...goalLines(report),
    ...heading('Time from entry to end'),
    ...wrapped('', [
      `half within ${duration(minutes.p50)}`,
      `90 % within ${duration(minutes.p90)}`,
      `99 % within ${duration(minutes.p99)}`,
    ]),
    ...costLines(report),
    '',
  ].join('\n');
};
