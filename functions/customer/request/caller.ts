import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

export type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

export type Caller = {
  /** Who asks: a person or a program, as their token names them. */
  readonly by: string;
  /** Whether contact data and what people wrote may be shown to them. */
  readonly mayReadPersonal: boolean;
};

const agentScope = 'segue/agent';

/** A claim that is a list arrives as `[a b]`. */
const wordsOf = (claim: unknown): readonly string[] =>
  typeof claim === 'string' ? claim.replaceAll(/^\[|\]$/g, '').split(/[ ,]+/) : [];

/** Whoever sent a request, by the token that API Gateway has checked. */
export const callerOf = ({ requestContext }: Event): Caller => {
  const claims = requestContext.authorizer?.jwt.claims ?? {};
  const scopes = [...wordsOf(claims['scope']), ...wordsOf(claims['scp'])];
  return {
    by: String(claims['sub'] ?? claims['client_id'] ?? ''),
    mayReadPersonal: scopes.includes(agentScope),
  };
};
