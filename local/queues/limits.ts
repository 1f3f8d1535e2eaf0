import { AwsError, type JsonObject } from '../world.ts';
import { isAllowed, type MessageAttributes, sizeOf } from './message.ts';

const MOST_ENTRIES = 10;
const MOST_BATCH_BYTES = 1_048_576;
const MOST_ATTRIBUTES = 10;

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

/** Refuses a number outside AWS's range, in AWS's words. */
export const checkRange = (name: string, value: number | undefined, [least, most]: readonly [number, number]): void => {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw invalidValue(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
};

/** Refuses a message SQS would not take. */
export const checkMessage = (body: string, attributes: MessageAttributes, maximumBytes: number): void => {
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (!isAllowed(body))
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  if (Object.keys(attributes).length > MOST_ATTRIBUTES)
    throw invalidValue(
      `Number of message attributes [${Object.keys(attributes).length}] exceeds the allowed maximum [10].`,
    );
  for (const [name, { DataType }] of Object.entries(attributes))
    if (!/^(String|Number|Binary)(\..*)?$/.test(DataType))
      throw invalidValue(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
  if (sizeOf(body, attributes) > maximumBytes)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
};

/** Refuses a batch as a whole: how many entries, whose ids, how large. */
export const checkBatch = (entries: readonly { readonly Id: string }[], bytes = 0): void => {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MOST_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MOST_ENTRIES}. You have sent ${entries.length}.`,
    );
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id))
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    if (ids.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
  if (bytes > MOST_BATCH_BYTES)
    throw new AwsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MOST_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
};

/** Runs each entry; one that is refused is told under `Failed`, the others under `Successful`. */
export const eachEntry = async <E extends { readonly Id: string }>(
  entries: readonly E[],
  run: (entry: E) => JsonObject,
): Promise<JsonObject> => {
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
};
