import { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * Gives a construct's resource a logical id that does not change when constructs are moved or renamed: to
 * CloudFormation a new id is a new resource, and a table that is replaced is a table that is lost.
 */
export const keepLogicalId = (construct: IConstruct, logicalId: string): void => {
  const resource = construct.node.defaultChild;
  if (CfnResource.isCfnResource(resource)) resource.overrideLogicalId(logicalId);
};
