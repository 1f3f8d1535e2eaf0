import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';
import * as dns from 'node:dns/promises';
import * as https from 'node:https';
import { isIP } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isPublic, webhookWith } from '../../../functions/aws/webhook.ts';

vi.mock('node:dns/promises');
vi.mock('node:https');

const call = { url: 'https://hooks.shop.example/segue?x=1', body: { a: 1 }, key: 'run-1/call', at: 1_700_000_000_500 };
const webhook = webhookWith('secret');

const resolvesTo = (...addresses: string[]): void => {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  vi.mocked(dns.lookup).mockResolvedValue(found as never);
};

type Asked = { readonly url: URL; readonly options: https.RequestOptions; body: string };

/** The other side: what it was asked, and what it answers. */
const answers = (statusCode: number, chunks: readonly string[] = [], error?: Error): Asked[] => {
  const asked: Asked[] = [];
  vi.mocked(https.request).mockImplementation(((
    url: URL,
    options: https.RequestOptions,
    answer: (r: unknown) => void,
  ) => {
    const one: Asked = { url, options, body: '' };
    asked.push(one);
    const request = new EventEmitter();
    return Object.assign(request, {
      end: (body: string) => {
        one.body = body;
        if (error !== undefined) return void request.emit('error', error);
        const response = Object.assign(new EventEmitter(), {
          statusCode,
          destroyed: false,
          destroy: () => (response.destroyed = true),
        });
        answer(response);
        for (const chunk of chunks) if (!response.destroyed) response.emit('data', Buffer.from(chunk));
        response.emit('close');
      },
    });
  }) as never);
  return asked;
};

afterEach(() => vi.resetAllMocks());

describe('a call', () => {
  test('is a signed POST of JSON that names itself, to the address that was looked at', async () => {
    resolvesTo('93.184.216.34');
    const asked = answers(204);
    expect(await webhook(call)).toEqual({ status: 'done' });
    const [{ url, options, body } = asked[0]!] = asked;
    expect(String(url)).toBe(call.url);
    expect(body).toBe('{"a":1}');
    const v1 = createHmac('sha256', 'secret').update(`1700000000.${body}`).digest('hex');
    expect(options).toMatchObject({
      method: 'POST',
      headers: { 'idempotency-key': 'run-1/call', 'segue-signature': `t=1700000000,v1=${v1}`, 'content-length': '7' },
    });
    const pinned = vi.fn<() => void>();
    options.lookup!('hooks.shop.example', { all: false }, pinned);
    expect(pinned).toHaveBeenCalledWith(null, '93.184.216.34', 4);
    expect(dns.lookup).toHaveBeenCalledTimes(1);
  });

  test.each([
    [301, 'http-301'],
    [404, 'http-404'],
    [503, 'http-503'],
  ])('that is answered with %i has failed, and nothing else is called', async (status, reason) => {
    resolvesTo('93.184.216.34');
    const asked = answers(status);
    expect(await webhook(call)).toEqual({ status: 'failed', reason });
    expect(asked).toHaveLength(1);
  });

  test('that is not answered in time, or not at all, has failed', async () => {
    resolvesTo('93.184.216.34');
    answers(0, [], Object.assign(new Error('x'), { name: 'TimeoutError' }));
    expect(await webhook(call)).toEqual({ status: 'failed', reason: 'timed-out' });
    answers(0, [], new Error('ECONNREFUSED 10.0.0.1'));
    expect(await webhook(call)).toEqual({ status: 'failed', reason: 'not-reached' });
  });

  test('reads no more than 64 KB of the answer', async () => {
    resolvesTo('93.184.216.34');
    answers(
      200,
      Array.from({ length: 100 }, () => 'x'.repeat(1024)),
    );
    expect(await webhook(call)).toEqual({ status: 'done' });
  });
});

describe('nothing is called', () => {
  test.each([
    ['an address without https', { url: 'http://hooks.shop.example' }, 'not-https'],
    ['what is no address', { url: 'hooks' }, 'not-https'],
    ['a body over 64 KB', { body: { a: 'x'.repeat(70_000) } }, 'body-too-large'],
  ])('for %s', async (_, more, reason) => {
    resolvesTo('93.184.216.34');
    const asked = answers(200);
    expect(await webhook({ ...call, ...more })).toEqual({ status: 'failed', reason });
    expect(asked).toEqual([]);
  });

  test('whose name leads into our own network, even as one address of several', async () => {
    const asked = answers(200);
    resolvesTo('93.184.216.34', '169.254.169.254');
    expect(await webhook(call)).toEqual({ status: 'failed', reason: 'not-public' });
    vi.mocked(dns.lookup).mockRejectedValue(new Error('ENOTFOUND'));
    expect(await webhook(call)).toEqual({ status: 'failed', reason: 'unknown-host' });
    expect(asked).toEqual([]);
  });
});

