import { onMismatch } from '#core/expression';
import { customerIds } from '../aws/customer-id.ts';
import { enrolmentStore } from '../aws/enrolment-store.ts';
import { entryQueue } from '../aws/entry-queue.ts';
import { gateStore } from '../aws/gate-store.ts';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { count } from '../aws/observed.ts';
import { profileStore } from '../aws/profile-store.ts';
import { suppressionStore } from '../aws/suppression-store.ts';
import { type Deskings, segmentDesk } from '../segment/desk/segment-desk.ts';
import type { FoldStores } from './fold-customer.ts';

type Tables = Deskings & { readonly LOG_TABLE: string; readonly KEY_SECRET_ARN: string };

let made: Promise<FoldStores> | undefined;

const make = async (env: Tables): Promise<FoldStores> => {
  onMismatch(() => count('ConditionMismatch'));
  const { STATE_TABLE, LOG_TABLE, KEY_SECRET_ARN } = env;
  const hash = await keyedHash(KEY_SECRET_ARN);
  return {
    profiles: profileStore({ state: STATE_TABLE, log: LOG_TABLE }),
    gates: gateStore(STATE_TABLE),
    enrolments: enrolmentStore(STATE_TABLE),
    queue: entryQueue(STATE_TABLE),
    journeys: journeyStore(STATE_TABLE),
    suppressions: suppressionStore(STATE_TABLE),
    segments: segmentDesk(env),
    addressHash: (await customerIds(KEY_SECRET_ARN)()).addressHash,
    enrolId: (customer, journey, key) => hash(`enrol:${customer}:${journey}:${key}`),
  };
};

/** Made once per function instance; a failure to read the key is tried again at the next call. */
export const foldStores = (env: Tables): Promise<FoldStores> => {
  made ??= make(env);
  made.catch(() => (made = undefined));
  return made;
};
