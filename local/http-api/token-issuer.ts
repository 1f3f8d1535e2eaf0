import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { AwsError, type Json, type World } from '../world.ts';
import type { ApiRoute, Authorizer } from './api-routes.ts';

/** API Gateway takes RSA only. */
const ALGORITHM = 'RS256';
const LIFETIME_SECONDS = 12 * 3_600;

const keyPair = z.object({ privateKey: z.looseObject({}), publicKey: z.looseObject({}) });
export type Claims = Readonly<Record<string, unknown>>;

/**
 * Stands in for the identity provider the template names: tokens have its issuer and audience and are signed by a key made at
 * the first start and journalled (kind `issuer`). All times are the world's.
 */
export const createTokenIssuer = (world: World, routes: readonly ApiRoute[], authorizers: readonly Authorizer[]) => {
  const { clock, journal } = world;
  const keys = once(async () => {
    const kept = journal.get('issuer', 'key');
    const pair = keyPair.parse(kept ?? (await newPair()));
    if (kept === undefined) {
      journal.put('issuer', 'key', JSON.parse(JSON.stringify(pair)));
      await journal.durable();
    }
    const publicKey: JWK = { ...pair.publicKey, kid: 'local', alg: ALGORITHM };
    return { privateKey: await importJWK({ ...pair.privateKey }, ALGORITHM), publicKey };
  });
  const roles = new Map<string, string[]>();
  for (const scope of new Set(routes.flatMap(({ scopes }) => scopes))) {
    const role = scope.slice(scope.lastIndexOf('/') + 1);
    roles.set(role, [...(roles.get(role) ?? []), scope]);
  }

  return {
    /** A token with every scope of the template whose last part is the role. */
    async token(role: string) {
      const [authorizer] = authorizers;
      const scopes = roles.get(role);
      if (authorizer === undefined || scopes === undefined)
        throw new AwsError(
          'UnknownRole',
          `There is no role ${role}: ask with ?role= one of ${[...roles.keys()].join(', ')}.`,
          {
            status: 400,
            fields: { roles: [...roles.keys()] },
          },
        );
      const issuedAt = Math.floor(clock.now() / 1_000);
      const expiresAt = issuedAt + LIFETIME_SECONDS;
      const token = await new SignJWT({
        scope: scopes.join(' '),
        client_id: authorizer.audience[0] ?? '',
        token_use: 'access',
      })
        .setProtectedHeader({ alg: ALGORITHM, kid: 'local' })
        .setIssuer(authorizer.issuer)
        .setAudience([...authorizer.audience])
        .setSubject(`local-${role}`)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(randomUUID())
        .sign((await keys()).privateKey);
      return { token, role, scope: scopes.join(' '), expiresAt: new Date(expiresAt * 1_000).toISOString() };
    },
    /** The claims of a token this authorizer accepts now; `undefined` when it does not. */
    async verify(token: string, { issuer, audience }: Authorizer): Promise<Claims | undefined> {
      const keySet = createLocalJWKSet({ keys: [(await keys()).publicKey] });
      try {
        const { payload } = await jwtVerify(token, keySet, {
          issuer,
          algorithms: [ALGORITHM],
          currentDate: new Date(clock.now()),
        });
        const meant = [payload.aud ?? payload['client_id']].flat();
        return meant.some((one) => typeof one === 'string' && audience.includes(one)) ? payload : undefined;
      } catch {
        // Whatever is wrong with a token, API Gateway says no more than Unauthorized.
        return undefined;
      }
    },
  };
};
export type TokenIssuer = ReturnType<typeof createTokenIssuer>;

const newPair = async (): Promise<Json> => {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const pair: Json = JSON.parse(
    JSON.stringify({ privateKey: await exportJWK(privateKey), publicKey: await exportJWK(publicKey) }),
  );
  return pair;
};

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};
