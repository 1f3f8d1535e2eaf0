import { rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { openFront } from '../../../local/front/open-front.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';
import { createLambda } from '../../../local/lambda/create-lambda.ts';
import { customResources } from '../../../local/lambda/custom-resources.ts';
import { loadStack } from '../../../local/template/load-stack.ts';
import { makeWorld } from '../template/make-world.ts';
import type { Parts } from '../template/write-assembly.ts';

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUps.splice(0)) await clean();
});

/** Answers as told by the resource's own properties, and prints what it was asked. */
const publisher = `export const handler = async (event) => {
  const { RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties, LogicalResourceId, ResourceType } = event;
  console.log(JSON.stringify({ RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties, OldResourceProperties, ResourceType }));
  if (ResourceProperties.Throws === 'true') throw new Error('broken');
  const Status = ResourceProperties.Fails === 'true' && RequestType !== 'Delete' ? 'FAILED' : 'SUCCESS';
  const id = ResourceProperties.Id ?? 'journey';
  await fetch(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify({
    Status, Reason: 'as told', PhysicalResourceId: id, StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId }) });
};`;

async function deployment(resources: Record<string, object>, journal = openJournal(':memory:')) {
  const parts: Parts = {
    resources: {
      Role: ['AWS::IAM::Role', {}],
      Publish: ['AWS::Lambda::Function', { Code: { S3Key: 'p.zip' }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }],
      ...Object.fromEntries(
        Object.entries(resources).map(([id, properties]) => [
          id,
          ['Custom::Journey', { ServiceToken: { 'Fn::GetAtt': ['Publish', 'Arn'] }, ...properties }] as const,
        ]),
      ),
    },
    assets: { p: publisher },
  };
  const made = makeWorld(parts, { journal });
  const front = await openFront({
    port: 0,
    router: made.router,
    clock: made.world.clock,
    callerOf: made.access.callerOf,
    note: () => {},
  });
  const asked: unknown[] = [];
  const lambda = createLambda(made.world, {
    awsUrl: front.url,
    access: made.access,
    matches: () => true,
    logs: ({ text }) => text.startsWith('{"Req') && asked.push(JSON.parse(text)),
  });
  made.router.add(lambda.service);
  cleanUps.push(front.close, () => rmSync(made.assembly, { recursive: true, force: true }));
  const stack = loadStack(made.assembly, { awsUrl: front.url, httpUrl: '' });
  const outcomes = await customResources({ world: { ...made.world, stack }, front }).deploy();
  return { asked, outcomes, notes: made.notes, journal };
}

test('a resource is created at the first start, with its properties as strings', async () => {
  const { asked, outcomes } = await deployment({ Cart: { Version: 3, Live: true, Steps: [{ n: 1 }] } });
  expect(outcomes).toEqual([{ logicalId: 'Cart', request: 'Create' }]);
  expect(asked).toMatchObject([
    {
      RequestType: 'Create',
      LogicalResourceId: 'Cart',
      ResourceType: 'Custom::Journey',
      ResourceProperties: { Version: '3', Live: 'true', Steps: [{ n: '1' }] },
    },
  ]);
});

test('a resource that did not change is left alone, one that did is updated', async () => {
  const { journal } = await deployment({ Cart: { Version: 3 }, Welcome: { Version: 1 } });
  expect((await deployment({ Cart: { Version: 3 }, Welcome: { Version: 1 } }, journal)).outcomes).toEqual([]);
  const { asked, outcomes } = await deployment({ Cart: { Version: 4 }, Welcome: { Version: 1 } }, journal);
  expect(outcomes).toEqual([{ logicalId: 'Cart', request: 'Update' }]);
  expect(asked).toMatchObject([
    {
      RequestType: 'Update',
      PhysicalResourceId: 'journey',
      ResourceProperties: { Version: '4' },
      OldResourceProperties: { Version: '3' },
    },
  ]);
});

test('a resource that left the template is deleted, and so is one that was replaced', async () => {
  const { journal } = await deployment({ Cart: { Id: 'one' }, Welcome: { Id: 'w' } });
  const { asked } = await deployment({ Cart: { Id: 'two' } }, journal);
  expect(asked).toMatchObject([
    { RequestType: 'Update', PhysicalResourceId: 'one' },
    { RequestType: 'Delete', PhysicalResourceId: 'one' },
    { RequestType: 'Delete', PhysicalResourceId: 'w', LogicalResourceId: 'Welcome' },
  ]);
  expect((await deployment({ Cart: { Id: 'two' } }, journal)).outcomes).toEqual([]);
});

test.each([
  ['refuses', { Fails: true }, 'as told'],
  ['breaks', { Throws: true }, 'broken'],
])('a resource whose function %s is noted with the reason and tried again', async (...[, properties, reason]) => {
  const { outcomes, notes, journal } = await deployment({ Cart: properties });
  expect(outcomes).toEqual([{ logicalId: 'Cart', request: 'Create', failure: reason }]);
  expect(notes).toEqual([`Cart could not be created: ${reason}`]);
  expect((await deployment({ Cart: properties }, journal)).outcomes).toHaveLength(1);
});
