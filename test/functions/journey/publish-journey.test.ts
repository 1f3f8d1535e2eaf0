import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashing } from '../world/calls.ts';
import { fold, somebody } from '../world/customer.ts';
import { machineArn } from '../world/step-functions.ts';
import {
  journeyOf,
  minute,
  monday,
  publish,
  rowsOf,
  startWorld,
  stopWorld,
  at,
  pointersAgeASecond,
} from '../world/world.ts';

beforeAll(startWorld);
afterAll(stopWorld);

let names = 0;
/** A new journey, as its author first wrote it and as they changed it. */
const journey = () => {
  const name = `journey-${++names}`;
  const written = (hours: number) =>
    journeyOf({ name, triggers: [{ signal: `Start ${name}` }], steps: [{ wait: `${hours} hours` }] });
  return { name, event: `Start ${name}`, first: written(1), second: written(2), third: written(3) };
};

const pointer = async (name: string) => (await rowsOf('JOURNEYS')).get(name);
const versions = async (name: string): Promise<readonly string[]> => [...(await rowsOf(`J#${name}`)).keys()];

describe('a stack that publishes a journey', () => {
  test('makes it live as version 1', async () => {
    const { name, first } = journey();
    expect(await publish(first)).toMatchObject({ Status: 'SUCCESS', Data: { Outcome: 'live, version 1' } });
    expect(await pointer(name)).toMatchObject({ version: 1, machine: machineArn(name), status: 'live' });
  });

  test('again without a change keeps the version, also on a new machine', async () => {
    const { name, first } = journey();
    await publish(first);
    expect(await publish(first, { type: 'Update', version: 2 })).toMatchObject({
      Data: { Outcome: 'live, version 1' },
    });
    expect(await versions(name)).toEqual(['V#00000001']);
    expect(await pointer(name)).toMatchObject({ machine: machineArn(name, 2) });
  });

  test('with a change makes the next version, and the one before stays as it is', async () => {
    const { name, first, second } = journey();
    await publish(first);
    const before = (await rowsOf(`J#${name}`)).get('V#00000001');
    expect(await publish(second, { type: 'Update', version: 2 })).toMatchObject({
      Data: { Outcome: 'live, version 2' },
    });
    expect((await rowsOf(`J#${name}`)).get('V#00000001')).toEqual(before);
  });

  test('whose channels are missing refuses the journey with the reason, not the deployment', async () => {
    const { name } = journey();
    const steps = [{ send: { message: 'last-call', channels: ['push'] } }];
    const answer = await publish(journeyOf({ name, triggers: [{ signal: `Start ${name}` }], steps }));
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Outcome: expect.stringContaining('sends by push') } });
    expect(await pointer(name)).toMatchObject({ status: 'refused', reason: expect.stringContaining('push') });
  });

  test('that broke off between version and pointer publishes whatever comes next', async () => {
    const { name, first, second, third } = journey();
    await publish(first);
    const { calls } = await crashing({ at: (soFar) => soFar.at(-1) === 'UpdateItem', when: 'before', dead: true }, () =>
      publish(second),
    );
    expect(calls).toContain('PutItem');
    expect(await pointer(name)).toMatchObject({ version: 1 });
    expect(await publish(third, { type: 'Update' })).toMatchObject({
      Status: 'SUCCESS',
      Data: { Outcome: 'live, version 3' },
    });
    expect(await publish(second, { type: 'Update' })).toMatchObject({ Data: { Outcome: 'live, version 4' } });
  });

  test('twice at once keeps every version that was written', async () => {
    const { name, first, second, third } = journey();
    await publish(first);
    await Promise.all([publish(second), publish(third)]);
    expect((await pointer(name))!['version']).toBeGreaterThan(1);
    const documents = [...(await rowsOf(`J#${name}`)).values()].map(({ document }) => document);
    expect(new Set(documents).size).toBe(documents.length);
  });

  test('is told in a sentence that CloudFormation takes what is wrong with a document', async () => {
    const { name } = journey();
    const broken = { ...journey().first, needs: Array.from({ length: 500 }, () => ['pigeon']) };
    const answer = await publish(broken as never, { name });
    expect(answer.Status).toBe('FAILED');
    expect(JSON.stringify(answer).length).toBeLessThan(4096);
  });
});

describe('a journey that leaves the stack', () => {
  test('lets nobody in any more, and those who are in it go on', async () => {
    const { name, event, first } = journey();
    await publish(first);
    at(monday);
    const [inIt, late] = [somebody(), somebody()];
    await fold(await inIt.track(event));
    expect(await publish(first, { type: 'Delete' })).toMatchObject({ Status: 'SUCCESS', Data: { Outcome: 'retired' } });
    expect(await pointer(name)).toMatchObject({ status: 'retired', version: 1 });
    pointersAgeASecond();
    await fold(await late.track(event));
    expect(await late.runs()).toEqual([]);
    await inIt.until(monday + 70 * minute);
    expect(await inIt.runs()).toMatchObject([{ endReason: 'completed' }]);
  });

  test('comes back as the version it was', async () => {
    const { name, first } = journey();
    await publish(first);
    await publish(first, { type: 'Delete' });
    expect(await publish(first)).toMatchObject({ Data: { Outcome: 'live, version 1' } });
    expect(await pointer(name)).toMatchObject({ status: 'live' });
  });

  test('may never have been published, whatever it looked like', async () => {
    const { name, first } = journey();
    expect(await publish(first, { type: 'Delete' })).toMatchObject({
      Status: 'SUCCESS',
      Data: { Outcome: 'never published' },
    });
    expect(await publish(undefined, { type: 'Delete', name })).toMatchObject({ Status: 'SUCCESS' });
    expect(await pointer(name)).toBeUndefined();
  });
});

test('a customer who came in with one version stays with it, and an order still ends the run when they came in with two', async () => {
  const name = `journey-${++names}`;
  const written = (hours: number) =>
    journeyOf({
      name,
      triggers: [{ signal: `Start ${name}` }],
      reentry: { after: '1 hour' },
      exit: [{ on: 'Order Completed' }],
      steps: [{ wait: `${hours} hours` }],
    });
  at(monday);
  await publish(written(1));
  pointersAgeASecond();
  const who = somebody();
  await fold(await who.track(`Start ${name}`));
  await publish(written(5), { type: 'Update', version: 2 });
  await who.until(monday + 61 * minute);
  expect(await who.runs()).toMatchObject([{ version: 1, endReason: 'completed' }]);
  pointersAgeASecond();
  await fold(await who.track(`Start ${name}`));
  expect(await who.runs()).toMatchObject([{ version: 2, occurrence: 2 }]);
  await fold(await who.track('Order Completed'));
  expect(await who.runs()).toMatchObject([{ version: 2, exitReason: 'Order Completed' }]);
});
