import { join } from 'node:path';
import * as z from 'zod';
import { count, operation } from '../events/operation.ts';
import { AwsError, type Caller, type Service, type World } from '../world.ts';
import { bucketFiles, etag } from './bucket-files.ts';

const object = z.object({ Bucket: z.string(), Key: z.string() });
const put = object.extend({
  /** Base64, as the front decodes bytes. */
  Body: z.string().default(''),
  ContentType: z.string().default('application/octet-stream'),
});
const list = z.object({
  Bucket: z.string(),
  Prefix: z.string().optional(),
  prefix: z.string().optional(),
  MaxKeys: count.default(1_000),
});

/** When buckets were made: the template does not tell, so it is one instant for all. */
const CREATED = '2026-01-01T00:00:00.000Z';

/**
 * S3, as far as destinations and exports need it: objects are files below `<folder>/s3/<bucket>`. Versions, multipart uploads and
 * lifecycle rules are not there.
 * @param folder the ground's data folder
 */
export const createStorage = (world: World, folder: string): Service => {
  const buckets = new Map(
    world.stack
      .all('AWS::S3::Bucket')
      .map(({ ref, arn }) => [ref, { arn, files: bucketFiles(join(folder, 's3', ref)) }]),
  );
  const bucketOf = (name: string) => {
    const bucket = buckets.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
        status: 404,
        fields: { BucketName: name },
      });
    return bucket;
  };
  const filesFor = ({ Bucket, Key }: z.output<typeof object>, action: string, caller: Caller) => {
    const { arn, files } = bucketOf(Bucket);
    caller.require(`s3:${action}`, `${arn}/${Key}`);
    if (!files.isKey(Key)) throw new AwsError('KeyTooLongError', 'Your key is too long', { status: 400 });
    return files;
  };
  const read = async (input: z.output<typeof object>, caller: Caller) => {
    const files = filesFor(input, 'GetObject', caller);
    const body = await files.read(input.Key);
    if (body === undefined)
      throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404, fields: { Key: input.Key } });
    const kept = world.journal.get('object', `${input.Bucket}/${input.Key}`);
    return {
      body,
      head: {
        ContentLength: body.length,
        ContentType: typeof kept === 'string' ? kept : 'application/octet-stream',
        ETag: etag(body),
        LastModified: new Date((await files.modifiedAt(input.Key)) ?? 0).toUTCString(),
      },
    };
  };

  return {
    name: 's3',
    operations: {
      PutObject: operation(put, async (input, caller) => {
        const body = Buffer.from(input.Body, 'base64');
        await filesFor(input, 'PutObject', caller).write(input.Key, body);
        world.journal.put('object', `${input.Bucket}/${input.Key}`, input.ContentType);
        await world.journal.durable();
        return { ETag: etag(body) };
      }),
      GetObject: operation(object, async (input, caller) => {
        const { body, head } = await read(input, caller);
        return { ...head, Body: body.toString('base64') };
      }),
      HeadObject: operation(object, async (input, caller) => (await read(input, caller)).head),
      DeleteObject: operation(object, async (input, caller) => {
        await filesFor(input, 'DeleteObject', caller).remove(input.Key);
        return {};
      }),
      ListBuckets: operation(z.object({}), async (_, caller) => {
        caller.require('s3:ListAllMyBuckets', 'arn:aws:s3:::*');
        const Bucket = [...buckets.keys()].toSorted().map((Name) => ({ Name, CreationDate: CREATED }));
        return { Owner: { ID: world.stack.account }, Buckets: { Bucket } };
      }),
      ListObjectsV2: operation(list, async ({ Bucket, MaxKeys, Prefix, prefix }, caller) => {
        const { arn, files } = bucketOf(Bucket);
        caller.require('s3:ListBucket', arn);
        const wanted = Prefix ?? prefix ?? '';
        const all = await files.list(wanted);
        return {
          Name: Bucket,
          Prefix: wanted,
          MaxKeys,
          KeyCount: Math.min(all.length, MaxKeys),
          IsTruncated: all.length > MaxKeys,
          Contents: all.slice(0, MaxKeys).map(({ key, size, modifiedAt }) => ({
            Key: key,
            Size: size,
            LastModified: new Date(modifiedAt).toISOString(),
          })),
        };
      }),
    },
    routes: [
      { route: 'GET /', operation: 'ListBuckets' },
      { route: 'GET /{Bucket}', operation: 'ListObjectsV2' },
      { route: 'PUT /{Bucket}/{Key+}', operation: 'PutObject', payload: 'Body' },
      { route: 'GET /{Bucket}/{Key+}', operation: 'GetObject' },
      { route: 'HEAD /{Bucket}/{Key+}', operation: 'HeadObject' },
      { route: 'DELETE /{Bucket}/{Key+}', operation: 'DeleteObject' },
    ],
  };
};
