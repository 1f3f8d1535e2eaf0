import { createHash } from 'node:crypto';
import * as z from 'zod';

const attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  /** Base64, as on the wire. */
  BinaryValue: z.string().optional(),
});
export const messageAttributes = z.record(z.string(), attribute);
export type MessageAttributes = Readonly<z.output<typeof messageAttributes>>;

export const message = z.object({
  id: z.string(),
  queue: z.string(),
  body: z.string(),
  attributes: messageAttributes,
  /** Milliseconds since the epoch, as are all instants here. */
  sentAt: z.number(),
  visibleAt: z.number(),
  received: z.number(),
  firstReceivedAt: z.number().optional(),
  /** The queue it was moved from. */
  deadFrom: z.string().optional(),
});
/** A message as the journal keeps it; `received` counts receptions and is part of the receipt handle. */
export type Message = Readonly<z.output<typeof message>>;

export const md5 = (text: string | Buffer): string => createHash('md5').update(text).digest('hex');

/**
 * The digest SDKs check: attributes by name, each part with its length before it, and 1 for text, 2 for bytes.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export const md5OfAttributes = (attributes: MessageAttributes): string =>
  md5(
    Buffer.concat(
      Object.entries(attributes)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([name, { DataType, StringValue, BinaryValue }]) => [
          ...measured(Buffer.from(name)),
          ...measured(Buffer.from(DataType)),
          Buffer.of(BinaryValue === undefined ? 1 : 2),
          ...measured(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64')),
        ]),
    ),
  );

const measured = (bytes: Buffer): readonly Buffer[] => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return [length, bytes];
};

/** What counts towards the size limit: the body and the attributes' names, types and values. */
export const sizeOf = (body: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (bytes, [name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      bytes +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      Buffer.byteLength(BinaryValue, 'base64'),
    Buffer.byteLength(body),
  );

/** XML 1.0 allows no other characters, and SQS refuses what XML cannot carry. */
// oxlint-disable-next-line no-control-regex
const ALLOWED = /^[\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
export const isAllowed = (body: string): boolean => ALLOWED.test(body);
