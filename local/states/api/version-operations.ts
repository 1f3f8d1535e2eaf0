import * as z from 'zod';
import { AwsError, type Service } from '../../world.ts';
import { findMachine, type Parts, versionArn } from './parts.ts';
import { page, request, seconds } from './request.ts';

const text = z.string().optional();
const PUBLISH = z.strictObject({ stateMachineArn: z.string(), revisionId: text, description: text });
const LIST = z.strictObject({
  stateMachineArn: z.string(),
  maxResults: z.int().min(0).max(1_000).optional(),
  nextToken: text,
});
const DELETE = z.strictObject({ stateMachineVersionArn: z.string() });

/** Published versions: numbers pinned to a revision for good. */
export function versionOperations(parts: Parts): Service['operations'] {
  const { world, machines } = parts;
  return {
    async PublishStateMachineVersion(input, caller) {
      const { stateMachineArn, description, ...given } = request(PUBLISH, input);
      caller.require('states:PublishStateMachineVersion', stateMachineArn);
      const { machine } = findMachine(parts, stateMachineArn);
      if (given.revisionId !== undefined && given.revisionId !== machine.revision) {
        throw new AwsError('ConflictException', 'The revision is not the current one of the state machine');
      }
      // Publishing what is already published gives the same version again.
      const latest = machine.versions.at(-1);
      const version = latest?.revision === machine.revision ? latest : machines.publish(machine, { description });
      await world.journal.durable();
      return { stateMachineVersionArn: versionArn(machine, version), creationDate: seconds(version.createdAt) };
    },
    async ListStateMachineVersions(input, caller) {
      const { stateMachineArn, ...paging } = request(LIST, input);
      caller.require('states:ListStateMachineVersions', stateMachineArn);
      const { machine } = findMachine(parts, stateMachineArn);
      const { items, more } = page(machine.versions.toReversed(), paging);
      const stateMachineVersions = items.map((version) => ({
        stateMachineVersionArn: versionArn(machine, version),
        creationDate: seconds(version.createdAt),
      }));
      return { stateMachineVersions, ...more };
    },
    async DeleteStateMachineVersion(input, caller) {
      const { stateMachineVersionArn } = request(DELETE, input);
      caller.require('states:DeleteStateMachineVersion', stateMachineVersionArn);
      const { machine, version } = findMachine(parts, stateMachineVersionArn);
      machines.set({ ...machine, versions: machine.versions.filter((each) => each !== version) });
      await world.journal.durable();
      return {};
    },
  };
}
