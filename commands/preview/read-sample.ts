import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { closestWord } from '#core/expression';
import { messageData, type MessageData } from '#core/message';
import type { ProfileView } from '#core/profile';
import * as z from 'zod';
import { Misread } from '../simulate/input/misread.ts';
import { sampleLinks } from '../../state-machines/messages/sample-links.ts';

const Text = z.string().optional();
const Product = z
  .object({ product_id: z.string().default('sample'), quantity: z.number().default(1) })
  .catchall(z.json());

/** A customer as the API shows one; what nobody can read in a message may be there and is not looked at. */
const Sample = z.strictObject({
  userId: Text,
  anonymousId: Text,
  email: Text,
  phone: Text,
  firstName: Text,
  timezone: Text,
  prefers: z.unknown().optional(),
  devices: z.unknown().optional(),
  consent: z.unknown().optional(),
  seen: z.unknown().optional(),
  traits: z.record(z.string(), z.json()).default({}),
  cart: z
    .object({ id: Text, currency: Text, value: z.number().optional(), products: z.array(Product).default([]) })
    .default({ products: [] }),
  orders: z.object({ count: z.number(), value: z.number(), lastAt: Text }).default({ count: 0, value: 0 }),
  /** The signal that started the run. */
  entry: z.record(z.string(), z.json()).optional(),
  /** What is noted of the steps before the message, by id. */
  steps: z.record(z.string(), z.json()).optional(),
  brand: z.strictObject({ name: z.string(), url: z.url().optional(), address: Text }).optional(),
});
type Sample = z.infer<typeof Sample>;

/** A card of the API has who somebody is in a part of its own, and much that no message reads. */
const Card = z.object({
  identity: z.object({ userId: Text, anonymousId: Text, email: Text, phone: Text, firstName: Text, timezone: Text }),
  traits: Sample.shape.traits,
  cart: Sample.shape.cart,
  orders: Sample.shape.orders,
  entry: Sample.shape.entry,
  steps: Sample.shape.steps,
  brand: Sample.shape.brand,
});

const fromCard = (json: unknown): unknown => {
  const card = Card.safeParse(json);
  if (!card.success) return json;
  const { identity, ...rest } = card.data;
  return { ...identity, ...rest };
};

const ownSample = path.join(import.meta.dirname, 'sample.json');

const problemOf = (issue: z.core.$ZodIssue | undefined): string => {
  if (issue === undefined) return 'This is no customer.';
  const at = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `\`${at}\`: ${issue.message}.`;
  const [key = ''] = issue.keys;
  const near = closestWord(key, Object.keys(Sample.shape));
  const instead =
    near === undefined ? `A customer has: ${Object.keys(Sample.shape).join(', ')}.` : `Did you mean \`${near}\`?`;
  return `\`${[...issue.path, key].join('.')}\` is not known here. ${instead} What your shop knows of customers stands under \`traits\`.`;
};

const read = (file: string): Sample => {
  if (!existsSync(file)) throw new Misread(file, 'There is no such file.');
  const text = readFileSync(file, 'utf8');
  const json = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Misread(file, `This is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
  })();
  const sample = Sample.safeParse(fromCard(json));
  if (!sample.success) throw new Misread(file, problemOf(sample.error.issues[0]));
  return sample.data;
};

/** Without the fields that say nothing: to a message a field is there or it is not. */
const present = <Value>(fields: { readonly [name: string]: Value | undefined }): { readonly [name: string]: Value } =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const profileOf = ({
  traits,
  cart,
  orders,
  userId,
  anonymousId,
  email,
  phone,
  firstName,
  timezone,
}: Sample): ProfileView => ({
  ...present({ userId, anonymousId, email, phone, firstName, timezone }),
  devices: [],
  consent: {},
  seen: {},
  traits,
  cart: {
    ...present({ id: cart.id, currency: cart.currency }),
    items: cart.products.length,
    value:
      cart.value ??
      cart.products.reduce((sum, { price, quantity }) => sum + Math.round(Number(price ?? 0) * quantity * 1000), 0) /
        1000,
    products: cart.products,
  },
  orders: { count: orders.count, value: orders.value, ...present({ lastAt: orders.lastAt }) },
});

/** What a message would read, and the language the customer reads. */
export type PreviewData = { readonly data: MessageData; readonly locale: unknown };

/** @throws Misread when the file is not there, is no JSON or is no customer. */
export const readSample = (file: string | undefined): PreviewData => {
  const usual = read(ownSample);
  const given = file === undefined ? usual : read(file);
  const brand = given.brand ?? usual.brand ?? { name: 'Northwind' };
  const data = messageData(profileOf(given), {
    brand: { name: brand.name, ...present({ url: brand.url, address: brand.address }) },
    entry: given.entry ?? usual.entry ?? {},
    ...present({ steps: given.steps }),
    ...sampleLinks('https://api.shop.example'),
    unsubscribeUrl: 'https://api.shop.example/v1/unsubscribe/preview',
  });
  return { data, locale: given.traits['locale'] };
};
