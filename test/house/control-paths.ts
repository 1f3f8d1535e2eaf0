import { providerMode } from '../../local/messaging/provider-mode.ts';
import { behaviour } from '../../local/messaging/recipients.ts';

const either = (options: readonly string[]): string => options.map((option) => `\`${option}\``).join(', ');
const recipient = Object.keys(behaviour.shape)
  .map((field) => `"${field}"?`)
  .join(', ');
const outcomes = `\`outcome\` is one of ${either(behaviour.shape.outcome.unwrap().options)}`;
const feelings = `\`sending\` is one of ${either(providerMode.shape.sending.options)}`;

/** What each of the ground's own paths takes and answers. That no path is missing here is tested. */
export const controlPaths: Readonly<
  Record<string, { readonly takes?: string; readonly answers: string; readonly does: string }>
> = {
  'GET /_local/clock': { answers: '{"now": "2026-01-05T09:00:00.000Z", "kind": "virtual"}', does: 'tells the time' },
  'POST /_local/clock': {
    takes: '{"advance": "PT4H"}',
    answers: 'the time then',
    does: 'lets virtual time pass (an ISO 8601 duration), firing everything that is due on the way, in order',
  },
  'GET /_local/outbox': {
    answers: '[{"id", "channel", "to", "from", "subject", "text", "html", "headers", "tags", "at"}]',
    does: 'lists every message that was accepted, oldest first',
  },
  'POST /_local/outbox/{id}/{act}': {
    takes: '{"link"?, "text"?}',
    answers: '{}',
    does: '`act` is `open`, `click` (of `link`, or the first), `bounce`, `complain`, or `reply` (with `text`); the event is on the bus when it answers',
  },
  'PUT /_local/recipients/{address}': {
    takes: `"bounce", or {${recipient}}`,
    answers: '{}',
    does: `says what the person behind an address does from now on; ${outcomes}; the address \`*\` is everybody else`,
  },
  'GET /_local/providers': {
    answers: '{"sending": "normal", "sandbox": false}',
    does: 'tells how the providers of email, SMS and push feel',
  },
  'PUT /_local/providers': {
    takes: '{"sending"?, "sandbox"?: true}',
    answers: 'the same, as it is then',
    does: `rehearses an outage (${feelings}), or the sandbox in which only verified recipients may be sent to`,
  },
  'GET /_local/executions': {
    answers: '[{"execution", "machine", "status", "state"?, "entered": ["state", …]}]',
    does: 'lists the executions of state machines',
  },
  'GET /_local/functions': {
    answers: '[{"name", "invocations", "errors", "loadFailures", "loadFailure"?, "unrunnable"?}]',
    does: 'counts the calls of each function since the start, and says why one cannot be loaded or run',
  },
  'GET /_local/counts': {
    answers: '{"dynamodb.GetItem": 12, …}',
    does: 'counts the calls of each operation since the start',
  },
  'GET /_local/counts/callers': {
    answers: '{"arn:aws:iam::…:role/…": {"dynamodb.GetItem": 12, …}, "outside": {…}}',
    does: 'the same by who called: a role, a service, or somebody outside',
  },
  'GET /_local/consumed': {
    answers: '{"arn:aws:iam::…:role/…": {"UpdateItem": {"reads": 0, "writes": 12}, …}}',
    does: 'counts the DynamoDB capacity units of each caller and operation since the start',
  },
  'PUT /_local/answers/{name}': {
    takes: '{"Status": "SUCCESS", "Reason"?}',
    answers: '{}',
    does: 'takes what a custom resource’s function answers when it is called by hand',
  },
  'PUT /_local/cfn/{id}': {
    takes: '{"Status", "Reason"?, "PhysicalResourceId"?, "Data"?}',
    answers: '{}',
    does: 'takes what a custom resource’s function answers to CloudFormation',
  },
  'GET /_local/token': {
    answers: '{"token", …}',
    does: 'gives a token with the scopes of a role: `?role=` with the last part of a scope that a route asks for',
  },
  'GET /config.json': { answers: '{"aws": "http://127.0.0.1:4566"}', does: 'tells a page where AWS is' },
  'GET /health': { answers: '{"status": "ok", "aws", "now"}', does: 'is 200 when everything is up, 503 before' },
};
