import type { SendResult } from '#core/message';

type AwsFailure = {
  readonly name: string;
  readonly status?: number;
  /** The closer reason End User Messaging gives, such as `DESTINATION_PHONE_NUMBER_OPTED_OUT`. */
  readonly detail?: string;
  /** The provider's sentence. It may quote an address: only looked into, and never passed on. */
  readonly words: string;
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
    words: thrown instanceof Error ? thrown.message : '',
  };
};

const THROTTLED =
  /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|LimitExceededException)$/;
/** A sending rate recovers within seconds; a minute costs two transitions and spares a second refusal. */
const RETRY_AFTER_SECONDS = 60;
/** An account is looked into by people. */
const HELD_SECONDS = 300;

/** The account, its setup or its quota refuses, whatever the message: paused, in the sandbox, not allowed, used up. */
const OF_THE_ACCOUNT =
  /^(AccountSendingPausedException|ConfigurationSetSendingPausedException|SendingPausedException|MailFromDomainNotVerifiedException|ConfigurationSetDoesNotExist(Exception)?|AccessDenied(Exception)?|ForbiddenException|UnrecognizedClient(Exception)?|InvalidClientTokenId|ExpiredToken(Exception)?|SignatureDoesNotMatch|ServiceQuotaExceededException|ResourceNotFoundException|NotFoundException|CredentialsProviderError)$/;
/** Why End User Messaging refuses this one message; every other of its conflicts is about the setup. */
const NUMBER_NOT_VERIFIED = 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED';
const OF_THE_MESSAGE = /^DESTINATION_(?!PHONE_NUMBER_NOT_VERIFIED$)/;
const QUOTA = /quota exceeded|spending limit|monthly spend/i;
const NOT_VERIFIED = /is not verified/i;

/** What about the account refuses a message; undefined where it is about the message itself. */
const accountProblem = ({ name, detail, words }: AwsFailure): string | undefined => {
  if (OF_THE_ACCOUNT.test(name)) return detail === undefined ? name : `${name}.${detail}`;
  if (name === 'ConflictException' && detail !== undefined && !OF_THE_MESSAGE.test(detail)) return `${name}.${detail}`;
  if (name === 'MessageRejected' && NOT_VERIFIED.test(words)) return `${name}.NOT_VERIFIED`;
  return THROTTLED.test(name) && QUOTA.test(words) ? `${name}.QUOTA` : undefined;
};

/** In the sandbox it is the recipient who must be verified: others may be. */
const isAlone = ({ words, detail }: AwsFailure, to: string | undefined): boolean =>
  detail === NUMBER_NOT_VERIFIED || (to !== undefined && NOT_VERIFIED.test(words) && words.includes(to));

/**
 * What an error of a provider means for the message. Only an answer of 4xx says that nothing left; an answer of 5xx, a
 * broken connection and a time-out leave it open. The provider's sentence is dropped: it may quote an address.
 */
const resultOf = (thrown: unknown, to: string | undefined): SendResult => {
  const failure = failureOf(thrown);
  const { name, status, detail } = failure;
  const problem = accountProblem(failure);
  if (problem !== undefined) {
    const held = { outcome: 'throttled', retryAfterSeconds: HELD_SECONDS, reason: problem } as const;
    return isAlone(failure, to) ? { ...held, isAlone: true } : held;
  }
  if (THROTTLED.test(name) || status === 429) return { outcome: 'throttled', retryAfterSeconds: RETRY_AFTER_SECONDS };
  const isDefinite = status !== undefined && status >= 400 && status < 500 && status !== 408;
  const reason = detail === undefined ? name : `${name}.${detail}`;
  return { outcome: isDefinite ? 'rejected' : 'unknown', reason };
};

/**
 * Makes one provider call, aborted at `deadline` (epoch milliseconds), and turns what it throws into a result. Past the
 * deadline no call is made. `to` is told apart from other addresses in what the provider says. The SDK clients are made with `maxAttempts: 1`, since a retry could send twice.
 */
export const sendOnce = async (
  deadline: number,
  call: (abortSignal: AbortSignal) => Promise<SendResult>,
  to?: string,
): Promise<SendResult> => {
  const milliseconds = deadline - Date.now();
  // Nobody was asked, so nothing has left: another try may send it.
  if (milliseconds <= 0) return { outcome: 'throttled', retryAfterSeconds: RETRY_AFTER_SECONDS };
  try {
    return await call(AbortSignal.timeout(Math.ceil(milliseconds)));
  } catch (thrown) {
    return resultOf(thrown, to);
  }
};
