import type { SendResult } from '#core/message';

type AwsFailure = {
  readonly name: string;
  readonly status?: number;
  /** The closer reason End User Messaging gives, such as `DESTINATION_PHONE_NUMBER_OPTED_OUT`. */
  readonly detail?: string;
};

const field = (thrown: unknown, name: string): unknown =>
  typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, name) : undefined;

const failureOf = (thrown: unknown): AwsFailure => {
  const name = thrown instanceof Error ? thrown.name : 'UnknownError';
  const status = field(field(thrown, '$metadata'), 'httpStatusCode');
  const detail = field(thrown, 'Reason');
  return {
    name,
    ...(typeof status === 'number' ? { status } : {}),
    ...(typeof detail === 'string' ? { detail } : {}),
  };
};

const THROTTLED =
  /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|LimitExceededException)$/;
/** A sending rate recovers within seconds; a minute costs two transitions and spares a second refusal. */
const RETRY_AFTER_SECONDS = 60;

/**
 * What an error of a provider means for the message. Only an answer of 4xx says that nothing left; an answer of 5xx, a
 * broken connection and a time-out leave it open. The provider's sentence is dropped: it may quote an address.
 */
const resultOf = (thrown: unknown): SendResult => {
  const { name, status, detail } = failureOf(thrown);
  if (THROTTLED.test(name) || status === 429) return { outcome: 'throttled', retryAfterSeconds: RETRY_AFTER_SECONDS };
  if (name === 'CredentialsProviderError') return { outcome: 'rejected', reason: name };
  const isDefinite = status !== undefined && status >= 400 && status < 500 && status !== 408;
  const reason = detail === undefined ? name : `${name}.${detail}`;
  return { outcome: isDefinite ? 'rejected' : 'unknown', reason };
};

/**
 * Makes one provider call, aborted at `deadline` (epoch milliseconds), and turns what it throws into a result. Past the
 * deadline no call is made. The SDK clients are made with `maxAttempts: 1`, since a retry could send twice.
 */
export const sendOnce = async (
  deadline: number,
  call: (abortSignal: AbortSignal) => Promise<SendResult>,
): Promise<SendResult> => {
  const milliseconds = deadline - Date.now();
  // Nobody was asked, so nothing has left: another try may send it.
  if (milliseconds <= 0) return { outcome: 'throttled', retryAfterSeconds: RETRY_AFTER_SECONDS };
  try {
    return await call(AbortSignal.timeout(Math.ceil(milliseconds)));
  } catch (thrown) {
    return resultOf(thrown);
  }
};
