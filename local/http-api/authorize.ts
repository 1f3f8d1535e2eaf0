import type { JsonObject } from '../world.ts';
import type { ApiRoute } from './api-routes.ts';
import type { Claims, TokenIssuer } from './token-issuer.ts';

/** What an authorizer says: the part of the event it adds, or the refusal. */
export type Verdict =
  | { readonly jwt: JsonObject | undefined; readonly refused?: never }
  | { readonly refused: 'Unauthorized' | 'Forbidden'; readonly jwt?: never };

/** API Gateway's JWT authorizer: 401 without a valid token, 403 without one of the route's scopes. */
export const authorize = async (route: ApiRoute, header: string | undefined, issuer: TokenIssuer): Promise<Verdict> => {
  if (route.authorizer === undefined) return { jwt: undefined };
  const token = header?.replace(/^bearer\s+/i, '');
  const claims = token === undefined ? undefined : await issuer.verify(token, route.authorizer);
  if (claims === undefined) return { refused: 'Unauthorized' };
  const granted = scopesOf(claims);
  if (route.scopes.length > 0 && !route.scopes.some((scope) => granted.includes(scope)))
    return { refused: 'Forbidden' };
  return { jwt: { claims: asText(claims), scopes: route.scopes.length === 0 ? null : granted } };
};

const scopesOf = ({ scope, scp }: Claims): readonly string[] =>
  [scope ?? scp].flat().flatMap((text) => (typeof text === 'string' ? text.split(' ') : []));

/** Every claim arrives as text; a list as `[a b]`. */
const asText = (claims: Claims): JsonObject =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
