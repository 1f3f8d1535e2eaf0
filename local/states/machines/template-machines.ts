import { readFileSync } from 'node:fs';
import type { JsonObject, Resource, World } from '../../world.ts';
import { readDefinition } from '../asl/read-definition.ts';
import { isObject } from '../json.ts';
import type { Expressions } from '../jsonata/expressions.ts';
import type { Machine } from './machine.ts';
import { requireManagedRule } from './managed-rule.ts';
import type { Machines } from './machines.ts';

/**
 * Brings the machines to what the template says. A changed definition becomes a new revision; running executions finish
 * on theirs. Throws when a definition cannot run here, naming the machine.
 */
export function deployTemplate(
  world: Pick<World, 'stack' | 'clock' | 'as'>,
  machines: Machines,
  expressions: Expressions,
): void {
  const { stack, clock } = world;
  const resources = stack.all('AWS::StepFunctions::StateMachine');
  const wanted = new Set(resources.map(({ arn }) => arn));
  for (const { arn, origin } of machines.all()) {
    if (origin === 'template' && !wanted.has(arn)) machines.remove(arn);
  }
  for (const resource of resources) deploy(resource, machines, { now: clock.now(), expressions, world });
  for (const resource of stack.all('AWS::StepFunctions::StateMachineVersion')) pin(resource, machines);
}

interface Deployment {
  readonly now: number;
  readonly expressions: Expressions;
  readonly world: Pick<World, 'stack' | 'as'>;
}

function deploy(resource: Resource, machines: Machines, { now, expressions, world }: Deployment): Machine {
  const { arn, properties, logicalId } = resource;
  const definition = definitionOf(resource, world.stack);
  const type = typeof properties['StateMachineType'] === 'string' ? properties['StateMachineType'] : 'STANDARD';
  if (type !== 'STANDARD') throw new Error(`${logicalId}: state machines of type ${type} do not run here`);
  const { program, diagnostics } = readDefinition(definition, type, expressions);
  const [refusal] = diagnostics;
  if (refusal !== undefined)
    throw new Error(`${logicalId}: ${refusal.code}: ${refusal.message} at ${refusal.location ?? '/'}`);
  const role = String(properties['RoleArn'] ?? '');
  requireManagedRule(world, role, program);
  const revision = machines.revise({ machine: arn, definition, role });
  const known = machines.get(arn);
  if (known?.revision === revision) return known;
  const name = arn.slice(arn.lastIndexOf(':') + 1);
  const fresh = { arn, name, createdAt: now, lastVersion: 0, versions: [], ...known };
  return machines.set({ ...fresh, origin: 'template', updatedAt: now, revision });
}

function definitionOf(resource: Resource, stack: World['stack']): string {
  const { DefinitionSubstitutions: substitutions } = resource.properties;
  return substituted(writtenIn(resource, stack), isObject(substitutions) ? substitutions : {});
}

/** In the template itself, or in a file of the assembly that the deployment would have put into a bucket. */
function writtenIn({ logicalId, properties }: Resource, stack: World['stack']): string {
  const { DefinitionString: text, Definition: object, DefinitionS3Location: location } = properties;
  if (typeof text === 'string') return text;
  if (isObject(object)) return JSON.stringify(object);
  const key = isObject(location) ? location['Key'] : undefined;
  if (typeof key !== 'string')
    throw new Error(`${logicalId}: only DefinitionString, Definition and DefinitionS3Location are read here`);
  const file = stack.asset(key);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const told = `${logicalId}: its definition ${key} is no file of the assembly (${file}). Run cdk synth first.`;
    throw new Error(told, { cause: error });
  }
}

/** `${Key}` in the text becomes the substitution; other `${…}` stay, as in CloudFormation. */
function substituted(text: string, substitutions: JsonObject): string {
  return text.replace(/\$\{([\w.-]+)\}/g, (whole, key: string) => {
    const value = substitutions[key];
    return value === undefined || value === null ? whole : String(value);
  });
}

/** A version's number is the end of its ref, which the rest of the template already uses. Earlier numbers stay. */
function pin({ logicalId, properties, ref }: Resource, machines: Machines): void {
  const machine = machines.get(String(properties['StateMachineArn']));
  if (machine === undefined)
    throw new Error(`${logicalId}: there is no machine ${String(properties['StateMachineArn'])}`);
  const number = Number(/:(\d+)$/.exec(ref)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) throw new Error(`${logicalId}: its ref '${ref}' does not end in a version number`);
  if (machine.versions.find((version) => version.number === number)?.revision === machine.revision) return;
  const { Description: description } = properties;
  machines.publish(machine, { number, description: typeof description === 'string' ? description : undefined });
}
