import type { Service, World } from '../../world.ts';
import { isObject } from '../../template/json.ts';
import { createDeliveries } from '../deliveries.ts';
import { occurrenceText, scheduleCourier, windowOffset } from './schedule-courier.ts';
import { createGroups } from './schedule-groups.ts';
import { createScheduleBook } from './schedule-book.ts';
import { scheduleOperations } from './schedule-operations.ts';
import { checkSchedule, type Kept } from './schedule-shape.ts';
import { forgetSchedule, startSchedule } from './start-schedules.ts';

export interface Scheduler extends Service {
  /** Takes up unfinished deliveries and arms the schedules. Call once every service is there. */
  start(): void;
}

/** EventBridge Scheduler: the schedules of the template and those made at run time, on the world's clock. */
export const createScheduler = (world: World): Scheduler => {
  const book = createScheduleBook(world);
  for (const { shape } of book.all()) checkSchedule(shape);
  const deliveries = createDeliveries(world, 'scheduled-call', scheduleCourier(world));
  const running = new Map<string, () => void>();

  const stop = (arn: string): void => {
    running.get(arn)?.();
    running.delete(arn);
  };
  const stopped = (arn: string): void => {
    stop(arn);
    forgetSchedule(world, arn);
  };
  const removed = (arn: string): void => {
    stopped(arn);
    book.remove(arn);
  };

  const run = ({ arn, shape, given }: Kept): void => {
    if (shape.State !== 'ENABLED') return;
    const { FlexibleTimeWindow: window, StartDate, EndDate } = shape;
    const call = isObject(given['Target']) ? given['Target'] : {};
    const end = startSchedule(world, {
      id: arn,
      expression: shape.ScheduleExpression,
      zone: shape.ScheduleExpressionTimezone,
      ...(StartDate === undefined ? {} : { from: StartDate }),
      ...(EndDate === undefined ? {} : { until: EndDate }),
      delay: (at) => (window.Mode === 'OFF' ? 0 : windowOffset(arn, at, window.MaximumWindowInMinutes)),
      fire: async (at) => {
        deliveries.send(arn, occurrenceText(at, call));
        await world.journal.durable();
      },
      over: async () => {
        if (shape.ActionAfterCompletion === 'DELETE') removed(arn);
      },
    });
    running.set(arn, end);
  };

  let isStarted = false;
  const groups = createGroups(world, book, removed);
  return {
    name: 'scheduler',
    operations: {
      ...scheduleOperations({ world, book, groups, started: (one) => void (isStarted && run(one)), stopped }),
      ...groups.operations,
    },
    routes: [
      { route: 'POST /schedules/{Name}', operation: 'CreateSchedule' },
      { route: 'PUT /schedules/{Name}', operation: 'UpdateSchedule' },
      { route: 'DELETE /schedules/{Name}', operation: 'DeleteSchedule' },
      { route: 'GET /schedules/{Name}', operation: 'GetSchedule' },
      { route: 'GET /schedules', operation: 'ListSchedules' },
      { route: 'POST /schedule-groups/{Name}', operation: 'CreateScheduleGroup' },
      { route: 'DELETE /schedule-groups/{Name}', operation: 'DeleteScheduleGroup' },
      { route: 'GET /schedule-groups/{Name}', operation: 'GetScheduleGroup' },
      { route: 'GET /schedule-groups', operation: 'ListScheduleGroups' },
    ],
    start() {
      isStarted = true;
      deliveries.resume();
      for (const one of book.all()) run(one);
    },
  };
};
