import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { drawFlow } from '../../../commands/simulate/picture/draw-flow.ts';
import { buildReport } from '../../../commands/simulate/report/build-report.ts';
import { difference, wilson } from '../../../commands/simulate/report/interval.ts';
import { printReport } from '../../../commands/simulate/report/print-report.ts';
import { progressOf } from '../../../commands/simulate/report/progress.ts';
import { cartAbandonment, everything, journeyOf, simulated } from './lab.ts';

const reportOf = (published: ReturnType<typeof everything>, customers = 300) =>
  buildReport(published.journey, simulated(published, customers), { days: 30, seed: 7 });

describe('the report', () => {
  test('fits 80 columns, whatever the journey', () => {
    for (const published of [cartAbandonment(), everything()]) {
      const lines = stripVTControlCharacters(printReport(reportOf(published))).split('\n');
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    }
  });

  test('tells each step, what was heard, why nothing was sent and how runs ended', () => {
    const text = stripVTControlCharacters(printReport(reportOf(everything())));
    for (const words of ['offer', 'took: plain', 'withheld: no-consent', 'heard: ', 'held out', 'holdout', 'unhappy'])
      expect(text).toContain(words);
  });

  test('says what to do when nobody entered', () => {
    const { journey } = everything();
    const tally = simulated(everything(), 5, { behaviour: (given) => ({ ...given, events: [] }) });
    const text = stripVTControlCharacters(printReport(buildReport(journey, tally, { days: 30, seed: 7 })));
    expect(text).toMatch(/Nobody entered[\s\S]*npm run simulate -- everything --init/);
  });

  test('gives each step after those that lead to it', () => {
    const ids = reportOf(cartAbandonment()).steps.map(({ id }) => id);
    expect(ids).toEqual(['wait-4-hours', 'reminder', 'response', 'end-responded', 'send-last-call']);
  });

  test('costs what its messages and states cost', () => {
    const { cost, messages, entered } = reportOf(cartAbandonment());
    const { total, ...parts } = cost.per1000;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total!, 5);
    expect(cost.per1000['sms']).toBeCloseTo((messages['sms']! * 8.83) / entered.customers, 5);
  });
});

describe('the interval of a share', () => {
  // Newcombe 1998, tables I and II.
  test('is Wilson’s', () => {
    const { low, high } = wilson(81, 263);
    expect([low.toFixed(2), high.toFixed(2)]).toEqual(['25.53', '36.62']);
    expect(wilson(0, 20).low).toBe(0);
    expect(wilson(0, 20).high).toBeCloseTo(16.11, 2);
    expect(wilson(0, 0)).toEqual({ share: 0, low: 0, high: 100 });
  });

  test('of a difference is Newcombe’s', () => {
    const { share, low, high } = difference(wilson(56, 70), wilson(48, 80));
    expect([share, low, high].map((each) => each.toFixed(2))).toEqual(['20.00', '5.24', '33.39']);
  });
});

describe('the picture', () => {
  const tags = (svg: string): readonly string[] => svg.match(/<\/?[a-z]+/g) ?? [];

  test('has a box for each step that was reached and a band for each way', () => {
    const report = reportOf(everything());
    const svg = drawFlow(report);
    for (const { title, reached } of report.steps)
      if (reached > 0) expect(svg).toContain(`<title>${title.replaceAll('"', '&quot;')}:`);
    expect(tags(svg).filter((tag) => tag === '<path').length).toBeGreaterThanOrEqual(report.flow.length - 2);
  });

  test('has bands as wide as the runs are many', () => {
    const svg = drawFlow(reportOf(cartAbandonment()));
    expect(svg).toMatch(/<rect x="32" y="94" width="560"/);
  });

  test('is well-formed, also where names hold what XML means otherwise', () => {
    const published = journeyOf(`
name: odd
triggers: [{ signal: 'A & <B> "C"' }]
exit: [{ on: 'Left & <gone>' }]
topic: promotions
steps: [{ wait: 1 day }, { end: 'so & <so> "it" goes' }]
`);
    const svg = drawFlow(reportOf(published, 60));
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
    const open: string[] = [];
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (self !== '/') open.push(name!);
    }
    expect(open).toEqual([]);
  });

  test('is drawn also when nobody entered', () => {
    const tally = simulated(everything(), 3, { behaviour: (given) => ({ ...given, events: [] }) });
    expect(drawFlow(buildReport(everything().journey, tally, { days: 1, seed: 1 }))).toContain('0 runs enter');
  });
});

test('progress is a bar on a terminal and a line for each tenth elsewhere', () => {
  const said: string[] = [];
  const to = (isTTY: boolean) => progressOf(100, { isTTY, write: (text) => void said.push(text) });
  [5, 10, 15, 100].forEach(to(false));
  expect(said).toEqual(['10 of 100 customers\n', '100 of 100 customers\n']);
  said.length = 0;
  [50].forEach(to(true));
  expect(said).toEqual([`\r  [${'#'.repeat(15)}${'.'.repeat(15)}] 50 customers`]);
});
