import * as z from 'zod';
import type { Stack } from '../world.ts';
import { type DeclaredFunction, parseFunctionName } from './functions.ts';

const Destination = z.object({ Destination: z.string().optional() }).default({});

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html */
const InvokeConfig = z.object({
  FunctionName: z.string(),
  Qualifier: z.string().default('$LATEST'),
  MaximumRetryAttempts: z.coerce.number().int().min(0).max(2).default(2),
  MaximumEventAgeInSeconds: z.coerce.number().int().min(60).max(21_600).default(21_600),
  DestinationConfig: z.object({ OnSuccess: Destination, OnFailure: Destination }).partial().default({}),
});
export type InvokeConfig = z.output<typeof InvokeConfig>;

/** How events of a function, version or alias are tried again and reported: its own configuration, or AWS's defaults. */
export function invokeConfigOf(stack: Stack, { name, arn }: DeclaredFunction, functionArn: string): InvokeConfig {
  const { qualifier = '$LATEST' } = parseFunctionName(functionArn);
  const configs = stack.all('AWS::Lambda::EventInvokeConfig').map(({ properties }) => InvokeConfig.parse(properties));
  const own = configs.find(
    ({ FunctionName, Qualifier }) => (FunctionName === name || FunctionName === arn) && Qualifier === qualifier,
  );
  return own ?? InvokeConfig.parse({ FunctionName: name });
}
