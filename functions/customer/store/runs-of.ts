import { readEnrolment, type StoredRun } from '../../aws/enrolment-store.ts';
import { customerPk, item } from '../../aws/keys.ts';
import { allRows } from './pages.ts';

/** Every run of a customer that is remembered. */
export const runsOf = async (table: string, customer: string): Promise<readonly StoredRun[]> => {
  const rows = await allRows({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :runs)',
    ExpressionAttributeValues: item({ ':pk': customerPk(customer), ':runs': 'ENROL#' }),
  });
  return rows.map(readEnrolment);
};
