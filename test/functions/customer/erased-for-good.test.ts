import { afterAll, beforeAll, expect, test } from 'vitest';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { newImport, row, send, stream } from '../move-in/office.ts';
import { members, said, segment, upload } from '../segment/office.ts';
import { carryAllOn, fold, shoes, somebody, type Somebody } from '../world/customer.ts';
import { customerKey } from '../world/environment.ts';
import { cartAbandonment, hour, monday, publish, refolds, rowsOf, startWorld, stopWorld } from '../world/world.ts';
import { as, perform } from './desk.ts';
import { somebodyKnown } from './known.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
});
afterAll(stopWorld);

const [ben, olga] = [as('agent', 'ben'), as('operator', 'olga')];
const ids = idsWith(customerKey);

const erase = async (who: Somebody): Promise<void> => {
  await olga.erase(who.user);
  await perform();
};

/** Nothing is there but that they were erased. */
const expectGone = async (who: Somebody): Promise<void> => {
  expect([...(await who.rows()).keys()]).toEqual(['GATE', 'PROFILE']);
  expect((await who.rows()).get('PROFILE')).toMatchObject({ erasedAt: monday });
  expect([...(await rowsOf(`C#${who.id}`, 'log')).keys()]).toEqual([]);
  expect(await ben.card(who.user)).toMatchObject({ code: 410, body: { title: 'erased' } });
};

const agreed = { consent: { email: true } };

test('an import brings nobody back who was erased: their row is refused, with the reason, and the others are taken', async () => {
  const who = await somebodyKnown();
  await erase(who);
  const other = somebody();
  const part = {
    rows: [
      row(1, other.user, { email: `${other.user}@customer.example`, ...agreed }),
      row(2, who.user, { email: who.secrets[0], ...agreed }),
      row(3, 'undefined', {}),
    ],
  };
  const id = await newImport(1);
  const answer = await send(id, 0, part);
  expect(answer).toMatchObject({
    status: 200,
    body: {
      customers: 1,
      rows: 1,
      refused: [{ row: 2, field: 'userId', message: expect.stringContaining('was erased') }, { row: 3 }],
    },
  });
  expect(JSON.stringify(answer.body)).not.toContain(who.secrets[0]);
  await stream([who.user, other.user]);
  expect(refolds).toEqual([]);
  await expectGone(who);
  expect((await other.profile())?.body).toContain('@customer.example');
  expect((await send(id, 0, part)).body).toEqual(answer.body);
});

test('a part that was on its way when they were erased brings nobody back either', async () => {
  const who = await somebodyKnown();
  const id = await newImport(1);
  const sent = await send(id, 0, { rows: [row(1, who.user, { email: who.secrets[0] })] });
  expect(sent.body).toMatchObject({ customers: 1, refused: [] });
  await erase(who);
  await stream([who.user]);
  // Nor does what was received before and is folded after.
  await fold(await who.identify({ email: who.secrets[0], ...agreed }));
  await expectGone(who);
});

test('the suppression holds: whoever is imported with an address that bounced is not written to', async () => {
  const who = await somebodyKnown();
  const [address = ''] = who.secrets;
  const { signal } = await who.track('Email Bounced', { address, bounceType: 'Permanent' });
  await fold(
    await who.stored({ ...signal, messageId: `bounced-${who.id}`, subject: { customer: who.id } }, Date.now()),
  );
  await erase(who);
  const heir = somebody();
  const id = await newImport(1);
  await send(id, 0, {
    rows: [
      row(1, who.user, { email: address, ...agreed }),
      row(2, heir.user, { email: address, firstName: 'Kim', ...agreed }),
    ],
  });
  await stream([who.user, heir.user]);
  expect([...(await rowsOf(`ADDR#${ids.addressHash('email', address)}`)).keys()]).toContain('SUPPRESSED');
  await fold(await heir.track('Product Added', shoes));
  await carryAllOn(heir.id);
  await heir.until(monday + 5 * hour);
  expect(heir.got().filter((channel) => channel === 'email')).toEqual([]);
  expect(await heir.whys()).toMatchObject([{ reason: 'suppressed' }]);
});

test('an upload into a list puts nobody in who was erased, and says so of their row', async () => {
  const [who, other] = [await somebodyKnown(), await somebodyKnown()];
  await erase(who);
  const answer = await upload('press', `userId\n${who.user}\n${other.user}`);
  expect(answer.body).toMatchObject({
    added: 1,
    refused: 1,
    errors: [{ row: 2, field: 'userId', message: expect.stringContaining('was erased') }],
  });
  expect((await members('press')).body).toMatchObject({ members: [other.id] });
  expect(said(who.id)).toEqual([]);
  await expectGone(who);
});

test('an erasure takes somebody out of the lists they were put into, whose length is right afterwards', async () => {
  const [who, other] = [await somebodyKnown(), await somebodyKnown()];
  await upload('guests', `userId\n${who.user}\n${other.user}`);
  expect((await segment('guests')).body['size']).toBe(2);
  await erase(who);
  expect((await segment('guests')).body['size']).toBe(1);
  expect((await members('guests')).body).toMatchObject({ members: [other.id] });
  for (const shard of '0123456789abcdef') expect((await rowsOf(`SEG#guests#${shard}`)).has(who.id)).toBe(false);
});
