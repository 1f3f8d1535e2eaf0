import * as z from 'zod';

const unitMs = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;
type Unit = keyof typeof unitMs;

const spoken = /^(\d+(?:\.\d+)?) (second|minute|hour|day|week)s?$/;
const iso = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const isoUnits = ['week', 'day', 'hour', 'minute', 'second'] as const;

const isUnit = (word: string | undefined): word is Unit => word !== undefined && word in unitMs;

/** `4 hours`, `1 day` or ISO 8601 `PT4H` as milliseconds; undefined when it is neither. Days are 24 hours. */
export const durationMs = (text: string): number | undefined => {
  const [, amount, unit] = spoken.exec(text) ?? [];
  if (isUnit(unit)) return Math.round(Number(amount) * unitMs[unit]);
  const parts = iso.exec(text)?.slice(1);
  if (parts === undefined || parts.every((part) => part === undefined)) return undefined;
  return isoUnits.reduce((total, each, i) => total + Number(parts[i] ?? 0) * unitMs[each], 0);
};

/** Milliseconds as people say them: `4 hours`, `1 day`, `90 minutes`. */
export const spokenDuration = (ms: number): string => {
  const unit =
    (['week', 'day', 'hour', 'minute'] as const).find((each) => ms % unitMs[each] === 0 && ms > 0) ?? 'second';
  const say = unit === 'day' && ms === unitMs.day ? 'hour' : unit;
  const amount = ms / unitMs[say];
  return `${amount} ${say}${amount === 1 ? '' : 's'}`;
};

export const Duration = z
  .string()
  .refine((text) => durationMs(text) !== undefined, {
    error: 'write a duration as `4 hours`, `30 minutes`, `1 day` or `PT4H`',
  })
  .describe('A duration: `4 hours`, `30 minutes`, `1 day` or `PT4H`. A day is 24 hours.');
