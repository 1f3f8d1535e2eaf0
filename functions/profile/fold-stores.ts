import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { onMismatch } from '#core/expression';
import { busWriter } from '../aws/bus-writer.ts';
import { carriedRows } from '../aws/carried-rows.ts';
import { sqs } from '../aws/clients.ts';
import { consentChain } from '../aws/consent-chain.ts';
import { customerIds } from '../aws/customer-id.ts';
import { enrolmentStore } from '../aws/enrolment-store.ts';
import { entryQueue } from '../aws/entry-queue.ts';
import { gateStore } from '../aws/gate-store.ts';
import { linkStore } from '../aws/link-store.ts';
import { lookupRows } from '../aws/lookup-rows.ts';
import { hearReply } from '../feedback/hear-reply.ts';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { count } from '../aws/observed.ts';
import { messageReports } from '../aws/message-reports.ts';
import { profileStore } from '../aws/profile-store.ts';
import { suppressionStore } from '../aws/suppression-store.ts';
import { type Deskings, segmentDesk } from '../segment/desk/segment-desk.ts';
import type { FoldStores } from './fold-customer.ts';

type Tables = Deskings & { readonly BUS_NAME: string } & {
  readonly LOG_TABLE: string;
  readonly KEY_SECRET_ARN: string;
  readonly REFOLD_QUEUE_URL: string;
};

let made: Promise<Omit<FoldStores, 'isGivenUp'>> | undefined;

const make = async (env: Tables): Promise<Omit<FoldStores, 'isGivenUp'>> => {
  onMismatch(() => count('ConditionMismatch'));
  const { STATE_TABLE, LOG_TABLE, KEY_SECRET_ARN, REFOLD_QUEUE_URL } = env;
  const hash = await keyedHash(KEY_SECRET_ARN);
  const ids = await customerIds(KEY_SECRET_ARN)();
  const { addressHash, lookupHash } = ids;
  const suppressions = suppressionStore(STATE_TABLE);
  const lookups = lookupRows(STATE_TABLE);
  const consents = consentChain(STATE_TABLE, hash);
  const replies = { suppressions, lookups, consents, bus: busWriter(env.BUS_NAME), addressHash, lookupHash };
  return {
    profiles: profileStore({ state: STATE_TABLE, log: LOG_TABLE }),
    gates: gateStore(STATE_TABLE),
    consents,
    hearReply: (customer, reply) => hearReply(customer, reply, replies),
    enrolments: enrolmentStore(STATE_TABLE),
    queue: entryQueue(STATE_TABLE),
    journeys: journeyStore(STATE_TABLE),
    suppressions,
    messages: messageReports(STATE_TABLE),
    segments: segmentDesk(env),
    carried: carriedRows(LOG_TABLE),
    links: linkStore(STATE_TABLE),
    lookups,
    ids,
    settleSoon: async (customer) => {
      const MessageBody = JSON.stringify({ settle: customer });
      await sqs().send(new SendMessageCommand({ QueueUrl: REFOLD_QUEUE_URL, MessageBody }));
    },
    addressHash,
    enrolId: (customer, journey, key) => hash(`enrol:${customer}:${journey}:${key}`),
  };
};

/** Made once per function instance; a failure to read the key is tried again at the next call. */
export const foldStores = async (
  env: Tables,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<FoldStores> => {
  made ??= make(env);
  made.catch(() => (made = undefined));
  return { ...(await made), isGivenUp: () => context.getRemainingTimeInMillis() <= 0 };
};
