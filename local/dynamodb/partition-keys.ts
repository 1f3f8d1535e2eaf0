import type { Json, JsonObject } from '../world.ts';
import { objectOr, textOr } from '../template/json.ts';

/** The partition key values of a request, from its item, its key or its key condition. */
export function partitionOf(input: JsonObject, partitionKey: string | undefined): readonly string[] {
  if (partitionKey === undefined) return [];
  const attribute = objectOr(input['Item'] ?? input['Key'])[partitionKey] ?? conditionValue(input);
  const text = scalar(attribute);
  return text === undefined ? [] : [text];
}

/** The value of `pk = :pk` in a key condition, which may be anywhere in it; the sort key's condition is after an AND. */
function conditionValue(input: JsonObject): Json | undefined {
  const [, placeholder] = /=\s*(:\w+)/.exec(textOr(input['KeyConditionExpression'], '')) ?? [];
  return placeholder === undefined ? undefined : objectOr(input['ExpressionAttributeValues'])[placeholder];
}

const scalar = (attribute: Json | undefined): string | undefined => {
  const { S, N, B } = objectOr(attribute);
  return textOr(S ?? N ?? B, undefined);
};
