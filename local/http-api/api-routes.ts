import findMyWay from 'find-my-way';
import * as z from 'zod';
import { declared, json } from '../events/operation.ts';
import type { Resource, Stack } from '../world.ts';
import { corsConfiguration } from './cors.ts';

const api = z.looseObject({
  ProtocolType: z.literal('HTTP', 'only HTTP APIs are supported here'),
  CorsConfiguration: corsConfiguration.optional(),
});
const stage = z.looseObject({ StageName: z.literal('$default', 'only the $default stage is supported here') });
const route = z.looseObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string(),
  AuthorizationType: z.enum(['NONE', 'JWT'], 'only NONE and JWT are supported here').default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
});
const integration = z.looseObject({
  IntegrationType: z.literal('AWS_PROXY', 'only AWS_PROXY is supported here'),
  IntegrationSubtype: z.undefined('service integrations are not supported here').optional(),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'only payload format 2.0 is supported here'),
  RequestParameters: json.optional(),
});
const authorizer = z.looseObject({
  AuthorizerType: z.literal('JWT', 'only JWT authorizers are supported here'),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()) }),
});

export type Authorizer = { readonly issuer: string; readonly audience: readonly string[] };
export type ApiRoute = {
  /** `POST /v1/things/{id}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly apiId: string;
  readonly functionArn: string;
  readonly authorizer?: Authorizer;
  readonly scopes: readonly string[];
};
export type FoundRoute = { readonly route: ApiRoute; readonly params: Readonly<Record<string, string>> };

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

/** The routes of the template's HTTP APIs. What this ground cannot imitate is refused at start, by name. */
export const apiRoutes = (stack: Stack) => {
  const apis = declared(stack, 'AWS::ApiGatewayV2::Api', api);
  declared(stack, 'AWS::ApiGatewayV2::Stage', stage);
  const integrations = declared(stack, 'AWS::ApiGatewayV2::Integration', integration);
  const authorizers = declared(stack, 'AWS::ApiGatewayV2::Authorizer', authorizer);
  const routes = declared(stack, 'AWS::ApiGatewayV2::Route', route).map(({ resource, properties }): ApiRoute => {
    const target = integrations.find((one) => one.resource.ref === properties.Target.replace('integrations/', ''));
    if (target === undefined) throw new Error(`${resource.logicalId}: ${properties.Target} is not in the template`);
    const guard = authorizers.find((one) => one.resource.ref === properties.AuthorizerId);
    const isOpen = properties.AuthorizationType === 'NONE';
    if (!isOpen && guard === undefined) throw new Error(`${resource.logicalId}: its authorizer is not in the template`);
    return {
      routeKey: properties.RouteKey,
      apiId: properties.ApiId,
      functionArn: functionArn(target.properties.IntegrationUri),
      ...(isOpen || guard === undefined ? {} : { authorizer: authorizerOf(guard) }),
      scopes: properties.AuthorizationScopes,
    };
  });
  return {
    routes,
    authorizers: authorizers.map(authorizerOf),
    find: finder(routes),
    cors: apis[0]?.properties.CorsConfiguration,
  };
};

const authorizerOf = (given: {
  readonly properties: z.output<typeof authorizer>;
  readonly resource: Resource;
}): Authorizer => ({
  issuer: given.properties.JwtConfiguration.Issuer,
  audience: given.properties.JwtConfiguration.Audience,
});

/** A function's ARN, bare or inside `arn:aws:apigateway:…:lambda:path/…/functions/<arn>/invocations`. */
const functionArn = (uri: string): string => /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;

const finder = (routes: readonly ApiRoute[]) => {
  // A path parameter may be a long token; the router's own limit is 100 characters.
  const router = findMyWay({ maxParamLength: 8_192 });
  const byKey = new Map(routes.map((one) => [one.routeKey, one]));
  for (const one of routes) {
    const [method = '', path] = one.routeKey.split(' ');
    if (path === undefined) continue;
    const { pattern, names } = patternOf(path);
    router.on(method === 'ANY' ? [...METHODS] : METHODS.filter((known) => known === method), pattern, () => undefined, {
      route: one,
      names,
    });
  }
  return (method: string, path: string): FoundRoute | undefined => {
    const known = METHODS.find((one) => one === method);
    const found = known === undefined ? null : router.find(known, path);
    if (found === null) return fallback(byKey.get('$default'));
    const { route: hit, names }: { route: ApiRoute; names: readonly string[] } = found.store;
    const values = Object.values(found.params).map((value) => value ?? '');
    return { route: hit, params: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
  };
};

const fallback = (hit: ApiRoute | undefined): FoundRoute | undefined =>
  hit === undefined ? undefined : { route: hit, params: {} };

/** The router's own way to write a path. Its parameter names may not have dots and dashes, so they are numbered. */
const patternOf = (path: string): { readonly pattern: string; readonly names: readonly string[] } => {
  const names: string[] = [];
  const pattern = path.replaceAll(/\{([^}+]+)(\+?)\}/g, (_, name: string, greedy: string) => {
    names.push(name);
    return greedy === '' ? `:p${names.length}` : '*';
  });
  return { pattern, names };
};
