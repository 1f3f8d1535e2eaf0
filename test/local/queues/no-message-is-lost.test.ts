import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { createQueues } from '../../../local/queues/create-queues.ts';
import { arnOf, ask, resource, smallWorld } from '../events/small-world.ts';

const [QUEUE, DEAD] = [arnOf('sqs', 'work'), arnOf('sqs', 'dead')];
const resources = [
  resource('AWS::SQS::Queue', QUEUE, {
    VisibilityTimeout: 10,
    RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount: 3 },
  }),
  resource('AWS::SQS::Queue', DEAD, {}),
];

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), delay: fc.integer({ min: 0, max: 20 }) }),
  fc.record({ do: fc.constant('receive' as const), most: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ do: fc.constant('delete' as const), pick: fc.nat() }),
  fc.record({ do: fc.constant('hide' as const), pick: fc.nat(), seconds: fc.integer({ min: 0, max: 30 }) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ do: fc.constant('crash' as const) }),
);

it('every message is waiting, in flight, dead or deleted, whatever happens, and a deleted one never comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const journal = memoryJournal();
      let small = smallWorld(resources, journal);
      let queues = createQueues(small.world);
      const deleted = new Set<string>();
      const received: { id: string; handle: string }[] = [];
      let sent = 0;
      let cameBack = false;

      for (const one of steps) {
        if (one.do === 'send') {
          await ask(queues, 'SendMessage', { QueueUrl: QUEUE, MessageBody: 'x', DelaySeconds: one.delay });
          sent += 1;
        } else if (one.do === 'receive') {
          const { Messages = [] } = await ask(queues, 'ReceiveMessage', {
            QueueUrl: QUEUE,
            MaxNumberOfMessages: one.most,
          });
          for (const { MessageId, ReceiptHandle } of Messages) received.push({ id: MessageId, handle: ReceiptHandle });
          cameBack ||= Messages.some(({ MessageId }: { MessageId: string }) => deleted.has(MessageId));
        } else if (one.do === 'wait') await small.world.clock.advance(one.seconds * 1_000);
        else if (one.do === 'crash') {
          const now = small.world.clock.now();
          small = smallWorld(resources, journal);
          await small.world.clock.advance(now - small.world.clock.now());
          queues = createQueues(small.world);
        } else if (received.length > 0) {
          const { id, handle } = received[one.pick % received.length]!;
          const before = total(queues);
          if (one.do === 'hide')
            await ask(queues, 'ChangeMessageVisibility', {
              QueueUrl: QUEUE,
              ReceiptHandle: handle,
              VisibilityTimeout: one.seconds,
            }).catch(() => undefined);
          else {
            await ask(queues, 'DeleteMessage', { QueueUrl: QUEUE, ReceiptHandle: handle });
            if (total(queues) < before) deleted.add(id);
          }
        }
        expect([total(queues) + deleted.size, cameBack]).toEqual([sent, false]);
      }
    }),
    { numRuns: 150 },
  );
});

const total = (queues: ReturnType<typeof createQueues>): number =>
  [QUEUE, DEAD].reduce((sum, arn) => {
    const { visible, delayed, inFlight } = queues.depth(arn);
    return sum + visible + delayed + inFlight;
  }, 0);
