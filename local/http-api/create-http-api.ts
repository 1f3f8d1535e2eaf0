import type { ControlHandler, ControlRequest } from '../front/control-routes.ts';
import { isLocal } from '../front/local-only.ts';
import { routeMatcher } from '../front/protocol/route-matcher.ts';
import { AwsError, type Json, type JsonObject, type World } from '../world.ts';
import { apiRoutes, type FoundRoute } from './api-routes.ts';
import { authorize } from './authorize.ts';
import { preflight, withCors } from './cors.ts';
import { listen } from '../listen.ts';
import { httpServer } from './http-server.ts';
import { type HttpRequest, lambdaEvent } from './lambda-event.ts';
import { type HttpResponse, jsonResponse, message, responseOf } from './lambda-response.ts';
import { createStaticFiles } from './static-files.ts';
import { createTokenIssuer, type TokenIssuer } from './token-issuer.ts';

/** What API Gateway waits for an integration, in real time. */
const PATIENCE_MILLISECONDS = 30_000;

export interface HttpApi {
  /** Opens the port (0 takes any free one) and gives it. Rejects naming `--http-port` when it is taken. */
  listen(port: number): Promise<number>;
  /** Registers one of the ground's own routes, such as `('GET', '/_local/outbox', handler)`. They are not counted as in flight. */
  route(method: string, path: string, handler: ControlHandler): void;
  /** Serves a folder below a path, after the routes and before `$default`. */
  mount(path: string, folder: string): void;
  /** A token for a role, as `GET /_local/token?role=` gives it. */
  token: TokenIssuer['token'];
  /** Answers a request without a socket. */
  answer(request: HttpRequest): Promise<HttpResponse>;
  close(): Promise<void>;
}

export type HttpApiOptions = {
  /** Whether the ground is ready to work; `GET /health` is 503 until then. */
  readonly ready: () => boolean;
  /** More for `GET /health` to say. */
  readonly details?: () => JsonObject;
};

/** The HTTP APIs of the template, the ground's own routes and static files, at one address of this machine. */
export const createHttpApi = (world: World, options: HttpApiOptions): HttpApi => {
  const api = apiRoutes(world.stack);
  const issuer = createTokenIssuer(world, api.routes, api.authorizers);
  const files = createStaticFiles();
  const own: { readonly route: string; readonly value: ControlHandler }[] = [];
  const route: HttpApi['route'] = (method, path, value) => void own.push({ route: `${method} ${path}`, value });

  const answer = async (request: HttpRequest): Promise<HttpResponse> => {
    const path = request.url.pathname;
    if (request.method === 'GET' && path === '/health') return health(options);
    const control = routeMatcher(own)(request.method, path + request.url.search);
    if (control !== undefined) return controlled(request, control);
    if (path.startsWith('/_local/')) return message(404, `There is no ${request.method} ${path}.`);
    const preflighted = preflight(api.cors, request);
    if (preflighted !== undefined) return preflighted;
    const found = api.find(request.method, path);
    const isCertain = found !== undefined && found.route.routeKey !== '$default';
    const file = isCertain ? undefined : await files.answer(request.method, path);
    if (file !== undefined) return file;
    if (found === undefined) return message(404, 'Not Found');
    return withCors(api.cors, request, await world.clock.busy(() => proxy({ world, issuer }, request, found)));
  };

  const server = httpServer(answer, world.note);
  route('GET', '/_local/token', async ({ query }) => issuer.token(query['role'] ?? ''));
  return {
    listen: (port) => listen(server, port, '--http-port'),
    route,
    mount: files.mount,
    token: issuer.token,
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const health = ({ ready, details }: HttpApiOptions): HttpResponse =>
  ready()
    ? jsonResponse(200, { status: 'ok', ...details?.() })
    : jsonResponse(503, { status: 'starting', ...details?.() });

type Control = {
  readonly value: ControlHandler;
  readonly params: ControlRequest['params'];
  readonly query: ControlRequest['query'];
};

/** The ground's own routes move time and read mail: only pages of this machine may use them. */
const controlled = async ({ method, url, headers, body }: HttpRequest, control: Control): Promise<HttpResponse> => {
  if (!isLocal({ method, url: url.pathname, headers, body }))
    return message(403, 'The local ground answers this machine only.');
  try {
    const json: Json | undefined = body.length === 0 ? undefined : JSON.parse(body.toString());
    const answered = await control.value({ params: control.params, query: control.query, headers, body: json });
    return answered === undefined ? { status: 204, headers: {}, body: '' } : jsonResponse(200, answered);
  } catch (error) {
    if (error instanceof SyntaxError) return message(400, 'The body is not JSON.');
    if (error instanceof AwsError)
      return jsonResponse(error.status, { code: error.code, message: error.message, ...error.fields });
    throw error;
  }
};

type Ground = { readonly world: World; readonly issuer: TokenIssuer };

const proxy = async ({ world, issuer }: Ground, request: HttpRequest, found: FoundRoute): Promise<HttpResponse> => {
  const { route } = found;
  const verdict = await authorize(route, request.headers['authorization'], issuer);
  if (verdict.refused !== undefined) return message(verdict.refused === 'Unauthorized' ? 401 : 403, verdict.refused);
  const Payload = lambdaEvent(world, request, { ...found, jwt: verdict.jwt });
  const input = { FunctionName: route.functionArn, InvocationType: 'RequestResponse', Payload };
  try {
    const caller = world.as('apigateway.amazonaws.com', sourceArn(world, found, request.method));
    const answered = await inTime(world.call('lambda', 'Invoke', input, caller));
    return answered === undefined ? message(503, 'Service Unavailable') : responseOf(answered);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    world.note(`${route.routeKey}: ${error.message}`);
    return message(500, 'Internal Server Error');
  }
};

/** `arn:aws:execute-api:<region>:<account>:<api>/$default/POST/v1/things/{id}`, which a function's permission names. */
const sourceArn = ({ stack }: World, { route }: FoundRoute, method: string): string => {
  const [, path] = route.routeKey.split(' ');
  const place = path === undefined ? '$default' : `${method}${path}`;
  return `arn:aws:execute-api:${stack.region}:${stack.account}:${route.apiId}/$default/${place}`;
};

const inTime = async <T>(work: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MILLISECONDS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};
