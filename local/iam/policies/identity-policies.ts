import type { Resource, Stack } from '../../world.ts';
import { listOr, objectOr, textOr } from '../../template/json.ts';
import { managedPolicies } from './managed-policies.ts';
import { statementsOf, textsOf, type Statement } from '../statement.ts';

/** Every statement the template gives a role: attached, inline and managed. Unknown managed policies give none. */
export function identityStatements(stack: Stack, role: Resource): readonly Statement[] {
  return [...inline(role), ...attached(stack, role), ...managed(stack, role)];
}

const inline = (role: Resource) =>
  listOr(role.properties['Policies']).flatMap((policy) =>
    statementsOf(objectOr(policy)['PolicyDocument'], role.logicalId),
  );

const attached = (stack: Stack, role: Resource) => {
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'].flatMap((type) =>
    stack.all(type),
  );
  return policies
    .filter(({ properties }) =>
      [...textsOf(properties['Roles']), textOr(properties['RoleName'], '')].includes(role.ref),
    )
    .flatMap(({ logicalId, properties }) => statementsOf(properties['PolicyDocument'], logicalId));
};

const managed = (stack: Stack, role: Resource) =>
  textsOf(role.properties['ManagedPolicyArns']).flatMap((arn) => {
    const own = stack.find(arn);
    if (own) return statementsOf(own.properties['PolicyDocument'], own.logicalId);
    const name = arn.split('/').at(-1) ?? arn;
    return statementsOf(managedPolicies[name], name);
  });
