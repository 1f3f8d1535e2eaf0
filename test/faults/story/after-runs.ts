import type { DynamoDBBatchResponse, DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { item } from '../../../functions/aws/keys.ts';
import type { Call } from '../ground/aws.ts';
import type { Kernel } from '../ground/kernel.ts';
import { minute } from './script.ts';
import { type Row, rowsOf } from './people.ts';

type Hosts = {
  readonly kernel: Kernel;
  readonly launch: (name: string, gone: () => void, run: () => Promise<void>) => void;
  readonly announce: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;
  readonly settleClaims: (event: SQSEvent) => Promise<SQSBatchResponse>;
};

/** The rows a call writes, by their keys. */
const keysOf = ({ input }: Call): readonly { readonly pk: string; readonly sk: string }[] => {
  const parts: Row[] = input['TransactItems']?.flatMap((each: Row) => Object.values(each)) ?? [input];
  return parts.flatMap((part) => {
    const { pk, sk } = part['Key'] ?? part['Item'] ?? {};
    return pk === undefined ? [] : [{ pk: String(pk.S), sk: String(sk.S) }];
  });
};

const isClosed = (row: Row | undefined): boolean => row?.['exitedAt'] !== undefined || row?.['endedAt'] !== undefined;

/** What comes once a run is over: the table's stream tells so, and the claims it has left are settled by others. */
export const afterRuns = ({ kernel, launch, announce, settleClaims }: Hosts) => {
  const told = new Set<string>();

  /** Once more after a while, until nothing of the batch has failed. */
  const untilDone = (name: string, againMs: number, attempt: () => Promise<SQSBatchResponse>): void => {
    let isOver = false;
    const gone = (): void => {
      if (!isOver) kernel.after(againMs, `${name} again`, () => untilDone(name, againMs, attempt));
      isOver = true;
    };
    launch(name, gone, async () => {
      const failed = await attempt().then(
        ({ batchItemFailures }) => batchItemFailures.length > 0,
        () => true,
      );
      if (failed) return gone();
      isOver = true;
    });
  };

  const wrote = async (call: Call): Promise<void> => {
    for (const { pk, sk } of keysOf(call).filter((key) => key.sk.startsWith('ENROL#'))) {
      const row = (await rowsOf(pk)).find((each) => each['sk'] === sk);
      const run = `${pk} ${sk} ${row?.['occurrence']}`;
      if (row === undefined || !isClosed(row) || told.has(run)) continue;
      told.add(run);
      const dynamodb = { SequenceNumber: '1', Keys: item({ pk, sk }), NewImage: item(row) };
      const event = { Records: [{ eventName: 'MODIFY', dynamodb }] } as DynamoDBStreamEvent;
      kernel.after(200, 'stream', () => untilDone('announce', 1000, () => announce(event)));
    }
  };

  /** A claim to look at: once its lease is over. */
  const claim = (body: string): void =>
    kernel.after(minute, 'claims', () =>
      untilDone('settle', minute, () => settleClaims({ Records: [{ body, messageId: '1' }] } as unknown as SQSEvent)),
    );

  return { wrote, claim };
};
