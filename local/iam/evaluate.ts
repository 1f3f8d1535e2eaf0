import type { JsonObject } from '../world.ts';
import { conditionsHold } from './conditions.ts';
import type { Statement } from './statement.ts';
import { matchesPattern } from './wildcard.ts';

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: JsonObject;
}

/** A statement that applies, with those of its patterns that fit. */
export interface Decision {
  readonly statement: Statement;
  readonly action: string;
  readonly resource: string;
}

const decisionOf = (statement: Statement, request: Request): Decision | undefined => {
  const action = actionOf(statement, request);
  const resource = action === undefined ? undefined : resourceOf(statement, request);
  if (action === undefined || resource === undefined) return undefined;
  return conditionsHold(statement.conditions, request.context) ? { statement, action, resource } : undefined;
};

type Asked = Pick<Request, 'action' | 'resource'>;

const actionOf = ({ actions, notActions }: Statement, { action }: Asked): string | undefined =>
  fitting(actions, notActions, (pattern) => matchesPattern(pattern, action, true));

const resourceOf = ({ resources, notResources }: Statement, { resource }: Asked): string | undefined =>
  fitting(resources, notResources, (pattern) => matchesPattern(pattern, resource));

/** Whether a statement speaks of this action on this resource, under whatever conditions. */
export const concerns = (statement: Statement, asked: Asked): boolean =>
  actionOf(statement, asked) !== undefined && resourceOf(statement, asked) !== undefined;

const fitting = (wanted: readonly string[], excluded: readonly string[], match: (pattern: string) => boolean) => {
  if (wanted.length > 0) return wanted.find(match);
  return excluded.length > 0 && !excluded.some(match) ? '*' : undefined;
};

/** What decides: an applying Deny, else the first applying Allow, else nothing. */
export function deciding(statements: readonly Statement[], request: Request): Decision | undefined {
  let allow: Decision | undefined;
  for (const statement of statements) {
    if (statement.effect === 'Allow' && allow) continue;
    const decision = decisionOf(statement, request);
    if (decision && statement.effect === 'Deny') return decision;
    allow ??= decision;
  }
  return allow;
}
