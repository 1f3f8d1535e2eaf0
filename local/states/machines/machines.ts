import { createHash } from 'node:crypto';
import type { World } from '../../world.ts';
import type { Program } from '../asl/program.ts';
import { readDefinition } from '../asl/read-definition.ts';
import type { Expressions } from '../jsonata/expressions.ts';
import { MACHINE, REVISION, type Machine, type Revision, type Version } from './machine.ts';

/** The state machines of the ground, their versions, and every revision anything may still run on. */
export interface Machines {
  get(arn: string): Machine | undefined;
  all(): readonly Machine[];
  set(machine: Machine): Machine;
  remove(arn: string): void;
  /** Keeps a definition and gives its key. The same definition and role have the same key. */
  revise(revision: Revision): string;
  revision(key: string): Revision;
  program(key: string): Program;
  /** Pins the current revision under the next number, or under `number`. */
  publish(machine: Machine, more: { readonly number?: number; readonly description?: string | undefined }): Version;
}

const MACHINES = 'state-machine';
const REVISIONS = 'state-machine-revision';

export function createMachines(
  { clock, journal }: Pick<World, 'clock' | 'journal'>,
  expressions: Expressions,
): Machines {
  const machines = new Map<string, Machine>();
  const programs = new Map<string, Program>();
  /** Those that have been asked for: executions share their texts. */
  const revisions = new Map<string, Revision>();
  for (const [arn, record] of journal.all(MACHINES)) machines.set(arn, MACHINE.parse(record));

  const set = (machine: Machine): Machine => {
    machines.set(machine.arn, machine);
    journal.put(MACHINES, machine.arn, machine);
    return machine;
  };
  const revision = (key: string): Revision => {
    const known = revisions.get(key) ?? REVISION.parse(journal.get(REVISIONS, key));
    revisions.set(key, known);
    return known;
  };
  return {
    get: (arn) => machines.get(arn),
    all: () => [...machines.values()],
    set,
    remove(arn) {
      machines.delete(arn);
      journal.remove(MACHINES, arn);
    },
    revise(content) {
      const key = revisionKey(content);
      if (journal.get(REVISIONS, key) === undefined) journal.put(REVISIONS, key, content);
      return key;
    },
    revision,
    program(key) {
      const known = programs.get(key);
      if (known !== undefined) return known;
      const { program, diagnostics } = readDefinition(revision(key).definition, 'STANDARD', expressions);
      if (program === undefined)
        throw new Error(`revision ${key} of ${revision(key).machine} cannot run: ${diagnostics[0]?.message}`);
      programs.set(key, program);
      return program;
    },
    publish(machine, { number = machine.lastVersion + 1, description }) {
      const told = description === undefined ? {} : { description };
      const version: Version = { number, revision: machine.revision, createdAt: clock.now(), ...told };
      const others = machine.versions.filter((each) => each.number !== number);
      const versions = [...others, version].sort((a, b) => a.number - b.number);
      set({ ...machine, versions, lastVersion: Math.max(machine.lastVersion, number) });
      return version;
    },
  };
}

function revisionKey({ machine, definition, role }: Revision): string {
  return createHash('sha256')
    .update(JSON.stringify([machine, definition, role]))
    .digest('hex')
    .slice(0, 32);
}
