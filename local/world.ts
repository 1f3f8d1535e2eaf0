/**
 * The words every emulated service shares. `local/` knows AWS and nothing of Segue: a service is built from the
 * resources a synthesized template declares, answers AWS operations, and reaches other services only through `call`.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** An error in the shape AWS answers it: `__type` on the wire, `name` in an SDK. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further fields of the error's shape, such as `CancellationReasons`. */
  readonly fields: JsonObject;
  constructor(code: string, message: string, more: { readonly status?: number; readonly fields?: JsonObject } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = more.status ?? 400;
    this.fields = more.fields ?? {};
  }
}

/** Real or virtual time, in milliseconds since the epoch. Virtual time moves only by `advance`, when nothing is in flight. */
export interface Clock {
  readonly kind: 'real' | 'virtual';
  now(): number;
  /** Runs `fire` once at `at` (at once when past). Timers of one instant fire in the order they were set. Returns a cancel. */
  at(at: number, fire: () => void): () => void;
  /** Counts `work` as in flight until it settles. Time never jumps while anything is in flight. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is in flight. */
  quiet(): Promise<void>;
  /** Fires everything due up to `now() + ms`, in order, each instant to quiescence. A real clock refuses. Returns the new now. */
  advance(ms: number): Promise<number>;
}

/**
 * Durable key-value records by kind (`execution`, `message`, `outbox` …). `put` and `remove` are seen at once by `all`;
 * `durable()` resolves when everything written so far is on disk (one fsync for many callers). Acknowledge nothing before.
 */
export interface Journal {
  put(kind: string, id: string, value: Json): void;
  remove(kind: string, id: string): void;
  get(kind: string, id: string): Json | undefined;
  all(kind: string): Iterable<readonly [id: string, value: Json]>;
  durable(): Promise<void>;
}

/** Who makes a call: a role of the template, a service acting for a resource, or a person outside with any key. */
export interface Caller {
  /** `arn:aws:iam::…:role/…`, `events.amazonaws.com`, or `outside`. */
  readonly id: string;
  /** Throws `AccessDeniedException` naming action, resource and caller when no statement allows it. `outside` may do all. */
  require(action: string, resource: string, context?: JsonObject): void;
}

/** One AWS operation: input as the SDK sends it (JSON), output as the SDK expects it, an `AwsError` when it refuses. */
export type Operation = (input: JsonObject, caller: Caller) => Promise<JsonObject>;

export interface Service {
  /** The name in the SigV4 credential scope: `dynamodb`, `states`, `events`, `ses`, `sms-voice`, `mobiletargeting`, `sqs` … */
  readonly name: string;
  readonly operations: Readonly<Record<string, Operation>>;
  /**
   * REST-JSON services only: `POST /v2/email/outbound-emails` → operation. Path parameters `{Name}` and query become input
   * fields; the JSON body is merged in, or placed under `payload` when named.
   */
  readonly routes?: readonly { readonly route: string; readonly operation: string; readonly payload?: string }[];
}

/** Calls one service from another, as the given caller, without HTTP. */
export type Call = (service: string, operation: string, input: JsonObject, caller: Caller) => Promise<JsonObject>;

/** One resource of the template, with every intrinsic function resolved. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: JsonObject;
  /** What `Ref` gives. */
  readonly ref: string;
  readonly arn: string;
}

export interface Stack {
  readonly account: string;
  readonly region: string;
  /** Folder of the cloud assembly; assets lie in it. */
  readonly assembly: string;
  readonly outputs: Readonly<Record<string, string>>;
  all(type: string): readonly Resource[];
  /** The resource with this ref, ARN or logical id. */
  find(reference: string): Resource | undefined;
  /** The file or folder of an asset, from its S3 key in the template. */
  asset(s3Key: string): string;
}

/** What each service is built from. */
export interface World {
  readonly stack: Stack;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly call: Call;
  /** The caller that acts with a role of the template (`arn:aws:iam::…`), or as a service principal for a source ARN. */
  as(roleOrPrincipal: string, sourceArn?: string): Caller;
  /** One line for a person at the terminal; never personal data. */
  note(line: string): void;
}
