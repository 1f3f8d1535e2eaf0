import type { WireRequest, WireResponse } from './protocol/wire.ts';

const local = /^(localhost|127(\.\d+){3}|\[::1\]|host\.docker\.internal|[\w.-]+\.localhost)(:\d+)?$/i;

/**
 * Whether a request comes from this machine: neither from a web page elsewhere (a foreign `Origin`) nor under a foreign name that
 * was made to point here (DNS rebinding).
 */
export const isLocal = ({ headers: { host = '', origin } }: WireRequest): boolean =>
  local.test(host) && (origin === undefined || (URL.canParse(origin) && local.test(new URL(origin).host)));

export const notLocal: WireResponse = {
  status: 403,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message: 'The local ground answers this machine only.' }),
};

export const noContent: WireResponse = { status: 204, headers: {}, body: '' };

/** Lets a page of this machine on another port, such as a console, read the answer. */
export const crossOrigin = ({ headers: { origin } }: WireRequest): Readonly<Record<string, string>> =>
  origin === undefined
    ? {}
    : {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST, PUT, DELETE',
        'access-control-allow-headers': 'content-type',
      };
