import * as z from 'zod';
import { AwsError, type JsonObject, type Service } from '../../world.ts';
import { requireTrust } from '../../iam/policies/trust-policies.ts';
import { checkName } from '../arns.ts';
import type { Diagnostic } from '../asl/diagnostic.ts';
import { readDefinition } from '../asl/read-definition.ts';
import type { Machine, Revision } from '../machines/machine.ts';
import { requireManagedRule } from '../machines/managed-rule.ts';
import { findMachine, type Parts, versionArn } from './parts.ts';
import { page, request, seconds } from './request.ts';

const text = z.string().optional();
/** Fields that change nothing here: logs, traces, tags and keys have no service to go to. */
const without = {
  loggingConfiguration: z.unknown().optional(),
  tracingConfiguration: z.unknown().optional(),
  encryptionConfiguration: z.unknown().optional(),
};
const paging = { maxResults: z.int().min(0).max(1_000).optional(), nextToken: text };
const CREATE = z.strictObject({
  name: z.string(),
  definition: z.string(),
  roleArn: z.string(),
  type: text,
  publish: z.boolean().optional(),
  versionDescription: text,
  tags: z.unknown().optional(),
  ...without,
});
const UPDATE = z.strictObject({
  stateMachineArn: z.string(),
  definition: text,
  roleArn: text,
  publish: z.boolean().optional(),
  versionDescription: text,
  ...without,
});
const NAMED = z.strictObject({ stateMachineArn: z.string(), includedData: text });
const LIST = z.strictObject(paging);
const VALIDATE = z.strictObject({
  definition: z.string(),
  type: text,
  severity: text,
  maxResults: z.int().min(0).max(100).optional(),
});

/** Creating, changing and describing state machines. */
export function machineOperations(parts: Parts): Service['operations'] {
  const { world, machines, executions, engine, expressions } = parts;
  return {
    async CreateStateMachine(input, caller) {
      const { name, definition, roleArn, type = 'STANDARD', ...given } = request(CREATE, input);
      const arn = `arn:aws:states:${world.stack.region}:${world.stack.account}:stateMachine:${checkName(name)}`;
      caller.require('states:CreateStateMachine', arn);
      if (type !== 'STANDARD')
        throw new AwsError('ValidationException', `State machines of type ${type} do not run here`);
      check({ arn, definition, roleArn }, parts);
      const revision = { machine: arn, definition, role: roleArn };
      const made = machines.get(arn) ?? machines.set(fresh(revision, machines.revise(revision)));
      if (made.revision !== machines.revise(revision)) {
        throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
      }
      const published = given.publish === true ? publish(made, given.versionDescription) : {};
      await world.journal.durable();
      return { stateMachineArn: arn, creationDate: seconds(made.createdAt), ...published };
    },
    async UpdateStateMachine(input, caller) {
      const { stateMachineArn, definition, roleArn, ...given } = request(UPDATE, input);
      caller.require('states:UpdateStateMachine', stateMachineArn);
      const { machine } = findMachine(parts, stateMachineArn);
      if (definition === undefined && roleArn === undefined && given.publish !== true) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, or publish must be specified',
        );
      }
      const current = machines.revision(machine.revision);
      const next = { ...current, definition: definition ?? current.definition, role: roleArn ?? current.role };
      check({ arn: machine.arn, definition: next.definition, roleArn: next.role }, parts);
      const updated = machines.set({ ...machine, revision: machines.revise(next), updatedAt: world.clock.now() });
      const published = given.publish === true ? publish(updated, given.versionDescription) : {};
      await world.journal.durable();
      return { updateDate: seconds(updated.updatedAt), revisionId: updated.revision, ...published };
    },
    async DeleteStateMachine(input, caller) {
      const { stateMachineArn } = request(NAMED, input);
      caller.require('states:DeleteStateMachine', stateMachineArn);
      const running = [...executions.running()].filter(({ machine }) => machine === stateMachineArn);
      for (const { arn } of running) engine.end(arn, 'ABORTED', {});
      machines.remove(stateMachineArn);
      await world.journal.durable();
      return {};
    },
    async DescribeStateMachine(input, caller) {
      const { stateMachineArn } = request(NAMED, input);
      caller.require('states:DescribeStateMachine', stateMachineArn);
      const { machine, version } = findMachine(parts, stateMachineArn);
      const revision = version?.revision ?? machine.revision;
      const description = version?.description === undefined ? {} : { description: version.description };
      const created = seconds(version?.createdAt ?? machine.createdAt);
      return {
        ...described(machine, machines.revision(revision)),
        stateMachineArn,
        creationDate: created,
        ...description,
      };
    },
    async ListStateMachines(input, caller) {
      caller.require('states:ListStateMachines', '*');
      const { items, more } = page(machines.all(), request(LIST, input));
      const stateMachines = items.map(({ arn, name, createdAt }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: seconds(createdAt),
      }));
      return { stateMachines, ...more };
    },
    async ValidateStateMachineDefinition(input, caller) {
      caller.require('states:ValidateStateMachineDefinition', '*');
      const { definition, type = 'STANDARD', maxResults } = request(VALIDATE, input);
      const { diagnostics } = readDefinition(definition, type, expressions);
      const most = maxResults === undefined || maxResults === 0 ? 100 : maxResults;
      return {
        result: diagnostics.length === 0 ? 'OK' : 'FAIL',
        diagnostics: diagnostics.slice(0, most).map((each) => ({ ...each })),
        truncated: diagnostics.length > most,
      };
    },
  };

  function fresh({ machine: arn }: Revision, revision: string): Machine {
    const now = world.clock.now();
    const name = arn.slice(arn.lastIndexOf(':') + 1);
    return { arn, name, origin: 'call', createdAt: now, updatedAt: now, revision, lastVersion: 0, versions: [] };
  }

  function publish(machine: Machine, description: string | undefined): JsonObject {
    return { stateMachineVersionArn: versionArn(machine, machines.publish(machine, { description })) };
  }
}

/** A machine with one of its revisions, as the API describes it. */
export function described(machine: Pick<Machine, 'arn' | 'name'>, { definition, role }: Revision): JsonObject {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    status: 'ACTIVE',
    type: 'STANDARD',
    definition,
    roleArn: role,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}

/** Throws `InvalidDefinition`, `InvalidArn` for a role that is none, or `AccessDeniedException` for one that may too little. */
function check(
  { arn, definition, roleArn }: { readonly arn: string; readonly definition: string; readonly roleArn: string },
  { world, expressions }: Pick<Parts, 'world' | 'expressions'>,
): void {
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn))
    throw new AwsError('InvalidArn', `Invalid Role Arn: '${roleArn}'`);
  const { program, diagnostics } = readDefinition(definition, 'STANDARD', expressions);
  if (diagnostics.length === 0) {
    requireTrust(world.stack, { service: 'states', role: roleArn, sourceArn: arn });
    return requireManagedRule(world, roleArn, program);
  }
  const told = diagnostics.map(sentence).join(', ');
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${told}'`);
}

function sentence({ code, message, location }: Diagnostic): string {
  return location === undefined ? `${code}: ${message}` : `${code}: ${message} at ${location}`;
}
