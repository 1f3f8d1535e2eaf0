import { readEnrolment, type StoredRun } from '../../aws/enrolment-store.ts';
import { customerPk } from '../../aws/keys.ts';
import { rowsUnder } from '../../aws/rows.ts';

/** Every run of a customer that is remembered. */
export const runsOf = async (table: string, customer: string): Promise<readonly StoredRun[]> => {
  const rows = await rowsUnder(table, { pk: customerPk(customer), prefix: 'ENROL#' });
  return rows.map(readEnrolment);
};
