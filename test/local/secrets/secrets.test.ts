import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { createSecrets } from '../../../local/secrets/create-secrets.ts';
import { generatePassword } from '../../../local/secrets/generate-password.ts';
import type { JsonObject } from '../../../local/world.ts';
import { arnOf, ask, askAs, resource, smallWorld } from '../events/small-world.ts';

const ARN = arnOf('secretsmanager', 'secret:key-a1b2c3');
const ground = (properties: JsonObject, journal = memoryJournal()) => {
  const small = smallWorld([resource('AWS::SecretsManager::Secret', ARN, properties)], journal);
  return { ...small, secrets: createSecrets(small.world) };
};

describe('a secret', () => {
  it('is generated once and the same after a restart', async () => {
    const journal = memoryJournal();
    const rules = { GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } };
    const first = await ask(ground(rules, journal).secrets, 'GetSecretValue', { SecretId: ARN });
    const second = await ask(ground(rules, journal).secrets, 'GetSecretValue', { SecretId: ARN });
    expect(first.SecretString).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(second).toEqual(first);
  });

  it('can be a field of a JSON template, or given', async () => {
    const templated = ground({
      GenerateSecretString: { SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'password' },
    });
    expect(JSON.parse((await ask(templated.secrets, 'GetSecretValue', { SecretId: ARN })).SecretString)).toMatchObject({
      user: 'a',
      password: expect.any(String),
    });
    expect(
      (await ask(ground({ SecretString: 'given' }).secrets, 'GetSecretValue', { SecretId: ARN })).SecretString,
    ).toBe('given');
  });

  it.each([ARN, 'key', ARN.slice(0, -7)])('is found as %s', async (SecretId) => {
    expect((await ask(ground({ SecretString: 's' }).secrets, 'DescribeSecret', { SecretId })).Name).toBe('key');
  });

  it('is kept from callers without permission, and an unknown one is not found', async () => {
    const { secrets, denied, world } = ground({ SecretString: 's' });
    denied.add(`secretsmanager:GetSecretValue ${ARN}`);
    await expect(askAs(world.as('a-role'))(secrets, 'GetSecretValue', { SecretId: ARN })).rejects.toThrow(
      'GetSecretValue',
    );
    await expect(ask(secrets, 'GetSecretValue', { SecretId: 'nope' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

it('a generated password keeps its rules', () => {
  fc.assert(
    fc.property(
      fc.record({
        length: fc.integer({ min: 4, max: 64 }),
        excluded: fc.string({ maxLength: 5 }),
        uppercase: fc.boolean(),
        numbers: fc.boolean(),
        punctuation: fc.boolean(),
        space: fc.boolean(),
      }),
      (rules) => {
        const password = generatePassword({ ...rules, lowercase: true, requiresEach: true });
        expect(password).toHaveLength(rules.length);
        expect([...rules.excluded].some((character) => password.includes(character))).toBe(false);
        expect(/[a-z]/.test(password)).toBe(true);
        expect(/[A-Z]/.test(password)).toBe(rules.uppercase);
        expect(/\d/.test(password)).toBe(rules.numbers);
      },
    ),
  );
});
