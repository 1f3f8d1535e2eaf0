import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Mfa, OAuthScope, ResourceServerScope, UserPool, type UserPoolDomain } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { keepLogicalId } from './keep-logical-id.ts';

const resourceServer = 'segue';

/** What each kind of token is good for; a program may hold several. */
const scopes = {
  publisher: 'Start, publish and pause journeys, bring customers in, read cards without contact data',
  agent: 'Read all that is known about a customer, act for one, do tasks',
  operator: 'Hand out and erase what is known about a customer',
} as const;
export const publisherScope = `${resourceServer}/publisher`;
export const agentScope = `${resourceServer}/agent`;
export const operatorScope = `${resourceServer}/operator`;

/** A Cognito user pool that gives machines a token for their client id and secret. Nobody can sign up. */
export class Login extends Construct {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Where a client posts `grant_type=client_credentials`. */
  readonly tokenEndpoint: string;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    const pool = this.pool(stage);
    const offered = Object.entries(scopes).map(
      ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
    );
    const server = pool.addResourceServer('Scopes', { identifier: resourceServer, scopes: offered });
    const machines = pool.addClient('Machines', {
      generateSecret: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: offered.map((scope) => OAuthScope.resourceServer(server, scope)),
      },
      accessTokenValidity: Duration.hours(1),
    });
    // Prefixes are shared by everyone in a region; an account number is nobody else's.
    const domain = pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `segue-${stage.name}-${Aws.ACCOUNT_ID}` },
    });
    this.issuer = `https://cognito-idp.${Aws.REGION}.amazonaws.com/${pool.userPoolId}`;
    this.audience = [machines.userPoolClientId];
    this.tokenEndpoint = tokenEndpointOf(domain);
  }

  private pool(stage: Stage): UserPool {
    const pool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection: stage.isProd,
      removalPolicy: stage.isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    keepLogicalId(pool, 'UserPool');
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'The Plus plan watches over sign-ins by password; here machines get tokens for their client secret.',
    });
    return pool;
  }
}

const tokenEndpointOf = (domain: UserPoolDomain): string => `${domain.baseUrl()}/oauth2/token`;
