import type { Import, ImportApi, PartDone } from './import-api.ts';
import type { Part } from './parts.ts';

/** Parts on their way at the same time, until one has to be sent again: then one less, for what is too slow is not helped by more. */
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
  let lanes = atOnce;
  const onSlow = (): undefined => void (lanes = Math.max(1, lanes - 1));
  const lane = async (number: number): Promise<void> => {
    for (;;) {
      if (number > lanes) return;
      const next = await parts.next();
      if (next.done === true || isBroken) return;
      if (!isMissing(next.value)) continue;
      try {
        onDone(await api.send(begun.id, next.value, onSlow));
      } catch (error) {
        isBroken = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => lane(n + 1)));
};
