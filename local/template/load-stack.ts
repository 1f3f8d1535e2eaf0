import { join } from 'node:path';
import type { Resource, Stack } from '../world.ts';
import { readAssembly } from './assembly.ts';
import { isCustomResource } from './identity/identities.ts';
import { ACCOUNT, REGION, stackResolver, type LoadOptions } from './stack-resolver.ts';

/** A stack that knows which types it declares, read or not by any part of the ground. */
export interface LoadedStack extends Stack {
  readonly name: string;
  readonly types: readonly string[];
}

/**
 * Loads the stack of a CDK cloud assembly with every intrinsic function resolved for account 000000000000 in us-east-1. Throws an
 * error that names the resource and the property path when a reference leads nowhere.
 */
export function loadStack(assembly: string, options: LoadOptions): LoadedStack {
  const { template, stackName, assets } = readAssembly(assembly, options.stackName);
  const resolver = stackResolver(template, { ...options, stackName });
  const resources = resolver.resources();
  const known = indexOf(resources);
  return {
    name: stackName,
    account: ACCOUNT,
    region: REGION,
    assembly,
    outputs: resolver.outputs(),
    types: [...new Set(resources.map(({ type }) => type))].toSorted(),
    all: (type) => resources.filter((resource) => resource.type === type),
    find: (reference) => known.get(reference),
    asset: (s3Key) => assets.get(s3Key) ?? join(assembly, `asset.${s3Key.replace(/\.\w+$/, '')}`),
  };
}

/** Resource types of the stack that are in none of `supported`, sorted. Custom resources are always supported. */
export function unsupported(stack: LoadedStack, supported: Iterable<string>): readonly string[] {
  const known = new Set(supported);
  return stack.types.filter((type) => !known.has(type) && !isCustomResource(type));
}

/** By logical id first, then by ARN, then by ref: an earlier meaning is never replaced. */
function indexOf(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  const known = new Map(resources.map((resource) => [resource.logicalId, resource]));
  for (const key of ['arn', 'ref'] as const) {
    for (const resource of resources) if (!known.has(resource[key])) known.set(resource[key], resource);
  }
  return known;
}
