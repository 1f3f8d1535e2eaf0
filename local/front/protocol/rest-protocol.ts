import { AwsError, type Json, type JsonObject, type Service } from '../../world.ts';
import { textOr } from '../../template/json.ts';
import { decodeChunks } from './aws-chunked.ts';
import { restBindings, type RestBindings } from './rest-bindings.ts';
import { routeMatcher } from './route-matcher.ts';
import { parseObject, type Protocol, type WireRequest, type WireResponse } from './wire.ts';
import { element, flatElement } from './xml.ts';

const matchers = new WeakMap<Service, ReturnType<typeof matcherOf>>();

const matcherOf = (service: Service) =>
  routeMatcher((service.routes ?? []).map((route) => ({ route: route.route, value: route })));

/** REST: method and path say the operation; path, query and headers are fields of its input. */
export const restProtocol = (find: (service: string) => Service | undefined): Protocol => ({
  read(request, serviceName) {
    const service = find(serviceName);
    const matcher = service && (matchers.get(service) ?? matcherOf(service));
    if (service && matcher) matchers.set(service, matcher);
    const matched = matcher?.(request.method, request.url);
    if (!matched) {
      const [path] = request.url.split('?');
      const message = `The local ground has no operation ${request.method} ${path} of ${serviceName}.`;
      throw new AwsError('UnknownOperationException', message, { status: 404 });
    }
    const { value: route, params, query } = matched;
    const bindings = restBindings[serviceName] ?? {};
    const body = readBody(request, { bindings, ...(route.payload && { payload: route.payload }) });
    const input = { ...body, ...headerFields(request, bindings), ...query, ...params };
    return { service: serviceName, operation: route.operation, input };
  },

  answer({ service, operation }, output) {
    const bindings = restBindings[service] ?? {};
    const root = bindings.xml?.[operation];
    if (root) return inXml(200, flatElement(root, output));
    const headers = Object.entries(bindings.responseHeaders ?? {}).flatMap(([field, header]) => {
      const value = textOr(output[field], undefined);
      return value === undefined ? [] : [[header, value]];
    });
    return {
      status: Number((bindings.status && output[bindings.status]) ?? 200),
      headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
      body: writeBody(output, bindings),
    };
  },

  refuse(error, service) {
    if (service === 's3') return refuseInXml(error);
    const headers = { 'content-type': 'application/json', 'x-amzn-errortype': error.code };
    return {
      status: error.status,
      headers,
      body: JSON.stringify({ ...error.fields, __type: error.code, message: error.message }),
    };
  },
});

function readBody(
  request: WireRequest,
  { bindings, payload }: { bindings: RestBindings; payload?: string },
): JsonObject {
  if (bindings.bytes) return payload ? { [payload]: decodeChunks(request).toString('base64') } : {};
  if (!payload) return parseObject(request.body);
  return { [payload]: request.body.length === 0 ? null : parseJson(request.body) };
}

function parseJson(body: WireRequest['body']): Json {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

const headerFields = ({ headers }: WireRequest, { requestHeaders = {} }: RestBindings): JsonObject =>
  Object.fromEntries(
    Object.entries(requestHeaders).flatMap(([header, field]) => {
      const value = headers[header];
      return value === undefined ? [] : [[field, value]];
    }),
  );

function writeBody(output: JsonObject, { body, bytes }: RestBindings): string | Buffer {
  const field = body === 'only' ? Object.keys(output)[0] : body;
  const value = field === undefined ? output : output[field];
  if (bytes) return Buffer.from(textOr(value, ''), 'base64');
  return value === undefined ? '' : JSON.stringify(value);
}

const refuseInXml = ({ status, code, message, fields }: AwsError): WireResponse =>
  inXml(status, element('Error', { Code: code, Message: message, ...fields }));

const inXml = (status: number, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body,
});
