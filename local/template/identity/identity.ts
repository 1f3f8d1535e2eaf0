import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../world.ts';
import { textOr } from '../json.ts';

/** What a resource type gives to `Ref`, `Fn::GetAtt` and ARNs. */
export interface Identity {
  readonly ref: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, Json>>;
}

/** A resource whose properties are resolved, and where it lives. */
export interface Subject {
  readonly logicalId: string;
  readonly properties: JsonObject;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  /** Address of the AWS front, no trailing slash: queue URLs begin with it. */
  readonly awsUrl: string;
  /** Address of the HTTP API, no trailing slash. */
  readonly httpUrl: string;
  /** The number of a function's or state machine's version. */
  readonly version: number;
  /** The ARN of the function, topic or bus a property refers to by ARN or name. */
  arnOf(reference: string): string;
}

export type Identify = (subject: Subject) => Identity;

/** A property as text; a resource without it is named after its stack and logical id. */
export const nameOf = (subject: Subject, property: string): string =>
  textOr(subject.properties[property], `${subject.stackName}-${subject.logicalId}`);

export const textOf = (subject: Subject, property: string): string => textOr(subject.properties[property], '');

export const arn = (subject: Subject, service: string, resource: string): string =>
  `arn:aws:${service}:${subject.region}:${subject.account}:${resource}`;

/** Hex digits that are the same in every run, for ids AWS would make up. */
export const madeUp = (subject: Subject, length: number): string =>
  createHash('sha256').update(`${subject.stackName}/${subject.logicalId}`).digest('hex').slice(0, length);

export const madeUpUuid = (subject: Subject): string =>
  madeUp(subject, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** An id that no other service asks for: rules' permissions, routes, policies and the like. */
export const plain: Identify = (subject) => ({
  ref: `${subject.stackName}-${subject.logicalId}`,
  arn: arn(subject, 'cloudformation', `resource/${subject.stackName}/${subject.logicalId}`),
  attributes: { Id: `${subject.stackName}-${subject.logicalId}` },
});

/** A type with a name property, whose `Ref` is that name and which has `Arn`. `resource` is the ARN's end with `*` for the name. */
export const named =
  (property: string, service: string, resource: string): Identify =>
  (subject) => {
    const name = nameOf(subject, property);
    const full = arn(subject, service, resource.replace('*', name));
    return { ref: name, arn: full, attributes: { Arn: full, [property]: name } };
  };

/**
 * A table's stream. AWS labels it with the instant it was made; here the label is fixed, so that records keep their stream over
 * restarts.
 */
export const streamArnOf = (tableArn: string): string => `${tableArn}/stream/2026-01-01T00:00:00.000`;

/** Like `named`, with the ARN as `Ref`. */
export const namedByArn =
  (property: string, service: string, resource: string): Identify =>
  (subject) => {
    const identity = named(property, service, resource)(subject);
    return { ...identity, ref: identity.arn, attributes: { ...identity.attributes, Name: nameOf(subject, property) } };
  };

/** A type whose `Ref` is one of its properties and which has no ARN to speak of. */
export const refIs =
  (property: string): Identify =>
  (subject) => ({ ...plain(subject), ref: nameOf(subject, property) });

/** A type whose id AWS makes up. */
export const madeUpId =
  (service: string, resource: string, attribute: string): Identify =>
  (subject) => {
    const id = madeUp(subject, 32);
    const full = arn(subject, service, `${resource}/${id}`);
    return { ref: id, arn: full, attributes: { Arn: full, [attribute]: id } };
  };

export const withAttributes = (identity: Identity, attributes: Identity['attributes']): Identity => ({
  ...identity,
  attributes: { ...identity.attributes, ...attributes },
});
