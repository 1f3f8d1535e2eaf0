import { contentHash } from '#core/signal';
import type { Channel } from '../gate.ts';
import { type Cap, type Counted, isCounted, rememberedDays } from './cap.ts';

/**
 * A message that was sent, as `GATE` remembers it, in 20 letters: channel, for how many days, topic, journey, when (whole
 * seconds, rounded up), and which message. Names are short hashes: two that are alike count as one, which lets less
 * through, never more.
 */
export type Slot = {
  readonly channel: Channel;
  readonly days: number;
  readonly topic: string;
  readonly journey: string;
  readonly at: number;
  readonly id: string;
};

const letters = { email: 'e', sms: 's', push: 'p' } as const;
const channels: { readonly [letter: string]: Channel } = { e: 'email', s: 'sms', p: 'push' };
const dayMs = 86_400_000;

/** `GATE` remembers so many messages; who has been sent more than that waits until it may forget one. */
export const mostSlots = 40;

const hashes = new Map<string, string>();

/** Four letters for a name. FNV mixes its last letters badly, so it is taken twice. */
export const shortName = (name: string): string => {
  const known = hashes.get(name);
  if (known !== undefined) return known;
  const number = Number.parseInt(contentHash(contentHash(name)).slice(-12), 16) % 36 ** 4;
  const short = number.toString(36).padStart(4, '0');
  if (hashes.size < 1000) hashes.set(name, short);
  return short;
};

const write = ({ channel, days, topic, journey, at, id }: Slot): string =>
  `${letters[channel]}${days.toString(36)}${topic}${journey}${Math.ceil(at / 1000)
    .toString(36)
    .padStart(6, '0')}${id}`;

const shape = /^([esp])([0-9a-z])([0-9a-z]{4})([0-9a-z]{4})([0-9a-z]{6})([0-9a-z]{4})$/;

/** What is remembered and still counts. */
export const readSlots = (texts: readonly string[], now: number): readonly Slot[] =>
  texts.flatMap((text): readonly Slot[] => {
    const [, letter = '', days = '', topic = '', journey = '', at = '', id = ''] = shape.exec(text) ?? [];
    const channel = channels[letter];
    if (channel === undefined) return [];
    const slot = {
      channel,
      days: Number.parseInt(days, 36),
      topic,
      journey,
      at: Number.parseInt(at, 36) * 1000,
      id,
    };
    return slot.at + slot.days * dayMs > now ? [slot] : [];
  });

export const forgottenAt = ({ at, days }: Slot): number => at + days * dayMs;

/** Whether this very message is remembered: an earlier attempt has claimed it. */
export const hasSlot = (texts: readonly string[], send: string): boolean =>
  texts.some((text) => text.endsWith(shortName(send)));

/**
 * What one customer has been sent who was two until now: all of it counts. Said twice it is the same. Of more than `GATE` remembers, those
 * stay that are forgotten last: until the first of them is nothing is sent, and by then the others would be forgotten as well.
 */
export const uniteSlots = (one: readonly string[], other: readonly string[], now: number): readonly string[] =>
  readSlots([...new Set([...one, ...other])], now)
    .toSorted((a, b) => forgottenAt(b) - forgottenAt(a) || (write(a) < write(b) ? -1 : 1))
    .slice(0, mostSlots)
    .map(write);

/** A message that takes its slot: what is remembered then, and the slot itself, to give it back. */
export type Taken = { readonly slots: readonly string[]; readonly slot: string };

/** What is remembered once the message is sent; nothing changes where no cap counts it. */
export const takeSlot = (
  texts: readonly string[],
  limits: readonly Cap[],
  { send, ...counted }: Counted & { readonly send: string },
  now: number,
): Taken | undefined => {
  const days = Math.max(0, ...limits.filter((cap) => isCounted(cap, counted)).map(rememberedDays));
  if (days === 0) return undefined;
  const kept = readSlots(texts, now).map(write);
  const { channel, topic, journey } = counted;
  const names = { topic: shortName(topic), journey: shortName(journey), id: shortName(send) };
  const slotAt = (at: number): string => write({ channel, days, ...names, at });
  // Two that are written alike would count as one.
  let at = now;
  while (kept.includes(slotAt(at))) at += 1000;
  return { slots: [...kept, slotAt(at)], slot: slotAt(at) };
};
