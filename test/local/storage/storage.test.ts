import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createStorage } from '../../../local/storage/create-storage.ts';
import { ask, askAs, resource, smallWorld } from '../events/small-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'storage-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ground = (data = mkdtempSync(join(folder, 'data-'))) => {
  const small = smallWorld([{ ...resource('AWS::S3::Bucket', 'arn:aws:s3:::failed', {}), ref: 'failed' }]);
  const s3 = small.add(createStorage(small.world, data));
  const put = (Key: string, body: string) =>
    ask(s3, 'PutObject', { Bucket: 'failed', Key, Body: Buffer.from(body).toString('base64') });
  const get = async (Key: string) =>
    Buffer.from((await ask(s3, 'GetObject', { Bucket: 'failed', Key })).Body, 'base64').toString();
  return { ...small, s3, put, get, data };
};

describe('an object', () => {
  it('is there again after a restart, with its type and tag', async () => {
    const { s3, put, data } = ground();
    await put('aws/lambda/1.json', '{"a":1}');
    const head = await ask(ground(data).s3, 'HeadObject', { Bucket: 'failed', Key: 'aws/lambda/1.json' });
    expect(head).toMatchObject({ ContentLength: 7, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
    await ask(s3, 'DeleteObject', { Bucket: 'failed', Key: 'aws/lambda/1.json' });
    await expect(ask(s3, 'GetObject', { Bucket: 'failed', Key: 'aws/lambda/1.json' })).rejects.toMatchObject({
      code: 'NoSuchKey',
    });
  });

  it('keeps apart keys that look alike, and never leaves its bucket’s folder', async () => {
    const { put, get, data } = ground();
    const key = fc.string({
      minLength: 1,
      maxLength: 20,
      unit: fc.constantFrom('a', 'B', '.', '/', '%', '!', ' ', 'é', '\\', '\u0000'),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { minLength: 2, maxLength: 4 }), async (keys) => {
        for (const one of keys) await put(one, `body of ${one}`);
        for (const one of keys) expect(await get(one)).toBe(`body of ${one}`);
      }),
      { numRuns: 50 },
    );
    expect(readdirSync(data)).toEqual(['s3']);
    expect(readdirSync(join(data, 's3'))).toEqual(['failed']);
  });

  it('is listed by prefix in the order of keys', async () => {
    const { s3, put } = ground();
    for (const key of ['b', 'a/2', 'a/1', 'a']) await put(key, key);
    const list = await ask(s3, 'ListObjectsV2', { Bucket: 'failed', Prefix: 'a' });
    expect(list.Contents.map(({ Key }: { Key: string }) => Key)).toEqual(['a', 'a/1', 'a/2']);
  });

  it('needs permission, and a bucket', async () => {
    const { s3, denied, world } = ground();
    denied.add('s3:PutObject arn:aws:s3:::failed/x');
    await expect(askAs(world.as('a-role'))(s3, 'PutObject', { Bucket: 'failed', Key: 'x', Body: '' })).rejects.toThrow(
      's3:PutObject',
    );
    await expect(ask(s3, 'PutObject', { Bucket: 'nope', Key: 'x', Body: '' })).rejects.toMatchObject({
      code: 'NoSuchBucket',
    });
  });
});
