import { createHmac } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import * as dns from 'node:dns/promises';
import * as https from 'node:https';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { JsonObject } from '#core/signal';
import type { KeyedHash } from './keyed-hash.ts';

/** What webhooks are signed with: of the stack's own key, and no way back to it. */
export const webhookKey = (hash: KeyedHash): string => hash('webhooks');

/** A call of an address outside. `key` names it: the same call again has the same. `at` in epoch milliseconds. */
export type WebhookCall = {
  readonly url: string;
  readonly body: JsonObject;
  readonly key: string;
  readonly at: number;
};
export type WebhookResult = { readonly status: 'done' } | { readonly status: 'failed'; readonly reason: string };
export type Webhook = (call: WebhookCall) => Promise<WebhookResult>;

/** What no journey may reach: the machine itself, its network, and the addresses where clouds tell secrets. */
const inner = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(network, prefix, 'ipv4');

/** Of IPv6 only what is routed worldwide, and there not what stands for an address of IPv4. */
const routed = new BlockList();
routed.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const)
  inner.addSubnet(network, prefix, 'ipv6');

/** @see https://www.iana.org/assignments/iana-ipv4-special-registry https://www.iana.org/assignments/iana-ipv6-special-registry */
export const isPublic = (address: string): boolean =>
  isIPv4(address)
    ? !inner.check(address, 'ipv4')
    : isIPv6(address) && routed.check(address, 'ipv6') && !inner.check(address, 'ipv6');

const timeMs = 10_000;
const mostBytes = 64 * 1024;

const failed = (reason: string): WebhookResult => ({ status: 'failed', reason });

/** The address is looked up once and kept: a name that answers differently the next time leads nowhere else. */
const publicAddress = async (host: string): Promise<LookupAddress | undefined> => {
  const name = host.replace(/^\[|\]$/g, '');
  const addresses = await dns.lookup(name, { all: true });
  return addresses.every(({ address }) => isPublic(address)) ? addresses[0] : undefined;
};

const post = (url: URL, { address, family }: LookupAddress, headers: Record<string, string>, body: string) =>
  new Promise<WebhookResult>((resolve) => {
    const request = https.request(
      url,
      {
        method: 'POST',
        headers,
        agent: false,
        signal: AbortSignal.timeout(timeMs),
        lookup: (_, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family)),
      },
      (response) => {
        const { statusCode = 0 } = response;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > mostBytes) response.destroy();
        });
        // A redirect is no success: it might lead to where no journey may go.
        const isDone = statusCode >= 200 && statusCode < 300;
        response.on('close', () => resolve(isDone ? { status: 'done' } : failed(`http-${statusCode}`)));
        response.on('error', () => resolve(failed('broken-off')));
      },
    );
    request.on('error', (error) => resolve(failed(error.name === 'TimeoutError' ? 'timed-out' : 'not-reached')));
    request.end(body);
  });

/**
 * Calls addresses over https: a public one, no redirects, 10 seconds and 64 KB at most. The body is signed: header
 * `segue-signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>`; `idempotency-key` names the call.
 * @param key what bodies are signed with
 */
export const webhookWith =
  (key: string): Webhook =>
  async (call) => {
    const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
    if (url?.protocol !== 'https:') return failed('not-https');
    const body = JSON.stringify(call.body);
    if (Buffer.byteLength(body) > mostBytes) return failed('body-too-large');
    let address: LookupAddress | undefined;
    try {
      address = await publicAddress(url.hostname);
    } catch {
      return failed('unknown-host');
    }
    if (address === undefined) return failed('not-public');
    const seconds = Math.floor(call.at / 1000);
    const signature = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'idempotency-key': call.key,
      'segue-signature': `t=${seconds},v1=${signature}`,
      'user-agent': 'segue',
    };
    return post(url, address, headers, body);
  };
