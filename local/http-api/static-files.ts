import { readFile } from 'node:fs/promises';
import { extname, join, normalize, resolve, sep } from 'node:path';
import type { HttpResponse } from './lambda-response.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Folders whose files are served below a path; the longest path that fits counts. Hidden files are not served. */
export const createStaticFiles = () => {
  const mounts: { readonly prefix: string; readonly folder: string }[] = [];
  return {
    mount(prefix: string, folder: string): void {
      mounts.push({ prefix: prefix.replace(/\/$/, ''), folder: resolve(folder) });
      mounts.sort((a, b) => b.prefix.length - a.prefix.length);
    },
    async answer(method: string, path: string): Promise<HttpResponse | undefined> {
      if (method !== 'GET' && method !== 'HEAD') return undefined;
      const mount = mounts.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
      const inside = mount === undefined ? undefined : decoded(path.slice(mount.prefix.length));
      if (mount === undefined || inside === undefined) return undefined;
      const wanted = normalize(
        join(mount.folder, inside.endsWith('/') || inside === '' ? `${inside}/index.html` : inside),
      );
      if (!wanted.startsWith(mount.folder + sep) || /[/\\]\./.test(wanted.slice(mount.folder.length))) return undefined;
      const body = await contents(wanted);
      if (body === undefined) return undefined;
      const type = TYPES[extname(wanted)] ?? 'application/octet-stream';
      return { status: 200, headers: { 'content-type': type, 'cache-control': 'no-cache' }, body };
    },
  };
};

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const contents = async (file: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR')
    )
      return undefined;
    throw error;
  }
};
