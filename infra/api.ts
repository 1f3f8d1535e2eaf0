import { Duration, Validations } from 'aws-cdk-lib/core';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import { agentScope, Login, operatorScope, publisherScope } from './parts/login.ts';
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

/** The paths of Segment's HTTP API. */
const segmentCalls = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch'] as const;

/** Requests a second for each of them; one may carry 2,500 signals. */
const signalThrottle = { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 4_000 };

type Route = { readonly path: string; readonly methods: readonly HttpMethod[] };

/** What a page of another origin may ask and read: bearer tokens, no cookies. */
const corsFor = (origins: readonly string[]): CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
  exposeHeaders: ['content-disposition', 'location', 'retry-after'],
  maxAge: Duration.hours(1),
});

/** The HTTP door: machines and people with a token, each for its scope, and anyone with an unsubscribe link. */
export class Api extends Construct {
  /** `https://…` without a slash at the end. */
  readonly url: string;
  /** The Cognito login, unless the stage brings its own. */
  readonly login?: Login;
  readonly http: HttpApi;
  /** Knows the tokens of people and their programs; a route says which scope it asks for. */
  readonly authorizer: HttpJwtAuthorizer;
  private readonly stage: HttpStage;
  private readonly integrations = new Map<SegueFunction, HttpLambdaIntegration>();

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    this.http = new HttpApi(this, 'Http', {
      apiName: `segue-${stage.name}`,
      createDefaultStage: false,
      ...(stage.consoleOrigins.length > 0 && { corsPreflight: corsFor(stage.consoleOrigins) }),
    });
    this.url = this.http.apiEndpoint;
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.http,
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
  forPublishers(path: string, answer: SegueFunction, methods: readonly HttpMethod[] = [HttpMethod.POST]): void {
    this.forHolders([publisherScope], { path, methods }, answer);
  }

  /** A route for people who serve customers, and desktops in their name. */
  forAgents(path: string, answer: SegueFunction, methods: readonly HttpMethod[] = [HttpMethod.GET]): void {
    this.forHolders([agentScope], { path, methods }, answer);
  }

  /** A route for the few who answer for the data itself. */
  forOperators(path: string, answer: SegueFunction, methods: readonly HttpMethod[] = [HttpMethod.GET]): void {
    this.forHolders([operatorScope], { path, methods }, answer);
  }

  /** A route for holders of a token with any one of these scopes: the function sees which they are. */
  forHolders(scopes: readonly string[], { path, methods }: Route, answer: SegueFunction): void {
    this.http.addRoutes({
      path,
      methods: [...methods],
      integration: this.integrationOf(answer),
      authorizer: this.authorizer,
      authorizationScopes: [...scopes],
    });
  }

  /** One per function, however many routes lead to it. */
  private integrationOf(answer: SegueFunction): HttpLambdaIntegration {
    const made = this.integrations.get(answer) ?? new HttpLambdaIntegration(answer.node.id, answer);
    this.integrations.set(answer, made);
    return made;
  }

  /** `/v1/track` and the other calls of Segment's HTTP API, for whoever knows a write key: the function asks for it. */
  forProducers(answer: SegueFunction): void {
    const because = 'Segment clients authenticate with a write key, which no authorizer knows: the function checks it.';
    const integration = new HttpLambdaIntegration(answer.node.id, answer);
    const routes = segmentCalls.flatMap((call) =>
      this.http.addRoutes({ path: `/v1/${call}`, methods: [HttpMethod.POST], integration }),
    );
    for (const route of routes) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: because });
    this.throttleApart(routes);
  }

  /** The stage's own limit is for people and their programs; a stream of signals must neither end at it nor use it up. */
  private throttleApart(routes: readonly HttpRoute[]): void {
    const { defaultChild } = this.stage.node;
    if (!(defaultChild instanceof CfnStage)) throw new Error('The stage of the HTTP API is no resource');
    defaultChild.routeSettings = Object.fromEntries(segmentCalls.map((call) => [`POST /v1/${call}`, signalThrottle]));
    // A setting for a route that is not there yet fails the deployment.
    this.stage.node.addDependency(...routes);
  }

  /** A route for anyone. `because` says why it needs no token. */
  forAnyone(path: string, answer: SegueFunction, because: string): void {
    const routes = this.http.addRoutes({
      path,
      methods: [HttpMethod.GET, HttpMethod.POST],
      integration: new HttpLambdaIntegration(answer.node.id, answer),
    });
    for (const route of routes) Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: because });
  }
}
