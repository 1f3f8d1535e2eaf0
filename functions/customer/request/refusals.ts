import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { json, problem } from '../../aws/problem.ts';
import type { Found } from '../store/find-customer.ts';

type Refused = Exclude<Found, { is: 'one' }>;

/** What to say when it is not one customer who was asked for. */
export const notOne = (found: Refused): APIGatewayProxyStructuredResultV2 => {
  switch (found.is) {
    case 'none':
      return problem(
        404,
        'unknown-customer',
        'Nobody is known by this. Ids are compared letter by letter; emails and phones as profiles keep them.',
      );
    case 'erased':
      return problem(
        410,
        'erased',
        `All that was known of this customer was erased at ${new Date(found.at).toISOString()}.`,
      );
    case 'several':
      return json(200, {
        customers: found.customers.map((customer) => ({ customer, card: `/v1/customers/${customer}` })),
        detail: 'Several customers are known by this: ask for one of them.',
      });
  }
};
