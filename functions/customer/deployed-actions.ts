import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNextActions, type NextAction } from '#core/customer';

/** The rules this function was deployed with: a file beside it, put there when the stack is synthesized. */
export const deployedActions = (folder = import.meta.dirname): readonly NextAction[] => {
  const file = join(folder, 'next-actions.json');
  return existsSync(file) ? (checkNextActions(JSON.parse(readFileSync(file, 'utf8'))).actions ?? []) : [];
};
