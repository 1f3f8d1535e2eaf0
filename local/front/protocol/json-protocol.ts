import { parseObject, type Protocol } from './wire.ts';

/** Prefixes SDKs of some services look for before `#` in an error's type. */
const namespaces: Readonly<Record<string, string>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810#',
  sqs: 'com.amazonaws.sqs#',
};

/** AWS JSON 1.0 and 1.1: the operation is in `X-Amz-Target`. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const jsonProtocol: Protocol = {
  read: ({ headers, body }, service) => ({
    service,
    operation: headers['x-amz-target']?.split('.').at(-1) ?? '',
    input: parseObject(body),
  }),
  answer: ({ service }, output) => ({ status: 200, headers: contentType(service), body: JSON.stringify(output) }),
  refuse: (error, service) => ({
    status: error.status,
    headers: { ...contentType(service), 'x-amzn-errortype': error.code },
    body: JSON.stringify({
      ...error.fields,
      __type: (namespaces[service] ?? '') + error.code,
      message: error.message,
    }),
  }),
};

const contentType = (service: string) => ({
  'content-type':
    service === 'events' || service === 'secretsmanager' ? 'application/x-amz-json-1.1' : 'application/x-amz-json-1.0',
});
