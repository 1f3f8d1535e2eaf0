import { createHash } from 'node:crypto';

/** A UUID that is the same whenever it is asked for the same reason: what is made again after a restart keeps its name. */
export function steadyUuid(...reason: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(reason.join('\n')).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}
