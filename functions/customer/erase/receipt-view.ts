import { remainingCopies, stays } from './copies.ts';
import type { Receipt } from './receipt.ts';

/** A receipt as whoever asked for it keeps it: what was done when, what is left where, and until when. */
export const receiptView = ({ receipt, customer, by, requestedAt, status, erasedAt, checkedAt, removed }: Receipt) => ({
  receipt,
  customer,
  by,
  status,
  requestedAt,
  erasedAt,
  checkedAt,
  removedRows: removed,
  stays,
  copies: remainingCopies(Date.parse(erasedAt ?? requestedAt)),
});
