import type { Json, JsonObject, Resource } from '../world.ts';
import type { Template } from './assembly.ts';
import { identityOf, isCustomResource } from './identity/identities.ts';
import type { Identity, Subject } from './identity/identity.ts';
import { resolve, type Lookup } from './intrinsics.ts';
import { objectOr } from './json.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface LoadOptions {
  /** Address of the AWS front without trailing slash; queue URLs begin with it. */
  readonly awsUrl: string;
  /** Address of the HTTP API without trailing slash. */
  readonly httpUrl: string;
  /** The stack to load when the assembly has several; otherwise the first. */
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, Json>>;
  /** The number of a function's or state machine's version; 1 when not given. See `versionNumbers`. */
  readonly versionOf?: (versioned: string, definition: Json) => number;
}

export interface StackOptions extends LoadOptions {
  readonly stackName: string;
}

/** Resolves resources as they are asked for, each once: a template's references make no circles. */
export function stackResolver(template: Template, options: StackOptions) {
  const done = new Map<string, Resource & Identity>();
  const begun = new Set<string>();
  const pseudo = pseudoParameters(options.stackName);

  const lookup: Lookup = {
    ref(name, path) {
      if (name === 'AWS::NoValue') return undefined;
      const parameter = options.parameters?.[name] ?? template.Parameters[name]?.Default;
      return pseudo[name] ?? parameter ?? resource(name, path).ref;
    },
    attribute(logicalId, name, path) {
      const target = resource(logicalId, path);
      const value = target.attributes[name];
      if (value !== undefined) return value;
      // What a custom resource answers is known only after it ran.
      if (isCustomResource(target.type)) return `${target.ref}.${name}`;
      throw new Error(`${path}: the local ground knows no attribute ${name} of ${logicalId} (${target.type}).`);
    },
    condition(name, path) {
      const condition = template.Conditions[name];
      if (condition === undefined) throw new Error(`${path}: there is no condition ${name}.`);
      return resolve(condition, `Conditions.${name}`, lookup) === true;
    },
    mapping: (map, key, name) => template.Mappings[map]?.[key]?.[name],
  };

  const included = (condition: string | undefined, path: string) => !condition || lookup.condition(condition, path);

  const resource = (logicalId: string, path: string): Resource & Identity => {
    const known = done.get(logicalId);
    if (known) return known;
    const source = template.Resources[logicalId];
    if (!source || !included(source.Condition, logicalId)) {
      throw new Error(`${path}: there is no ${logicalId} in the stack.`);
    }
    if (begun.has(logicalId)) throw new Error(`${path}: ${logicalId} depends on itself.`);
    begun.add(logicalId);
    const properties = objectOr(resolve(source.Properties, `${logicalId} (${source.Type}) Properties`, lookup));
    const subject: Subject = {
      logicalId,
      properties,
      account: ACCOUNT,
      region: REGION,
      stackName: options.stackName,
      awsUrl: options.awsUrl,
      httpUrl: options.httpUrl,
      version: isVersion(source.Type) ? (options.versionOf?.(...versionedBy(template, logicalId)) ?? 1) : 1,
      arnOf: (reference) => arnOf(reference, [...done.values()]),
    };
    const made = { logicalId, type: source.Type, properties, ...identityOf(source.Type)(subject) };
    done.set(logicalId, made);
    return made;
  };

  return {
    resources: () =>
      Object.entries(template.Resources)
        .filter(([id, { Type, Condition }]) => Type !== 'AWS::CDK::Metadata' && included(Condition, id))
        .map(([id]) => resource(id, id)),
    outputs: () =>
      Object.fromEntries(
        Object.entries(template.Outputs)
          .filter(([id, { Condition }]) => included(Condition, `Outputs.${id}`))
          .map(([id, { Value }]) => [id, String(resolve(Value, `Outputs.${id}`, lookup) ?? '')]),
      ),
  };
}

const isVersion = (type: string) =>
  type === 'AWS::Lambda::Version' || type === 'AWS::StepFunctions::StateMachineVersion';

const pseudoParameters = (stackName: string): JsonObject => ({
  'AWS::AccountId': ACCOUNT,
  'AWS::NotificationARNs': [],
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackId': `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stackName}/local`,
  'AWS::StackName': stackName,
  'AWS::URLSuffix': 'amazonaws.com',
});

/** The ARN behind a property that AWS lets be an ARN, a name or (through a revision id) a logical id. */
function arnOf(reference: string, known: readonly Resource[]): string {
  if (reference.startsWith('arn:')) return reference;
  return known.find(({ ref, logicalId }) => ref === reference || logicalId === reference)?.arn ?? reference;
}

/** What a version is a version of, and the source that makes it a new one: its own and the versioned resource's. */
function versionedBy({ Resources }: Template, logicalId: string): [versioned: string, definition: Json] {
  const own = JSON.stringify(Resources[logicalId]?.Properties ?? {});
  const versioned = Object.keys(Resources).find((id) => id !== logicalId && own.includes(`"${id}"`)) ?? logicalId;
  return [versioned, [own, Resources[versioned]?.Properties ?? {}]];
}
