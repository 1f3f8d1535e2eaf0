import { textOr } from '../json.ts';
import { arn, madeUp, nameOf, plain, refIs, type Identify } from './identity.ts';

const role: Identify = (subject) => {
  const name = nameOf(subject, 'RoleName');
  const full = `arn:aws:iam::${subject.account}:role${textOr(subject.properties['Path'], '/')}${name}`;
  return { ref: name, arn: full, attributes: { Arn: full, RoleId: `AROA${madeUp(subject, 17).toUpperCase()}` } };
};

const managedPolicy: Identify = (subject) => {
  const full = `arn:aws:iam::${subject.account}:policy/${nameOf(subject, 'ManagedPolicyName')}`;
  return { ref: full, arn: full, attributes: { PolicyArn: full } };
};

const httpApi: Identify = (subject) => {
  const id = madeUp(subject, 10);
  const full = `arn:aws:apigateway:${subject.region}::/apis/${id}`;
  return { ref: id, arn: full, attributes: { ApiId: id, ApiEndpoint: subject.httpUrl } };
};

const partOfApi =
  (attribute: string): Identify =>
  (subject) => {
    const id = madeUp(subject, 7);
    return { ...plain(subject), ref: id, attributes: { [attribute]: id } };
  };

const apiStage: Identify = (subject) => ({ ...plain(subject), ref: nameOf(subject, 'StageName') });

const userPool: Identify = (subject) => {
  const id = `${subject.region}_${madeUp(subject, 9)}`;
  const full = arn(subject, 'cognito-idp', `userpool/${id}`);
  const provider = `cognito-idp.${subject.region}.amazonaws.com/${id}`;
  return {
    ref: id,
    arn: full,
    attributes: { Arn: full, UserPoolId: id, ProviderName: provider, ProviderURL: `https://${provider}` },
  };
};

const userPoolClient: Identify = (subject) => {
  const id = madeUp(subject, 26);
  return {
    ...plain(subject),
    ref: id,
    attributes: { ClientId: id, Name: nameOf(subject, 'ClientName'), ClientSecret: `secret-${id}` },
  };
};

/** Who may come in: roles, HTTP APIs and user pools. */
export const accessIdentities: Readonly<Record<string, Identify>> = {
  'AWS::ApiGatewayV2::Api': httpApi,
  'AWS::ApiGatewayV2::Authorizer': partOfApi('AuthorizerId'),
  'AWS::ApiGatewayV2::Integration': partOfApi('IntegrationId'),
  'AWS::ApiGatewayV2::Route': partOfApi('RouteId'),
  'AWS::ApiGatewayV2::Stage': apiStage,
  'AWS::Cognito::UserPool': userPool,
  'AWS::Cognito::UserPoolClient': userPoolClient,
  'AWS::Cognito::UserPoolDomain': refIs('Domain'),
  'AWS::Cognito::UserPoolGroup': refIs('GroupName'),
  'AWS::Cognito::UserPoolResourceServer': refIs('Identifier'),
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::IAM::Role': role,
};
