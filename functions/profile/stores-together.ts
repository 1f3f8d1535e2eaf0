import { statementBatch } from '../aws/statement-batch.ts';
import type { FoldStores } from './fold-customer.ts';

/** The stores as the folds of one batch see them: what is read and written of one customer goes with what others need just then. */
export const storesTogether = (stores: FoldStores): FoldStores => {
  const batch = statementBatch();
  return {
    ...stores,
    profiles: { ...stores.profiles, ...stores.profiles.together(batch) },
    enrolments: { ...stores.enrolments, ...stores.enrolments.together(batch) },
    messages: { ...stores.messages, ...stores.messages.together(batch) },
  };
};
