import { loadavg } from 'node:os';
import { styleText } from 'node:util';

const WIDTH = 24;

/** A bar on stderr while something long goes on; nothing where nobody looks. */
export const progress = (what: string, whole: number): { told(done: number): void; end(): void } => {
  const { stderr } = process;
  if (!stderr.isTTY) return { told: () => undefined, end: () => undefined };
  return {
    told(done) {
      const full = Math.round((WIDTH * done) / whole);
      stderr.write(`\r  ${what.padEnd(40)} ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${done}/${whole}`);
    },
    end: () => void stderr.write(`\r${' '.repeat(100)}\r`),
  };
};

/** One line of a table: what, and its figures. */
export const row = (what: string, ...figures: readonly (number | string)[]): void =>
  console.log(`  ${what.padEnd(34)}${figures.map((each) => styleText('bold', short(each).padStart(11))).join('')}`);

export const heading = (what: string, ...columns: readonly string[]): void =>
  console.log(styleText('dim', `  ${what.padEnd(34)}${columns.map((each) => each.padStart(11)).join('')}`));

const short = (figure: number | string): string => {
  if (typeof figure === 'string') return figure;
  return figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toPrecision(3);
};

/** How busy the machine was in the last minute: seconds by the clock mean little when others use it too. */
export const load = (): string => `load ${(loadavg()[0] ?? 0).toFixed(1)}`;
