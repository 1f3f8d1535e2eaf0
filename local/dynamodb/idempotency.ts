import { createHash } from 'node:crypto';
import { AwsError, type Clock, type JsonObject } from '../world.ts';

/** How long a token is good for. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const TOKEN_MS = 10 * 60_000;

interface Kept {
  readonly request: string;
  readonly until: number;
  readonly answer: Promise<JsonObject>;
}

/**
 * Answers a transaction sent again with the same `ClientRequestToken` from memory, and refuses another one under that token. It is
 * kept here because the engine looks through every token it ever saw; a refused transaction is not kept. Tokens do not outlive the
 * process.
 */
export function idempotency(clock: Clock) {
  const tokens = new Map<string, Kept>();

  const forgetOld = () => {
    for (const [token, { until }] of tokens) {
      if (until > clock.now()) return;
      tokens.delete(token);
    }
  };

  return async (input: JsonObject, run: (input: JsonObject) => Promise<JsonObject>): Promise<JsonObject> => {
    const { ClientRequestToken: token, ...rest } = input;
    if (typeof token !== 'string') return run(rest);
    forgetOld();
    const request = createHash('sha1').update(JSON.stringify(rest)).digest('base64');
    const known = tokens.get(token);
    if (known) {
      if (known.request === request) return known.answer;
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'Request rejected because it was retried with the same client token but with a different payload.',
      );
    }
    const answer = run(rest);
    tokens.set(token, { request, until: clock.now() + TOKEN_MS, answer });
    try {
      return await answer;
    } catch (error) {
      tokens.delete(token);
      throw error;
    }
  };
}
