import type { WriteStream } from 'node:tty';

const width = 30;

const timeText = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** How far it is, in one line that is written over; where nobody looks, a line every tenth of the way. */
export const progressBar = (total: number, out: WriteStream, now: () => number) => {
  const began = now();
  let [done, shown] = [0, 0];
  const rate = (): number => done / Math.max((now() - began) / 1000, 0.001);
  const line = (): string => {
    const part = total === 0 ? 1 : done / total;
    const bar = '█'.repeat(Math.round(part * width)).padEnd(width, '░');
    const left = done === 0 ? '' : `, ${timeText((total - done) / rate())} left`;
    return `${bar} ${Math.floor(part * 100)} %  ${done.toLocaleString('en')} of ${total.toLocaleString('en')} rows, ${Math.round(rate()).toLocaleString('en')} a second${left}`;
  };
  return {
    add(rows: number): void {
      done += rows;
      if (out.isTTY) return void out.write(`\r\u001b[K${line()}`);
      const tenth = Math.floor((done / Math.max(total, 1)) * 10);
      if (tenth > shown) out.write(`${line()}\n`);
      shown = tenth;
    },
    end: (): void => void (out.isTTY && out.write('\n')),
  };
};
