import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export type StoredObject = { readonly key: string; readonly size: number; readonly modifiedAt: number };

/** One part of a file name may not be longer than 255 bytes on most file systems, and `%2F` takes three for one. */
const MOST_KEY_BYTES = 1_024;

/**
 * The objects of one bucket as files below `folder`, by their keys. Every part of a key is escaped, so that no key can leave the
 * folder or be mistaken for another.
 */
export const bucketFiles = (folder: string) => {
  const fileOf = (key: string): string => join(folder, ...key.split('/').map(escaped));

  const walk = async (path: string, prefix: string): Promise<readonly StoredObject[]> => {
    const entries = await readdir(path, { withFileTypes: true }).catch(ifMissing([]));
    const found = await Promise.all(
      entries.map(async (entry) => {
        if (entry.isDirectory()) return walk(join(path, entry.name), `${prefix}${unescaped(entry.name)}/`);
        if (entry.name.startsWith('.')) return [];
        const { size, mtimeMs } = await stat(join(path, entry.name));
        return [{ key: prefix + unescaped(entry.name.slice(0, -SUFFIX.length)), size, modifiedAt: mtimeMs }];
      }),
    );
    return found.flat();
  };

  return {
    isKey: (key: string): boolean => key !== '' && Buffer.byteLength(key) <= MOST_KEY_BYTES,
    /** On disk when it resolves: written beside, synced, then moved into place. */
    async write(key: string, body: Buffer): Promise<void> {
      const file = fileOf(key) + SUFFIX;
      const beside = join(dirname(file), `.${randomUUID()}`);
      await mkdir(dirname(file), { recursive: true });
      const handle = await open(beside, 'w');
      try {
        await handle.writeFile(body);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(beside, file);
    },
    read: (key: string): Promise<Buffer | undefined> => readFile(fileOf(key) + SUFFIX).catch(ifMissing(undefined)),
    remove: (key: string): Promise<void> => rm(fileOf(key) + SUFFIX, { force: true }),
    async modifiedAt(key: string): Promise<number | undefined> {
      const found = await stat(fileOf(key) + SUFFIX).catch(ifMissing(undefined));
      return found?.mtimeMs;
    },
    /** In the order of their keys' bytes, as S3 lists them. */
    list: async (prefix: string): Promise<readonly StoredObject[]> =>
      (await walk(folder, ''))
        .filter(({ key }) => key.startsWith(prefix))
        .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
  };
};

/** Keeps `a` and `a/b` apart: the first is a file `a!`, the second lies in the folder `a`. */
const SUFFIX = '!';

const escaped = (part: string): string =>
  part === ''
    ? '%'
    : encodeURIComponent(part)
        .replace(/^\./, '%2E')
        .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const unescaped = (name: string): string => (name === '%' ? '' : decodeURIComponent(name));

const ifMissing =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return value;
    throw error;
  };

/** S3's ETag of an object uploaded in one piece. */
export const etag = (body: Buffer): string => `"${createHash('md5').update(body).digest('hex')}"`;
