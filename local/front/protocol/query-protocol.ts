import type { Json, JsonObject } from '../../world.ts';
import type { Protocol } from './wire.ts';
import { element } from './xml.ts';

const namespaces: Readonly<Record<string, string>> = {
  ses: 'http://ses.amazonaws.com/doc/2010-12-01/',
  sns: 'http://sns.amazonaws.com/doc/2010-03-31/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
};

const namespaceOf = (service: string) => ` xmlns="${namespaces[service] ?? `http://${service}.amazonaws.com/`}"`;

/** AWS Query: a form in, XML out. SES v1 and SNS speak it. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const queryProtocol: Protocol = {
  read({ body }, service) {
    const { Action = '', Version: _, ...fields } = Object.fromEntries(new URLSearchParams(body.toString()));
    return { service, operation: Action, input: readForm(fields) };
  },
  answer({ service, operation }, output, requestId) {
    const body = {
      [`${operation}Result`]: output,
      ResponseMetadata: { RequestId: requestId },
    };
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: element(`${operation}Response`, body, namespaceOf(service)),
    };
  },
  refuse({ status, code, message, fields }, service, requestId) {
    const error = { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message, ...fields };
    const body = { Error: error, RequestId: requestId };
    return {
      status,
      headers: { 'content-type': 'text/xml' },
      body: element('ErrorResponse', body, namespaceOf(service)),
    };
  },
};

type Tree = Map<string, Tree | string>;

/** `Tags.member.1.Name=a` → `{ Tags: [{ Name: 'a' }] }`; `A.entry.1.key=k&A.entry.1.value=v` → `{ A: { k: 'v' } }`. */
export function readForm(fields: Readonly<Record<string, string>>): JsonObject {
  const root: Tree = new Map();
  for (const [name, value] of Object.entries(fields)) plant(root, name.split('.'), value);
  return fieldsOf(root);
}

function plant(tree: Tree, [key = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree.set(key, value);
    return;
  }
  const known = tree.get(key);
  const branch: Tree = known instanceof Map ? known : new Map();
  tree.set(key, branch);
  plant(branch, rest, value);
}

const fieldsOf = (tree: Tree): JsonObject => Object.fromEntries([...tree].map(([key, node]) => [key, valueOf(node)]));

function valueOf(node: Tree | string): Json {
  if (typeof node === 'string') return node;
  const members = node.size === 1 ? node.get('member') : undefined;
  if (members instanceof Map) return itemsOf(members);
  const entries = node.size === 1 ? node.get('entry') : undefined;
  if (entries instanceof Map) return Object.fromEntries(itemsOf(entries).map(entryOf));
  return [...node.keys()].every((key) => /^\d+$/.test(key)) ? itemsOf(node) : fieldsOf(node);
}

const itemsOf = (tree: Tree): Json[] =>
  [...tree].toSorted(([a], [b]) => Number(a) - Number(b)).map(([, node]) => valueOf(node));

const entryOf = (entry: Json): [string, Json] => {
  const fields = new Map(Object.entries(entry ?? {}));
  return [String(fields.get('key') ?? fields.get('Name')), fields.get('value') ?? fields.get('Value') ?? null];
};
