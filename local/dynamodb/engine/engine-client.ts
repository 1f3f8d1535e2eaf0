import { AwsError, type Json, type JsonObject } from '../../world.ts';
import { isObject, textOr } from '../../template/json.ts';
import type { Post } from './http-post.ts';

export interface EngineClient {
  /** One operation, such as `DynamoDB_20120810.GetItem`. Rejects with the engine's own error and all its fields. */
  call(target: string, input: JsonObject): Promise<JsonObject>;
  close(): void;
}

export function engineClient({ post, close }: Post): EngineClient {
  return {
    async call(target, input) {
      const { status, text } = await post(target, JSON.stringify(input)).catch(unreachable);
      const output: Json = text === '' ? {} : JSON.parse(text);
      if (!isObject(output)) throw new AwsError('InternalServerError', `DynamoDB answered ${text}`, { status: 500 });
      if (status !== 200) throw errorOf(status, output);
      return output;
    },
    close,
  };
}

const unreachable = (error: unknown): never => {
  throw new AwsError('InternalServerError', `The local DynamoDB does not answer: ${String(error)}`, { status: 500 });
};

function errorOf(status: number, { __type, message, Message, ...fields }: JsonObject): AwsError {
  const code = textOr(__type, 'InternalServerError').split('#').at(-1) ?? '';
  return new AwsError(code, textOr(message ?? Message, ''), { status, fields });
}
