import { AwsError, type Clock, type JsonObject, type Operation } from '../../world.ts';
import { objectOr, textOr } from '../../template/json.ts';
import type { KeptTables } from '../kept-tables.ts';
import { requireAccess, tableName, usesOf, type Naming } from '../table-access.ts';
import type { Table } from '../tables.ts';

/** How long AWS takes over one change, and refuses another. */
const CHANGE_MS = 3_600_000;

export interface TimeToLiveParts {
  readonly naming: Naming;
  readonly kept: KeptTables;
  readonly clock: Clock;
  /** Finds the rows that have an expiry. */
  readonly scan: (table: Table) => Promise<void>;
}

/**
 * Time to live, answered here: the engine's would follow the machine's clock. A change is in force at once.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
 */
export function timeToLiveOperations({ naming, kept, clock, scan }: TimeToLiveParts) {
  const existing = (input: JsonObject): Table => {
    const name = tableName(input['TableName']);
    const table = naming.tables.get(name);
    if (table) return table;
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  };

  const describe: Operation = async (input, caller) => {
    requireAccess(caller, usesOf('DescribeTimeToLive', input, naming), naming);
    const { ttlAttribute } = existing(input);
    const description =
      ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute };
    return { TimeToLiveDescription: description };
  };

  const update: Operation = async (input, caller) => {
    requireAccess(caller, usesOf('UpdateTimeToLive', input, naming), naming);
    const wanted = wantedOf(input);
    const table = existing(input);
    refuseNoChange(table, wanted);
    const changedAt = kept.expiryChangedAt(table.name);
    if (changedAt !== undefined && clock.now() < changedAt + CHANGE_MS)
      throw invalid('Time to live has been modified multiple times within a fixed interval');
    const changed = kept.setExpiry(table, wanted.Enabled ? wanted.AttributeName : undefined);
    await kept.durable();
    await scan(changed);
    return { TimeToLiveSpecification: { ...wanted } };
  };

  return { DescribeTimeToLive: describe, UpdateTimeToLive: update };
}

interface Wanted {
  readonly Enabled: boolean;
  readonly AttributeName: string;
}

function wantedOf({ TimeToLiveSpecification }: JsonObject): Wanted {
  const { Enabled, AttributeName } = objectOr(TimeToLiveSpecification);
  const name = textOr(AttributeName, undefined);
  if (typeof Enabled !== 'boolean') throw missing('enabled');
  if (name === undefined) throw missing('attributeName');
  if (name.length === 0 || name.length > 255)
    throw invalid('TimeToLiveSpecification.AttributeName must have a length of 1 to 255');
  return { Enabled, AttributeName: name };
}

function refuseNoChange({ ttlAttribute }: Table, { Enabled, AttributeName }: Wanted): void {
  if (ttlAttribute === undefined) {
    if (!Enabled) throw invalid('TimeToLive is already disabled');
    return;
  }
  if (ttlAttribute !== AttributeName)
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${ttlAttribute}`);
  if (Enabled) throw invalid('TimeToLive is already enabled');
}

const invalid = (message: string) => new AwsError('ValidationException', message);

const missing = (field: string) =>
  invalid(
    `1 validation error detected: Value null at 'timeToLiveSpecification.${field}' failed to satisfy constraint: Member must not ` +
      `be null`,
  );
