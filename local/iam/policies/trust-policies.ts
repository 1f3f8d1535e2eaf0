import { listOr, objectOr, textOr } from '../../template/json.ts';
import { AwsError, type Resource, type Stack } from '../../world.ts';
import { deciding } from '../evaluate.ts';
import { statementsOf } from '../statement.ts';

/** A service that works with roles, and what it says of one that does not trust it. */
const refusals = {
  lambda: () =>
    new AwsError('InvalidParameterValueException', 'The role defined for the function cannot be assumed by Lambda.'),
  states: () =>
    new AwsError(
      'AccessDeniedException',
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    ),
  events: (role: string) =>
    new AwsError(
      'ValidationException',
      `Provided role '${role}' cannot be assumed by principal 'events.amazonaws.com'.`,
    ),
  scheduler: () =>
    new AwsError(
      'ValidationException',
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    ),
} as const;

/** A service that is to take a role on, for the sake of a resource. */
export interface Assumption {
  readonly service: keyof typeof refusals;
  readonly role: string;
  /** Whose ARN the service names as `aws:SourceArn`. */
  readonly sourceArn: string;
}

/**
 * Throws, with the service's own error, when the trust policy of a role of the template does not let the service take it on. Roles
 * from elsewhere are taken to be as they should.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
 */
export function requireTrust(stack: Stack, { service, role, sourceArn }: Assumption): void {
  const found = stack.find(role);
  const document = found?.type === 'AWS::IAM::Role' ? found.properties['AssumeRolePolicyDocument'] : undefined;
  if (found === undefined || document === undefined) return;
  const names = [`${service}.amazonaws.com`, `${service}.${stack.region}.amazonaws.com`];
  const own = statementsOf(document, found.logicalId)
    .filter(({ principals }) => principals.some((one) => one === '*' || names.includes(one.replace(/^Service:/, ''))))
    .map((statement) => ({ ...statement, resources: ['*'] }));
  const context = { 'aws:SourceAccount': stack.account, 'aws:SourceArn': sourceArn };
  const decision = deciding(own, { action: 'sts:AssumeRole', resource: found.arn, context });
  if (decision?.statement.effect !== 'Allow') throw refusals[service](found.arn);
}

/** Throws for the first function, state machine, rule or schedule of the template whose role does not trust its service. */
export function checkTrust(stack: Stack): void {
  for (const { type, assumptions } of users)
    for (const resource of stack.all(type))
      for (const one of assumptions(resource, stack)) checkOne(stack, resource, one);
}

function checkOne(stack: Stack, { logicalId, type }: Resource, assumption: Assumption): void {
  try {
    requireTrust(stack, assumption);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Error(`${logicalId} (${type}): ${error.message} Its role is ${assumption.role}.`, { cause: error });
  }
}

type User = {
  readonly type: string;
  readonly assumptions: (resource: Resource, stack: Stack) => readonly Assumption[];
};

const users: readonly User[] = [
  {
    type: 'AWS::Lambda::Function',
    assumptions: ({ arn, properties: { Role } }) => [{ service: 'lambda', role: textOr(Role, ''), sourceArn: arn }],
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    assumptions: ({ arn, properties: { RoleArn } }) => [
      { service: 'states', role: textOr(RoleArn, ''), sourceArn: arn },
    ],
  },
  {
    type: 'AWS::Events::Rule',
    assumptions: ({ arn, properties: { Targets } }) =>
      listOr(Targets).flatMap((target) => {
        const role = textOr(objectOr(target)['RoleArn'], undefined);
        return role === undefined ? [] : [{ service: 'events', role, sourceArn: arn }];
      }),
  },
  {
    type: 'AWS::Scheduler::Schedule',
    assumptions: ({ properties: { GroupName, Target } }, stack) => [
      {
        service: 'scheduler',
        role: textOr(objectOr(Target)['RoleArn'], ''),
        sourceArn: scheduleGroupArn(stack, textOr(GroupName, 'default')),
      },
    ],
  },
];

/** Scheduler names a schedule's group as the source, not the schedule. */
export const scheduleGroupArn = ({ region, account }: Stack, group: string): string =>
  `arn:aws:scheduler:${region}:${account}:schedule-group/${group}`;
