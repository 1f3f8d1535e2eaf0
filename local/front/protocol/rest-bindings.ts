/**
 * What REST services say outside their JSON bodies, where the route alone does not tell.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export interface RestBindings {
  /** Request header → input field. */
  readonly requestHeaders?: Readonly<Record<string, string>>;
  /** Output field → response header. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** Output field that is the HTTP status. */
  readonly status?: string;
  /** Output field that is the whole body; `only` when it is whichever field the output has. */
  readonly body?: string;
  /** Operation → root element of an answer that is XML, its lists flattened. */
  readonly xml?: Readonly<Record<string, string>>;
  /** Whether bodies are bytes, base64 in fields, rather than JSON. */
  readonly bytes?: boolean;
}

export const restBindings: Readonly<Record<string, RestBindings>> = {
  lambda: {
    requestHeaders: {
      'x-amz-invocation-type': 'InvocationType',
      'x-amz-log-type': 'LogType',
      'x-amz-client-context': 'ClientContext',
    },
    responseHeaders: {
      FunctionError: 'x-amz-function-error',
      ExecutedVersion: 'x-amz-executed-version',
      LogResult: 'x-amz-log-result',
    },
    status: 'StatusCode',
    body: 'Payload',
  },
  mobiletargeting: { body: 'only' },
  s3: {
    requestHeaders: { 'content-type': 'ContentType', 'if-match': 'IfMatch', 'if-none-match': 'IfNoneMatch' },
    responseHeaders: {
      ContentLength: 'content-length',
      ContentType: 'content-type',
      ETag: 'etag',
      LastModified: 'last-modified',
      VersionId: 'x-amz-version-id',
    },
    body: 'Body',
    bytes: true,
    xml: { ListBuckets: 'ListAllMyBucketsResult', ListObjectsV2: 'ListBucketResult' },
  },
};
