import { Duration } from 'aws-cdk-lib/core';
import { type HttpApi, HttpMethod, type IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { ChangeTaskEnv } from '../functions/task/change-task.env.ts';
import type { ListTasksEnv } from '../functions/task/list-tasks.env.ts';
import { agentScope } from './parts/login.ts';
import { type Ground, SegueFunction } from './parts/segue-function.ts';

export type TaskRoomProps = Ground & {
  readonly state: Table;
  readonly http: HttpApi;
  /** Knows the tokens of agents. */
  readonly authorizer: IHttpRouteAuthorizer;
};

/** What journeys ask of people: agents list the tasks of their queue, claim them and answer them. */
export class TaskRoom extends Construct {
  constructor(scope: Construct, id: string, props: TaskRoomProps) {
    super(scope, id);
    const { http, authorizer } = props;
    const forAgents = (path: string, method: HttpMethod, answer: SegueFunction) =>
      http.addRoutes({
        path,
        methods: [method],
        integration: new HttpLambdaIntegration(answer.node.id, answer),
        authorizer,
        authorizationScopes: [agentScope],
      });
    forAgents('/v1/tasks', HttpMethod.GET, this.listTasks(props));
    forAgents('/v1/tasks/{id}', HttpMethod.POST, this.changeTask(props));
  }

  private listTasks({ stage, bundle, state }: TaskRoomProps): SegueFunction {
    const list = new SegueFunction(this, 'ListTasks', {
      stage,
      bundle,
      description: 'Lists what a queue of agents has to do, the most urgent first.',
      timeout: Duration.seconds(10),
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof ListTasksEnv>,
      failures: 'Invoked by the HTTP API, which waits: the agent sees the failure and asks again.',
    });
    list.allowTable(state, ['Query', 'BatchGetItem']);
    return list;
  }

  private changeTask({ stage, bundle, state }: TaskRoomProps): SegueFunction {
    const change = new SegueFunction(this, 'ChangeTask', {
      stage,
      bundle,
      description: 'Lets an agent claim, give back or answer a task.',
      timeout: Duration.seconds(10),
      environment: { STATE_TABLE: state.tableName } satisfies z.input<typeof ChangeTaskEnv>,
      failures: 'Invoked by the HTTP API, which waits: the agent sees the failure and says the same again.',
    });
    // Deleting is for the pointer in the queue: a task that is answered waits for nobody.
    change.allowTable(state, ['GetItem', 'UpdateItem', 'DeleteItem']);
    return change;
  }
}
