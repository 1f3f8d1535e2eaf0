import { accessIdentities } from './access-identities.ts';
import { computeIdentities } from './compute-identities.ts';
import { contactIdentities } from './contact-identities.ts';
import { plain, type Identify } from './identity.ts';

const identities: Readonly<Record<string, Identify>> = {
  ...accessIdentities,
  ...computeIdentities,
  ...contactIdentities,
};

/** How a resource type names itself; types without ids that others ask for have a plain one. */
export const identityOf = (type: string): Identify => identities[type] ?? plain;

/** A resource made by a function of the stack, through CloudFormation's custom resource protocol. */
export const isCustomResource = (type: string): boolean =>
  type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
