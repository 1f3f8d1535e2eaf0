import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendTextMessageCommand, PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendOnce } from '../../../functions/aws/send-once.ts';

let server: Server;
let calls = 0;
beforeAll(async () => {
  server = createServer(() => {
    calls += 1; // accepts the request and never answers
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a provider that never answers is called once, and given up at the deadline', async () => {
  const { port } = server.address() as AddressInfo;
  const client = new PinpointSMSVoiceV2Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const command = new SendTextMessageCommand({ DestinationPhoneNumber: '+14155550100' });
  const from = Date.now();
  const result = await sendOnce(from + 200, async (abortSignal) => {
    await client.send(command, { abortSignal });
    return { outcome: 'accepted', providerId: '' };
  });
  expect(result).toMatchObject({ outcome: 'unknown' });
  expect(Date.now() - from).toBeLessThan(2_000);
  expect(calls).toBe(1);
});
