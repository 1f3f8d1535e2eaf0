import * as z from 'zod';
import { expressionText } from '../../jsonata/template.ts';

/** What a Map has besides in distributed mode, in JSONata. */
const json = z.json();
const expression = z
  .string()
  .refine((text) => expressionText(text) !== undefined, 'must be a JSONata expression {% … %}');
const atLeastOne = z.union([z.int().min(1), expression]);

export const DELIMITERS = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;

const READER_CONFIG = z.strictObject({
  InputType: z.enum(['JSON', 'JSONL', 'CSV', 'MANIFEST', 'PARQUET']).optional(),
  ItemsPointer: json.optional(),
  Transformation: json.optional(),
  ManifestType: json.optional(),
  MaxItems: atLeastOne.optional(),
  CSVHeaderLocation: z.enum(['FIRST_ROW', 'GIVEN']).optional(),
  CSVHeaders: z.array(z.string()).min(1).optional(),
  CSVDelimiter: z.enum(['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB']).optional(),
});

export const ITEM_READER = z.strictObject({
  Resource: z.string(),
  Arguments: z.union([z.record(z.string(), json), expression]).optional(),
  ReaderConfig: READER_CONFIG.optional(),
});

export const ITEM_BATCHER = z.strictObject({
  BatchInput: json.optional(),
  MaxItemsPerBatch: atLeastOne.optional(),
  MaxInputBytesPerBatch: z.union([z.int().min(1).max(262_144), expression]).optional(),
});

/** AWS's names for a Map Run may be 40 characters long. */
// oxlint-disable no-control-regex -- control characters are among what AWS refuses
export const LABEL = z
  .string()
  .regex(/^[^\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]{1,40}$/, 'is not a label');

export const PROCESSOR_CONFIG = z.strictObject({
  Mode: z.enum(['INLINE', 'DISTRIBUTED']).optional(),
  ExecutionType: z.enum(['STANDARD', 'EXPRESS']).optional(),
});
