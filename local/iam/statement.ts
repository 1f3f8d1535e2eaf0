import type { Json, JsonObject } from '../world.ts';
import { isList, isObject, objectOr, textOr } from '../template/json.ts';

/** One statement of a policy, its one-or-many fields made lists. */
export interface Statement {
  /** Logical id of the resource that holds the policy, or the name of an AWS managed policy. */
  readonly policy: string;
  /** Its place among the statements of that policy. */
  readonly index: number;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `Service:events.amazonaws.com`, `AWS:arn:…`, or `*`. Only policies of resources name principals. */
  readonly principals: readonly string[];
  readonly conditions: JsonObject;
}

/** The statements of a policy document. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export const statementsOf = (document: Json | undefined, policy: string): readonly Statement[] =>
  manyOf(objectOr(document)['Statement']).map((source, index) => statement(objectOr(source), policy, index));

export const statement = (source: JsonObject, policy: string, index = 0): Statement => ({
  policy,
  index,
  effect: source['Effect'] === 'Deny' ? 'Deny' : 'Allow',
  actions: textsOf(source['Action']),
  notActions: textsOf(source['NotAction']),
  resources: textsOf(source['Resource']),
  notResources: textsOf(source['NotResource']),
  principals: principalsOf(source['Principal']),
  conditions: objectOr(source['Condition']),
});

const manyOf = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : isList(value) ? value : [value];

export const textsOf = (value: Json | undefined): readonly string[] => manyOf(value).map((item) => textOr(item, ''));

const principalsOf = (principal: Json | undefined): readonly string[] =>
  isObject(principal)
    ? Object.entries(principal).flatMap(([kind, ids]) => textsOf(ids).map((id) => (id === '*' ? '*' : `${kind}:${id}`)))
    : textsOf(principal);
