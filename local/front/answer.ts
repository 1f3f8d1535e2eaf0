import { randomUUID } from 'node:crypto';
import { AwsError, type Caller, type Clock } from '../world.ts';
import { credentialScope } from './credential-scope.ts';
import { jsonProtocol } from './protocol/json-protocol.ts';
import { queryProtocol } from './protocol/query-protocol.ts';
import { restProtocol } from './protocol/rest-protocol.ts';
import type { Router } from './router.ts';
import type { Asked, Protocol, WireRequest, WireResponse } from './protocol/wire.ts';

export interface AnswerParts {
  readonly router: Router;
  readonly clock: Clock;
  /** The caller behind an access key id. */
  readonly callerOf: (accessKeyId: string) => Caller;
  readonly note: (line: string) => void;
}

/** Answers any AWS request by the service in its credential scope, in the protocol it was asked in. */
export function answerer({
  router,
  clock,
  callerOf,
  note,
}: AnswerParts): (request: WireRequest) => Promise<WireResponse> {
  const rest = restProtocol(router.find);
  const protocolOf = ({ headers }: WireRequest): Protocol => {
    if (headers['x-amz-target']) return jsonProtocol;
    return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? queryProtocol : rest;
  };

  // A long poll may stay open for 20 seconds while nothing happens; time may move under it.
  const inFlight = <T>({ service, operation }: Asked, work: () => Promise<T>): Promise<T> =>
    service === 'sqs' && operation === 'ReceiveMessage' ? work() : clock.busy(work);

  return async (request) => {
    const protocol = protocolOf(request);
    const requestId = randomUUID();
    let service = '';
    let response: WireResponse;
    try {
      const scope = credentialScope(request);
      service = scope.service;
      const asked = protocol.read(request, service);
      const work = () =>
        router.call(service, asked.operation, ...([asked.input, callerOf(scope.accessKeyId)] as const));
      response = protocol.answer(asked, await inFlight(asked, work), requestId);
    } catch (error) {
      if (!(error instanceof AwsError))
        note(`${service || 'front'}: ${error instanceof Error ? error.stack : String(error)}`);
      response = protocol.refuse(asAwsError(error), service, requestId);
    }
    return { ...response, headers: { ...response.headers, 'x-amzn-requestid': requestId } };
  };
}

const asAwsError = (error: unknown): AwsError =>
  error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), { status: 500 });
