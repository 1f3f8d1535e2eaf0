import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export type Handler = (event: unknown, context: object) => unknown;

let instances = 0;

/**
 * Imports a handler such as `index.handler` from an asset folder as a module instance of its own, so that two functions with the same
 * code share no state. What the bundle imports from `node_modules` is shared. Rejects as Lambda's runtime would at init.
 */
export async function loadHandler(folder: string, handler: string): Promise<Handler> {
  const [, path = '', name = ''] = /^(.*)\.([^.]+)$/.exec(handler) ?? [];
  const file = ['.mjs', '.js', '.cjs'].map((ending) => join(folder, path + ending)).find((one) => existsSync(one));
  if (!file) throw initError('Runtime.ImportModuleError', `Cannot find module '${path}' in ${folder}.`);
  const url = pathToFileURL(file);
  url.searchParams.set('instance', String((instances += 1)));
  const loaded: unknown = await import(/* @vite-ignore */ url.href);
  const found = fieldOf(loaded, name) ?? fieldOf(fieldOf(loaded, 'default'), name);
  if (typeof found !== 'function')
    throw initError('Runtime.HandlerNotFound', `${handler} is undefined or not exported.`);
  return (event, context) => Reflect.apply(found, undefined, [event, context]);
}

const fieldOf = (value: unknown, name: string): unknown =>
  (typeof value === 'object' || typeof value === 'function') && value !== null ? Reflect.get(value, name) : undefined;

function initError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
