import type { Front } from './open-front.ts';
import { requestHandler } from './request-handler.ts';

interface Signing {
  readonly service?: string;
  readonly region?: string;
}

interface Signable {
  readonly headers: Record<string, string>;
}

/**
 * Stands where an SDK makes its signer: says who asks which service without the signature, which the front would not check. The access
 * key is the one in the environment that the calling code sees. Made with `new`, so no arrow.
 */
function Unsigned({ service = '', region = '' }: Signing) {
  return {
    async sign<R extends Signable>(request: R): Promise<R> {
      const accessKeyId = process.env['AWS_ACCESS_KEY_ID'] ?? '';
      request.headers['authorization'] =
        `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/${service}/aws4_request`;
      return request;
    },
  };
}

/**
 * What SDK clients in this process are made with: the front without sockets and signatures, and a chain of middleware that is put
 * together once. A call costs a third of what it costs with the SDK's own.
 */
export const sdkTransport = (answer: Front['answer']) => ({
  requestHandler: requestHandler(answer),
  signerConstructor: Unsigned,
  cacheMiddleware: true,
});
