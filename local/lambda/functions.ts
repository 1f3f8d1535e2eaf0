import * as z from 'zod';
import type { Resource, Stack } from '../world.ts';
import { unrunnable } from './sandbox/unrunnable.ts';

const Declared = z.object({
  Code: z.object({ S3Key: z.string(), ZipFile: z.string(), ImageUri: z.string() }).partial(),
  Handler: z.string().default('index.handler'),
  Runtime: z.string().default('nodejs24.x'),
  Role: z.string(),
  Timeout: z.coerce.number().default(3),
  MemorySize: z.coerce.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  DeadLetterConfig: z.object({ TargetArn: z.string().optional() }).default({}),
});

/** A function of the template, as far as running it needs to know. */
export interface DeclaredFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  /** S3 key of the code, which changes with it. */
  readonly codeKey: string;
  readonly codeFolder: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly deadLetterArn?: string;
  /** Why it cannot run here; its calls answer with that. */
  readonly unrunnable?: string;
}

export const functionsOf = (stack: Stack): readonly DeclaredFunction[] =>
  stack.all('AWS::Lambda::Function').map((resource) => declaredFunction(stack, resource));

function declaredFunction(stack: Stack, { logicalId, ref, arn, properties }: Resource): DeclaredFunction {
  const declared = Declared.parse(properties);
  const codeKey = declared.Code.S3Key ?? '';
  const reason = unrunnable(declared.Code, declared.Runtime);
  const deadLetterArn = declared.DeadLetterConfig.TargetArn;
  return {
    logicalId,
    name: ref,
    arn,
    roleArn: declared.Role,
    runtime: declared.Runtime,
    handler: declared.Handler,
    codeKey,
    codeFolder: stack.asset(codeKey),
    timeoutSeconds: declared.Timeout,
    memoryMb: declared.MemorySize,
    variables: declared.Environment.Variables,
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    ...(reason !== undefined && { unrunnable: reason }),
  };
}

/** A function as it is asked for: by name, partial or whole ARN, each with or without `:qualifier`. */
export function parseFunctionName(reference: string): { readonly name: string; readonly qualifier?: string } {
  const [, name = reference, qualifier] =
    /^(?:arn:aws:lambda:[^:]+:)?(?:\d+:)?(?:function:)?([\w-]+)(?::([\w$-]+))?$/.exec(reference) ?? [];
  return { name, ...(qualifier !== undefined && { qualifier }) };
}
