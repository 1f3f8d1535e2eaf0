import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';

/** The six rooms: log field, metric dimension and folder name alike. */
export type Room = 'signal' | 'profile' | 'decision' | 'journey' | 'message' | 'feedback';

/** Ids and reasons only: never a name, an address or a message body. */
export const logger = new Logger();
export const metrics = new Metrics();

/** Writes each metric as it comes and forgets its dimensions. Making one costs more than the metric. */
let alone: Metrics | undefined;

/** Counts one thing that happened, by reason where there is one. */
export const count = (name: string, reason?: string, by = 1): void => {
  const sink = reason === undefined ? metrics : (alone ??= metrics.singleMetric()).addDimension('reason', reason);
  sink.addMetric(name, MetricUnit.Count, by);
};

/** Written once a call, also when it fails; a call that counted nothing writes nothing. */
const publish = (): void => {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
};

/** A Lambda handler with the room's logs and metrics around it. */
export const observed = <Event, Result>(room: Room, handle: (event: Event, context: Context) => Promise<Result>) => {
  logger.appendPersistentKeys({ room });
  // Several functions of one process, as tests load them, are not warned of each other.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions({ room });
  return middy<Event, Result>(handle)
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({ after: publish, onError: publish });
};
