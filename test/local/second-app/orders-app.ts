import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, StateMachine, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { App, Duration, Stack } from 'aws-cdk-lib/core';

/** Orders come by queue or HTTP and are kept; each is announced on a bus at once, and thanked for an hour later. */
const sources = {
  Keep: `
    import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
    import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
    const [table, machines] = [new DynamoDBClient(), new SFNClient()];
    export const handler = async ({ Records, body }) => {
      for (const id of Records?.map((record) => record.body) ?? [JSON.parse(body).id]) {
        await table.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
        await machines.send(new StartExecutionCommand({ stateMachineArn: process.env.MACHINE, name: id, input: JSON.stringify({ id }) }));
      }
      return { statusCode: 202, body: 'kept' };
    };`,
  Announce: `
    import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
    const bus = new EventBridgeClient();
    export const handler = async ({ Records }) => {
      const Entries = Records.filter(({ eventName }) => eventName === 'INSERT').map(({ dynamodb: { NewImage } }) =>
        ({ EventBusName: process.env.BUS, Source: 'orders', DetailType: 'Order Kept', Detail: JSON.stringify({ id: NewImage.id.S }) }));
      if (Entries.length > 0) await bus.send(new PutEventsCommand({ Entries }));
    };`,
  Thank: `
    import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
    const table = new DynamoDBClient();
    export const handler = ({ id }) => table.send(new UpdateItemCommand({
      TableName: process.env.TABLE, Key: { id: { S: id } }, UpdateExpression: 'SET thanked = :yes',
      ExpressionAttributeValues: { ':yes': { BOOL: true } } })).then(() => ({ id }));`,
} as const;

/** Synthesizes the app into a folder of the project, where functions find the AWS SDK, and returns it. */
export const synthesizeOrders = (outdir: string): string => {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Shop');
  const make = (id: keyof typeof sources, environment: Record<string, string>): Function => {
    const folder = join(outdir, 'sources', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'index.mjs'), sources[id]);
    const code = { handler: 'index.handler', code: Code.fromAsset(folder), runtime: Runtime.NODEJS_22_X };
    return new Function(stack, id, { ...code, environment });
  };

  const [inbox, announced, bus] = [
    new Queue(stack, 'Inbox'),
    new Queue(stack, 'Announced'),
    new EventBus(stack, 'Bus'),
  ];
  const id = { name: 'id', type: AttributeType.STRING };
  const orders = new Table(stack, 'Orders', { partitionKey: id, stream: StreamViewType.NEW_IMAGE });
  const thank = make('Thank', { TABLE: orders.tableName });
  const anHour = new Wait(stack, 'An hour', { time: WaitTime.duration(Duration.hours(1)) });
  const thanks = anHour.next(
    new LambdaInvoke(stack, 'Say thanks', { lambdaFunction: thank, payloadResponseOnly: true }),
  );
  const machine = new StateMachine(stack, 'Thanks', { definitionBody: DefinitionBody.fromChainable(thanks) });
  const keep = make('Keep', { TABLE: orders.tableName, MACHINE: machine.stateMachineArn });
  const announce = make('Announce', { BUS: bus.eventBusName });
  [keep, thank].forEach((writer) => orders.grantWriteData(writer));
  machine.grantStartExecution(keep);
  bus.grantPutEventsTo(announce);
  keep.addEventSource(new SqsEventSource(inbox));
  orders.grantStreamRead(announce);
  const rows = { eventSourceArn: orders.tableStreamArn ?? '', startingPosition: StartingPosition.TRIM_HORIZON };
  announce.addEventSourceMapping('Rows', rows);
  const kept = new Rule(stack, 'Kept', { eventBus: bus, eventPattern: { source: ['orders'] } });
  kept.addTarget(new SqsQueue(announced));
  const post = { path: '/orders', methods: [HttpMethod.POST] };
  new HttpApi(stack, 'Api').addRoutes({ ...post, integration: new HttpLambdaIntegration('Keep', keep) });
  return app.synth().directory;
};
