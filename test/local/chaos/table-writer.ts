// Puts rows for ever, a line for each that was acknowledged. The test kills it.
import { startEngine } from '../../../local/dynamodb/engine/start-engine.ts';

const engine = await startEngine({ folder: process.argv[2] ?? '', note: () => undefined });
await engine.call('DynamoDB_20120810.CreateTable', {
  TableName: 'rows',
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
});
for (let n = 0; ; n += 1) {
  const Item = { pk: { S: String(n) }, text: { S: 'x'.repeat(200) } };
  await engine.call('DynamoDB_20120810.PutItem', { TableName: 'rows', Item });
  process.stdout.write(`${n}\n`);
}
