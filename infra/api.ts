import { Validations } from 'aws-cdk-lib/core';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { Login, publisherScope } from './parts/login.ts';
import { logsOf, type SegueFunction } from './parts/segue-function.ts';
import type { Stage } from './stage.ts';

/** What an access log may say: neither addresses nor paths, for a path may hold an unsubscribe token. */
const accessLog = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  status: '$context.status',
  refusedBecause: '$context.authorizer.error',
  integrationError: '$context.integrationErrorMessage',
  latencyMs: '$context.responseLatency',
};

/** The HTTP door: machines and people with a token of scope `segue/publisher`, and anyone with an unsubscribe link. */
export class Api extends Construct {
  /** `https://…` without a slash at the end. */
  readonly url: string;
  /** The Cognito login, unless the stage brings its own. */
  readonly login?: Login;
  private readonly api: HttpApi;
  private readonly authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    this.api = new HttpApi(this, 'Http', { apiName: `segue-${stage.name}`, createDefaultStage: false });
    this.url = this.api.apiEndpoint;
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(
          logsOf(this, 'Logs', { stage, name: `/aws/vendedlogs/apigateway/segue-${stage.name}` }),
        ),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    const { issuer, audience } = stage.login ?? (this.login = new Login(this, 'Login', stage));
    this.authorizer = new HttpJwtAuthorizer('Token', issuer, { jwtAudience: [...audience] });
  }

  /** A route for holders of a token that lets them publish. */
  forPublishers(path: string, answer: SegueFunction): void {
    this.api.addRoutes({
      path,
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration(answer.node.id, answer),
      authorizer: this.authorizer,
      authorizationScopes: [publisherScope],
    });
  }

  /** A route for anyone. `because` says why it needs no token. */
  forAnyone(path: string, answer: SegueFunction, because: string): void {
    const routes = this.api.addRoutes({
      path,
      methods: [HttpMethod.GET, HttpMethod.POST],
      integration: new HttpLambdaIntegration(answer.node.id, answer),
    });
    for (const route of routes) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: because });
  }
}
