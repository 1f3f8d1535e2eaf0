import { AwsError, type Caller, type JsonObject, type Stack } from '../world.ts';
import { deciding, type Request } from './evaluate.ts';
import { identityStatements } from './identity-policies.ts';
import { resourceStatements } from './resource-policies.ts';
import type { Statement } from './statement.ts';

/** A statement that allowed nothing so far. */
export type UnusedStatement = Pick<Statement, 'policy' | 'actions' | 'notActions' | 'resources'>;

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
}

const KEY_PREFIX = 'ASIA';

/** Callers and decisions kept at hand; sources and resources can be any number. */
const REMEMBERED = 5000;

export const outside: Caller = { id: 'outside', require: () => undefined };

/** Decides every call of the template's roles and services as IAM would within one account. */
export function accessControl(stack: Stack): AccessControl {
  const used = new Set<Statement>();
  const shared = resourceStatements(stack);
  const callers = new Map<string, Caller>();
  const roles = new Map(stack.all('AWS::IAM::Role').map((role) => [role.arn, identityStatements(stack, role)]));

  const caller = (id: string, own: readonly Statement[], context: JsonObject): Caller => {
    const statements = [...own, ...shared.filter(({ principals }) => principals.some((one) => isPrincipal(one, id)))];
    const remember = decisions(statements);
    return {
      id,
      require(action, resource, more = {}) {
        const decision = remember({ action, resource, context: { ...context, ...more } });
        if (decision?.effect === 'Allow') used.add(decision);
        else throw denied({ id, action, resource, explicit: decision !== undefined });
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
      [...[...roles.values()].flat(), ...shared]
        .filter((one) => one.effect === 'Allow' && !used.has(one) && stack.find(one.policy) !== undefined)
        .map(({ policy, actions, notActions, resources }) => ({ policy, actions, notActions, resources })),
  };
}

const isPrincipal = (principal: string, id: string): boolean =>
  principal === '*' || principal === `Service:${id}` || principal === `AWS:${id}`;

/** Without conditions the same question always has the same answer. */
function decisions(statements: readonly Statement[]): (request: Request) => Statement | undefined {
  if (statements.some(({ conditions }) => Object.keys(conditions).length > 0)) {
    return (request) => deciding(statements, request);
  }
  const known = new Map<string, Statement | undefined>();
  return (request) => {
    const key = `${request.action} ${request.resource}`;
    if (known.size >= REMEMBERED) known.clear();
    if (!known.has(key)) known.set(key, deciding(statements, request));
    return known.get(key);
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
