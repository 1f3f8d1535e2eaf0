import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Gate } from '#core/decision';
import { dynamodb } from '../../../functions/aws/clients.ts';
import { readGate } from '../../../functions/aws/gate-store.ts';
import { gateKey, item, keyItem } from '../../../functions/aws/keys.ts';
import { tables } from '../world/environment.ts';
import { rowsOf } from '../world/world.ts';

export const gateOf = async (customer: string): Promise<Gate> => readGate((await rowsOf(`C#${customer}`)).get('GATE'));

let sent = 0;

/** A message of an instant as gates remember it, for thirty days. */
export const slotOf = (at: number, n: number): string =>
  `eutopcjrny${Math.ceil(at / 1000)
    .toString(36)
    .padStart(6, '0')}${n.toString(36).padStart(4, '0')}`;

/** Somebody is sent something: what a claim writes into their gate. @returns the slot it takes */
export const isSent = async (customer: string): Promise<string> => {
  const slot = slotOf(Date.now(), (sent += 1));
  await dynamodb().send(
    new UpdateItemCommand({
      TableName: tables.state,
      Key: keyItem(gateKey(customer)),
      UpdateExpression: 'ADD slots :slot, counted :one, version :none',
      ExpressionAttributeValues: item({ ':slot': new Set([slot]), ':one': 1, ':none': 0 }),
    }),
  );
  return slot;
};
