import type { JsonObject } from '../world.ts';
import { conditionsHold } from './conditions.ts';
import type { Statement } from './statement.ts';
import { matchesPattern } from './wildcard.ts';

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: JsonObject;
}

const applies = (statement: Statement, { action, resource, context }: Request): boolean =>
  matches(statement.actions, statement.notActions, (pattern) => matchesPattern(pattern, action, true)) &&
  matches(statement.resources, statement.notResources, (pattern) => matchesPattern(pattern, resource)) &&
  conditionsHold(statement.conditions, context);

const matches = (wanted: readonly string[], excluded: readonly string[], match: (pattern: string) => boolean) =>
  wanted.length > 0 ? wanted.some(match) : excluded.length > 0 && !excluded.some(match);

/** The statement that decides: an applying Deny, else the first applying Allow, else none. */
export function deciding(statements: readonly Statement[], request: Request): Statement | undefined {
  let allow: Statement | undefined;
  for (const statement of statements) {
    if (statement.effect === 'Allow' && allow) continue;
    if (!applies(statement, request)) continue;
    if (statement.effect === 'Deny') return statement;
    allow = statement;
  }
  return allow;
}
