import type * as z from 'zod';
import type { Json, JsonObject } from '../../../world.ts';
import { steadyUuid } from '../../executions/steady-uuid.ts';
import { isObject } from '../../json.ts';
import { invalid, notHere, place } from '../diagnostic.ts';
import type { Batcher, Distributed, ItemReader } from '../program.ts';
import { readOptional, readTemplate, type Reading } from '../reading.ts';
import { DELIMITERS, type ITEM_BATCHER, type ITEM_READER, PROCESSOR_CONFIG } from './schemas.ts';

/** The fields of a Map that only mean something in distributed mode. */
export interface DistributedFields {
  readonly ItemReader?: z.infer<typeof ITEM_READER> | undefined;
  readonly ItemBatcher?: z.infer<typeof ITEM_BATCHER> | undefined;
  readonly Label?: string | undefined;
}

/** What a distributed Map does besides; undefined for an inline one. What is wrong goes into the diagnostics. */
export function readDistributed(
  name: string,
  processor: unknown,
  { fields, reading }: { readonly fields: DistributedFields; readonly reading: Reading },
): Distributed | undefined {
  const raw = asJson(processor);
  const config = PROCESSOR_CONFIG.safeParse(raw['ProcessorConfig'] ?? {});
  if (config.data?.Mode !== 'DISTRIBUTED') {
    for (const field of ['ItemReader', 'ItemBatcher', 'Label'] as const) {
      if (fields[field] !== undefined)
        reading.diagnostics.push(invalid(`'${field}' needs a Map in DISTRIBUTED mode`, place(reading.at, [field])));
    }
    return undefined;
  }
  const { ExecutionType: type } = config.data;
  if (type === undefined) {
    const at = place(reading.at, ['ItemProcessor', 'ProcessorConfig']);
    reading.diagnostics.push(invalid('These fields are required: [ExecutionType]', at));
    return undefined;
  }
  if (type === 'EXPRESS') refuseWaiting(raw, reading);
  return {
    type,
    label: fields.Label ?? steadyUuid(reading.at, name),
    definition: definitionOf(raw, reading.literal),
    reader: fields.ItemReader === undefined ? undefined : readReader(fields.ItemReader, reading),
    batcher: fields.ItemBatcher === undefined ? undefined : readBatcher(fields.ItemBatcher, reading),
  };
}

/** The definition children run by themselves, in the language of the Map. */
function definitionOf(processor: JsonObject, literal: boolean): string {
  const { ProcessorConfig: _, ...program } = processor;
  return JSON.stringify({ ...program, QueryLanguage: literal ? 'JSONPath' : 'JSONata' });
}

function readReader(given: z.infer<typeof ITEM_READER>, reading: Reading): ItemReader | undefined {
  const at = place(reading.at, ['ItemReader']);
  if (!/^arn:aws[\w-]*:states:::s3:getObject$/.test(given.Resource)) {
    reading.diagnostics.push(notHere(`the item reader '${given.Resource}' does not run here`, place(at, ['Resource'])));
  }
  const config = given.ReaderConfig ?? {};
  const format = config.InputType ?? 'JSON';
  for (const field of ['ItemsPointer', 'Transformation', 'ManifestType'] as const) {
    if (config[field] === undefined) continue;
    reading.diagnostics.push(notHere(`'${field}' does not run here`, place(at, ['ReaderConfig', field])));
  }
  if (config.CSVHeaderLocation === 'GIVEN' && config.CSVHeaders === undefined) {
    reading.diagnostics.push(invalid("'CSVHeaders' is required when 'CSVHeaderLocation' is GIVEN", at));
  }
  if (format === 'MANIFEST' || format === 'PARQUET') {
    const told = `items in a ${format} are not read here`;
    reading.diagnostics.push(notHere(told, place(at, ['ReaderConfig', 'InputType'])));
    return undefined;
  }
  return {
    arguments: readTemplate(reading, 'ItemReader/Arguments', given.Arguments ?? {}),
    format,
    maxItems: readOptional(reading, 'ItemReader/ReaderConfig/MaxItems', config.MaxItems),
    headers: config.CSVHeaderLocation === 'GIVEN' ? config.CSVHeaders : undefined,
    delimiter: DELIMITERS[config.CSVDelimiter ?? 'COMMA'],
  };
}

function readBatcher(given: z.infer<typeof ITEM_BATCHER>, reading: Reading): Batcher {
  if (given.MaxItemsPerBatch === undefined && given.MaxInputBytesPerBatch === undefined) {
    const told = "'MaxItemsPerBatch' or 'MaxInputBytesPerBatch' is required";
    reading.diagnostics.push(invalid(told, place(reading.at, ['ItemBatcher'])));
  }
  return {
    input: readOptional(reading, 'ItemBatcher/BatchInput', given.BatchInput),
    maxItems: readOptional(reading, 'ItemBatcher/MaxItemsPerBatch', given.MaxItemsPerBatch),
    maxBytes: readOptional(reading, 'ItemBatcher/MaxInputBytesPerBatch', given.MaxInputBytesPerBatch),
  };
}

/** Express children cannot wait for tokens or for other executions. */
function refuseWaiting(processor: JsonObject, reading: Reading): void {
  for (const [name, state] of Object.entries(asJson(processor['States']))) {
    const waits = /\.(?:waitForTaskToken|sync)(?::2)?"/.exec(JSON.stringify(state));
    if (waits === null) continue;
    const told = `Express state machine does not support '${waits[0].slice(0, -1)}' service integration `;
    reading.diagnostics.push(invalid(told, place(reading.at, ['ItemProcessor', 'States', name, 'Resource'])));
  }
}

function asJson(value: unknown): JsonObject {
  const json: Json = JSON.parse(JSON.stringify(value ?? null));
  return isObject(json) ? json : {};
}
