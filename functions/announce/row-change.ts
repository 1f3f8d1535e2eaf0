import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';

export type Row = Readonly<Record<string, unknown>>;

/** What a write did to one row of a customer. `before` is absent where there was none. */
export type RowChange = {
  readonly customer: string;
  readonly sk: string;
  readonly before: Row | undefined;
  readonly after: Row;
};

type Image = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

/** Lambda's events and the SDK type the same JSON apart. */
const plain = (image: Image): Row => unmarshall(JSON.parse(JSON.stringify(image)));

/** The change a record tells of; undefined where a row is gone, or is no customer's. */
export const rowChange = ({ dynamodb }: DynamoDBRecord): RowChange | undefined => {
  const { NewImage, OldImage, Keys } = dynamodb ?? {};
  const pk = Keys?.['pk']?.S ?? '';
  if (NewImage === undefined || !pk.startsWith('C#')) return undefined;
  return {
    customer: pk.slice('C#'.length),
    sk: Keys?.['sk']?.S ?? '',
    before: OldImage === undefined ? undefined : plain(OldImage),
    after: plain(NewImage),
  };
};
