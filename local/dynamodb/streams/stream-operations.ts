import { AwsError, type Json, type JsonObject, type Operation } from '../../world.ts';
import { listOr, objectOr, textOr } from '../../template/json.ts';
import type { Engine } from '../engine/start-engine.ts';
import { isChange } from './stream-records.ts';
import type { streamsOf } from './streams.ts';
import type { Table } from '../tables.ts';

export interface StreamOperationParts {
  readonly engine: Engine;
  readonly tables: ReadonlyMap<string, Table>;
  readonly streams: Pick<ReturnType<typeof streamsOf>, 'tableOf' | 'view'>;
}

/** DynamoDB Streams for anyone who reads them by API. An iterator here is `<table> <the engine's iterator>`. */
export function streamOperations({
  engine,
  tables,
  streams,
}: StreamOperationParts): Readonly<Record<string, Operation>> {
  const ask = (operation: string, input: JsonObject) => engine.call(`DynamoDBStreams_20120810.${operation}`, input);

  const known = (input: JsonObject) => {
    const streamArn = textOr(input['StreamArn'], '');
    try {
      return streams.tableOf(streamArn);
    } catch {
      throw new AwsError('ResourceNotFoundException', `Requested resource not found: Stream: ${streamArn} not found`);
    }
  };

  return {
    async ListStreams(input, caller) {
      caller.require('dynamodb:ListStreams', '*');
      const wanted = textOr(input['TableName'], undefined);
      const Streams = [...tables.values()].flatMap(({ name, stream }) =>
        stream && (wanted === undefined || wanted === name)
          ? [{ StreamArn: stream.arn, TableName: name, StreamLabel: stream.arn.split('/').at(-1) ?? '' }]
          : [],
      );
      return { Streams };
    },
    async DescribeStream(input, caller) {
      const { stream } = known(input);
      caller.require('dynamodb:DescribeStream', stream.arn);
      const output = await ask('DescribeStream', { ...input, StreamArn: stream.engineArn });
      const ours = {
        StreamArn: stream.arn,
        StreamLabel: stream.arn.split('/').at(-1) ?? '',
        StreamViewType: stream.view,
      };
      return { StreamDescription: { ...objectOr(output['StreamDescription']), ...ours } };
    },
    async GetShardIterator(input, caller) {
      const table = known(input);
      caller.require('dynamodb:GetShardIterator', table.stream.arn);
      const output = await ask('GetShardIterator', { ...input, StreamArn: table.stream.engineArn });
      return { ShardIterator: wrap(table, output['ShardIterator']) };
    },
    async GetRecords(input, caller) {
      const [name = '', iterator = ''] = textOr(input['ShardIterator'], '').split(' ');
      const table = tables.get(name);
      if (!table?.stream) throw new AwsError('ValidationException', 'Invalid ShardIterator');
      caller.require('dynamodb:GetRecords', table.stream.arn);
      const { Records, NextShardIterator } = await ask('GetRecords', { ...input, ShardIterator: iterator });
      return {
        Records: listOr(Records)
          .map(objectOr)
          .filter(isChange)
          .flatMap((record) => streams.view(record, table)?.event ?? []),
        ...(NextShardIterator !== undefined && { NextShardIterator: wrap(table, NextShardIterator) }),
      };
    },
  };
}

const wrap = (table: Table, iterator: Json | undefined): string => `${table.name} ${textOr(iterator, '')}`;