describe('nothing inside is reached', () => {
  /** A resolver that knows a few names, and takes an address for itself. */
  const resolver = (names: Readonly<Record<string, readonly string[]>>): void =>
    void vi.mocked(dns.lookup).mockImplementation((async (name: string) => {
      const addresses = isIP(name) === 0 ? names[name] : [name];
      if (addresses === undefined) throw new Error('ENOTFOUND');
      return addresses.map((address) => ({ address, family: isIP(address) }));
    }) as never);

  test.each([
    'https://169.254.169.254/latest/meta-data/',
    'https://169.254.170.2/v2/credentials',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:a9fe:a9fe::]/',
    'https://[::1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://017700000001/',
    'https://127.1:8443/',
    'https://0/',
    'https://metadata.google.internal/computeMetadata/v1/',
    'https://localhost/',
    'https://intranet/',
    'https://mixed.shop.example/',
    'https://nobody.shop.example/',
  ])('not by %s', async (url) => {
    resolver({
      'metadata.google.internal': ['169.254.169.254'],
      localhost: ['127.0.0.1', '::1'],
      intranet: ['10.0.0.7'],
      'mixed.shop.example': ['93.184.216.34', '::ffff:10.0.0.1'],
      'nobody.shop.example': [],
    });
    const asked = answers(200);
    expect(await webhook({ ...call, url })).toEqual({ status: 'failed', reason: 'not-public' });
    expect(asked).toEqual([]);
  });

  test('not by a name that answers differently the second time: the first answer is the one that is called', async () => {
    resolvesTo('93.184.216.34');
    const asked = answers(200);
    expect(await webhook(call)).toEqual({ status: 'done' });
    resolvesTo('169.254.169.254');
    const pinned = vi.fn<() => void>();
    asked[0]!.options.lookup!('hooks.shop.example', { all: true }, pinned);
    expect(pinned).toHaveBeenCalledWith(null, [{ address: '93.184.216.34', family: 4 }]);
    expect(asked[0]!.options.agent).toBe(false);
    expect(await webhook(call)).toEqual({ status: 'failed', reason: 'not-public' });
  });

  test('not by a redirect, wherever it leads', async () => {
    resolvesTo('93.184.216.34');
    for (const status of [300, 301, 302, 303, 307, 308]) {
      const asked = answers(status);
      expect(await webhook(call)).toEqual({ status: 'failed', reason: `http-${status}` });
      expect(asked).toHaveLength(1);
    }
  });

  test.each([
    'file:///etc/passwd',
    'gopher://x',
    'ftp://shop.example',
    'data:text/plain,x',
    'HTTP://shop.example',
    '//shop.example',
    '',
  ])('not by %s', async (url) => {
    resolvesTo('93.184.216.34');
    const asked = answers(200);
    expect(await webhook({ ...call, url })).toEqual({ status: 'failed', reason: 'not-https' });
    expect(asked).toEqual([]);
  });
});

test('every call is given a time in which it must be over, its answer included', async () => {
  resolvesTo('93.184.216.34');
  const asked = answers(200);
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  await webhook(call);
  expect(timeout).toHaveBeenCalledWith(10_000);
  expect(asked[0]!.options.signal).toBe(timeout.mock.results[0]!.value);
});

test('an address is public when it is routed in the world, in either protocol', () => {
  const inner =
    '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.255.255 192.168.0.1 198.18.0.1 224.0.0.1 255.255.255.255';
  const inner6 =
    ':: ::1 fe80::1 fc00::1 fd00:ec2::254 ::ffff:10.0.0.1 ::ffff:8.8.8.8 2002:a00:1:: 2001:db8::1 ff02::1 64:ff9b::a00:1';
  for (const address of `${inner} ${inner6} nonsense`.split(' '))
    expect([address, isPublic(address)]).toEqual([address, false]);
  for (const address of '8.8.8.8 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111'.split(' '))
    expect([address, isPublic(address)]).toEqual([address, true]);
});
