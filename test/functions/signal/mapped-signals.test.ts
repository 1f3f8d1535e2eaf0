import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deployedMappings } from '../../../functions/signal/deployed-mappings.ts';
import { bodyReader } from '../../../functions/signal/read-body.ts';

const now = Date.parse('2026-01-05T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'segue-mappings-'));

test('a function has the mappings that lie beside it, and none where none do', () => {
  expect(deployedMappings(folder)).toEqual({});
  writeFileSync(join(folder, 'mappings.json'), JSON.stringify({ orders: 'detail' }));
  expect(deployedMappings(folder)).toEqual({ orders: 'detail' });
  rmSync(folder, { recursive: true });
});

test('one message may be several signals, one or none', async () => {
  const read = bodyReader({ orders: `detail.lines.{ 'event': 'Line', 'userId': 'u', 'properties': { 'sku': sku } }` });
  const message = (lines: unknown) => JSON.stringify({ mapping: 'orders', event: { id: 'e', detail: { lines } } });
  expect((await read(message([{ sku: 'a' }, { sku: 'b' }]), now)).map(({ signal }) => signal?.messageId)).toEqual([
    'e',
    'e:1',
  ]);
  expect((await read(message([{ sku: 'a' }]), now)).length).toBe(1);
  expect((await read(message([]), now))[0]?.refusal?.reason).toBe('not-mapped');
});

test('a producer cannot ask for a mapping: what it says is in detail', async () => {
  const read = bodyReader({ orders: `{ 'event': 'Mapped', 'userId': 'u' }` });
  const detail = { mapping: 'orders', event: 'Own', userId: 'u' };
  const [parsed] = await read(JSON.stringify({ source: 'shop', 'detail-type': 'track', detail }), now);
  expect(parsed?.signal?.event).toBe('Own');
});
