import type { Import, ImportApi, PartDone } from './import-api.ts';
import type { Part } from './parts.ts';

/** Parts on their way at the same time. */
const atOnce = 4;

export type Sending = {
  readonly api: ImportApi;
  readonly begun: Import;
  readonly onDone: (done: PartDone) => void;
};

/** Sends the parts that are missing, a few at a time: the next are read when there is room for them. */
export const sendParts = async (parts: AsyncIterator<Part>, { api, begun, onDone }: Sending): Promise<void> => {
  const isMissing = ({ part }: Part): boolean => begun.missing.some(([from, to]) => part >= from && part <= to);
  let isBroken = false;
  const lane = async (): Promise<void> => {
    for (;;) {
      const next = await parts.next();
      if (next.done === true || isBroken) return;
      if (!isMissing(next.value)) continue;
      try {
        onDone(await api.send(begun.id, next.value));
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};
