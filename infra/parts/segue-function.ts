import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { keepLogicalId } from './keep-logical-id.ts';
import { type Bundle, putBeside } from './bundle-functions.ts';

/** What every room needs to place its functions. */
export type Ground = { readonly stage: Stage; readonly bundle: Bundle };

export type SegueFunctionProps = Ground & {
  readonly description: string;
  readonly timeout: Duration;
  /** In MB; CPU grows with it. 512 suits a function that mostly waits for AWS. */
  readonly memorySize?: number;
  /** The function's own schema says which: `{…} satisfies z.input<typeof IngestSignalEnv>`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts the function reads from its own folder, by file name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Why the function needs no dead-letter queue of its own: where its failed events go. */
  readonly failures: string;
};

/**
 * One Lambda function: Node 24 on arm64, a role of its own that may do nothing but log and trace until `allow` says so,
 * JSON logs that run out. The id is the function's name in CamelCase; the file, the folder and the physical name are
 * the same name in kebab-case.
 */
export class SegueFunction extends lambda.Function {
  private readonly ownRole: iam.Role;

  constructor(scope: Construct, id: string, props: SegueFunctionProps) {
    const name = id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    const logGroup = logsOf(scope, `${id}Logs`, { name: `/aws/lambda/segue-${props.stage.name}-${name}`, ...props });
    const folder = folderOf(props.bundle, name);
    for (const [file, text] of Object.entries(props.files ?? {})) putBeside(folder, file, text);
    const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      functionName: `segue-${props.stage.name}-${name}`,
      description: props.description,
      code: lambda.Code.fromAsset(folder),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      // The platform's START and REPORT lines would be most of the log; their figures are metrics and traces already.
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      tracing: lambda.Tracing.ACTIVE,
      environment: {
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: 'Segue',
        ...props.environment,
      },
      // An alias can be put back on the version before by hand, without a deployment.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    keepLogicalId(this, id);
    this.ownRole = role;
    Validations.of(this).acknowledge({ id: 'Serverless-LambdaDLQ', reason: props.failures });
    this.accept(
      'AwsSolutions-IAM5[Resource::*]',
      'X-Ray knows no resources: PutTraceSegments and PutTelemetryRecords can be allowed on * only.',
    );
  }

  /** Lets the function do exactly these actions on exactly these ARNs. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    this.addToRolePolicy(new iam.PolicyStatement({ actions: [...actions], resources: [...resources] }));
  }

  /** `allow` for operations on the items of a table, such as `GetItem`. */
  allowTable({ tableArn }: Table, operations: readonly string[]): void {
    this.allow(
      operations.map((operation) => `dynamodb:${operation}`),
      tableArn,
    );
  }

  /** Acknowledges one finding of cdk-nag about what `allow` allowed. */
  accept(finding: string, reason: string): void {
    Validations.of(this.ownRole).acknowledge({ id: finding, reason });
  }
}

/** A log group that keeps 90 days in prod and 14 elsewhere, and goes with the stack: its fixed name must be free for the next. */
export const logsOf = (scope: Construct, id: string, { name, stage }: { name: string; stage: Stage }) =>
  new logs.LogGroup(scope, id, {
    logGroupName: name,
    retention: stage.isProd ? logs.RetentionDays.THREE_MONTHS : logs.RetentionDays.TWO_WEEKS,
    removalPolicy: RemovalPolicy.DESTROY,
  });

const folderOf = (bundle: Bundle, name: string): string => {
  const folder = bundle.get(name);
  if (folder === undefined) {
    throw new Error(`No function "${name}": write functions/<room>/${name}.ts with ${name}.env.ts beside it`);
  }
  return folder;
};
