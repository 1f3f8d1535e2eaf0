import type { Json } from '../../world.ts';
import { isObject, listOr, objectOr, textOr } from '../../template/json.ts';
import type { Answer } from '../sandbox/function-runner.ts';

/**
 * The ids a function said it could not handle. `all` when it failed, or named an item that was not in the batch or none, as AWS takes
 * it; an answer without a list is a success. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function failedItems(
  answer: Answer,
  ids: readonly string[],
  reportsFailures: boolean,
): ReadonlySet<string> | 'all' {
  if (answer.error) return 'all';
  if (!reportsFailures || !isObject(answer.payload)) return new Set();
  const named = listOr(answer.payload['batchItemFailures']).map(identifierOf);
  return named.every((id) => id !== undefined && ids.includes(id)) ? new Set(named.map(String)) : 'all';
}

const identifierOf = (item: Json): string | undefined => textOr(objectOr(item)['itemIdentifier'], undefined);
