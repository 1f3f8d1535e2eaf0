import { AwsError, type Caller, type JsonObject, type Stack } from '../world.ts';
import { concerns, deciding, type Decision, type Request } from './evaluate.ts';
import { identityStatements } from './policies/identity-policies.ts';
import { resourceStatements } from './policies/resource-policies.ts';
import type { Statement } from './statement.ts';

/** A statement that allowed nothing so far. */
export type UnusedStatement = Pick<Statement, 'policy' | 'actions' | 'notActions' | 'resources'>;

/** One action on one resource that a policy allows, both as the policy writes them. */
export interface Grant {
  /** Logical id of the resource that holds the policy. */
  readonly policy: string;
  /** Place of the statement in its policy. */
  readonly statement: number;
  readonly action: string;
  readonly resource: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface AccessControl {
  /** The caller for a role (ARN, name or logical id), for a service principal acting for `sourceArn`, or for `outside`. */
  as(roleOrPrincipal: string, sourceArn?: string): Caller;
  /** Credentials whose access key id names the role, for the environment of its function. */
  credentials(role: string): Credentials;
  /** The caller behind an access key id; any key that was not given out here is `outside`. */
  callerOf(accessKeyId: string): Caller;
  /** Statements of the template's policies that have allowed no call yet: grants nobody needs, or paths nobody took. */
  unusedStatements(): readonly UnusedStatement[];
  /** The same by action and resource: a statement that is used may still grant more than anybody needs. */
  unusedGrants(): readonly Grant[];
}

const KEY_PREFIX = 'ASIA';

/** Callers and decisions kept at hand; sources and resources can be any number. */
const REMEMBERED = 5000;

export const outside: Caller = { id: 'outside', require: () => undefined };

/**
 * Decides every call of the template's roles and services as IAM would within one account.
 * @param tell hears of every refusal, once
 */
export function accessControl(stack: Stack, tell: (refusal: string) => void = () => undefined): AccessControl {
  /** Statement → what it allowed so far, as `action resource` in its own patterns. */
  const used = new Map<Statement, Set<string>>();
  const told = new Set<string>();
  const shared = resourceStatements(stack);
  const callers = new Map<string, Caller>();
  const roles = new Map(stack.all('AWS::IAM::Role').map((role) => [role.arn, identityStatements(stack, role)]));

  const use = ({ statement, action, resource }: Decision): void => {
    const uses = used.get(statement) ?? new Set();
    used.set(statement, uses.add(`${action} ${resource}`));
  };

  const refuse = (denial: Denial): AwsError => {
    const error = denied(denial);
    if (told.size >= REMEMBERED) told.clear();
    if (!told.has(error.message)) tell(error.message);
    told.add(error.message);
    return error;
  };

  const granting = () =>
    [...[...roles.values()].flat(), ...shared].filter(
      ({ effect, policy }) => effect === 'Allow' && stack.find(policy) !== undefined,
    );

  const caller = (id: string, own: readonly Statement[], context: JsonObject): Caller => {
    const statements = [...own, ...shared.filter(({ principals }) => principals.some((one) => isPrincipal(one, id)))];
    const remember = decisions(statements);
    return {
      id,
      require(action, resource, more = {}) {
        const decision = remember({ action, resource, context: { ...context, ...more } });
        if (decision?.statement.effect === 'Allow') return use(decision);
        throw refuse({ id, action, resource, explicit: decision !== undefined });
      },
    };
  };

  const as = (roleOrPrincipal: string, sourceArn?: string): Caller => {
    if (roleOrPrincipal === 'outside') return outside;
    const key = `${roleOrPrincipal} ${sourceArn ?? ''}`;
    const known = callers.get(key);
    if (known) return known;
    const isService = roleOrPrincipal.endsWith('.amazonaws.com');
    const id = isService ? roleOrPrincipal : (stack.find(roleOrPrincipal)?.arn ?? roleOrPrincipal);
    const source = sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': stack.account };
    const context = { 'aws:RequestedRegion': stack.region, 'aws:SecureTransport': 'true' };
    const made = isService
      ? caller(id, [], { ...context, ...source })
      : caller(id, roles.get(id) ?? [], { ...context, 'aws:PrincipalArn': id, 'aws:PrincipalAccount': stack.account });
    if (callers.size >= REMEMBERED) callers.clear();
    callers.set(key, made);
    return made;
  };

  return {
    as,
    credentials(role) {
      const id = stack.find(role)?.logicalId ?? role;
      const accessKeyId = KEY_PREFIX + Buffer.from(id).toString('hex').toUpperCase();
      return { accessKeyId, secretAccessKey: 'local', sessionToken: 'local' };
    },
    callerOf(accessKeyId) {
      const id = Buffer.from(accessKeyId.slice(KEY_PREFIX.length), 'hex').toString();
      const role = accessKeyId.startsWith(KEY_PREFIX) ? stack.find(id) : undefined;
      return role?.type === 'AWS::IAM::Role' ? as(role.arn) : outside;
    },
    unusedStatements: () =>
      granting()
        .filter((one) => !used.has(one))
        .map(({ policy, actions, notActions, resources }) => ({ policy, actions, notActions, resources })),
    unusedGrants: () =>
      granting().flatMap((one) =>
        grantsOf(one).filter(({ action, resource }) => !used.get(one)?.has(`${action} ${resource}`)),
      ),
  };
}

const grantsOf = ({ policy, index, actions, resources, notActions, notResources }: Statement): readonly Grant[] =>
  [...actions, ...(notActions.length > 0 ? ['*'] : [])].flatMap((action) =>
    [...resources, ...(notResources.length > 0 ? ['*'] : [])].map((resource) => ({
      policy,
      statement: index,
      action,
      resource,
    })),
  );

const isPrincipal = (principal: string, id: string): boolean =>
  principal === '*' || principal === `Service:${id}` || principal === `AWS:${id}`;

/**
 * Decides, and remembers which statements speak of an action on a resource: they are few. Where none of them has conditions the same
 * question always has the same answer.
 */
function decisions(statements: readonly Statement[]): (request: Request) => Decision | undefined {
  const known = new Map<string, (request: Request) => Decision | undefined>();
  const about = (request: Request) => {
    const fitting = statements.filter((one) => concerns(one, request));
    if (fitting.some(({ conditions }) => Object.keys(conditions).length > 0))
      return (asked: Request) => deciding(fitting, asked);
    const always = deciding(fitting, request);
    return () => always;
  };
  return (request) => {
    const key = `${request.action} ${request.resource}`;
    if (known.size >= REMEMBERED) known.clear();
    const decide = known.get(key) ?? about(request);
    known.set(key, decide);
    return decide(request);
  };
}

interface Denial {
  readonly id: string;
  readonly action: string;
  readonly resource: string;
  readonly explicit: boolean;
}

function denied({ id, action, resource, explicit }: Denial): AwsError {
  const kind = id.endsWith('.amazonaws.com') ? 'resource-based' : 'identity-based';
  const why = explicit ? `with an explicit deny in a policy` : `because no ${kind} policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${id} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
}
