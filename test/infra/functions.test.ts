import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ofType, readable, repository, synthesize } from './synthesized.ts';

const dev = synthesize();
const prod = synthesize({ stage: 'prod' });
const functions = ofType(dev, 'AWS::Lambda::Function');
const kebab = (id: string) => id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

/** `functions/signal/ingest-signal.env.ts` by `IngestSignal`. */
const schemas = new Map<
  string,
  { shape: Record<string, unknown>; safeParse(value: unknown): { success: boolean; error?: unknown } }
>();
for (const file of globSync('**/*.env.ts', { cwd: join(repository, 'functions') })) {
  const module = (await import(join(repository, 'functions', file))) as Record<string, never>;
  const name = basename(file, '.env.ts').replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  schemas.set(name, module[`${name}Env`]!);
}

/** Only where a journey has a schedule, which those of the tests have not. */
const forSchedules = 'EnterSegment';

it('every function in the house is deployed, and nothing else', () => {
  expect([...functions.map(([id]) => id), forSchedules].sort()).toEqual([...schemas.keys()].sort());
});

describe.each(functions)('%s', (id, { Properties }) => {
  it('is told exactly what its own schema asks for', () => {
    const given = Object.keys(Properties['Environment'].Variables).filter((key) => !key.startsWith('POWERTOOLS_'));
    expect(given.sort()).toEqual(Object.keys(schemas.get(id)!.shape).sort());
  });

  it('would accept what it is told', () => {
    const told = Object.entries(Properties['Environment'].Variables).map(([key, value]) => [
      key,
      readable(value as never),
    ]);
    expect(schemas.get(id)!.safeParse(Object.fromEntries(told)).error).toBeUndefined();
  });

  it('has one name in every spelling', () => {
    expect(Properties['FunctionName']).toBe(`segue-dev-${kebab(id)}`);
    expect(Properties['Environment'].Variables).toMatchObject({
      POWERTOOLS_SERVICE_NAME: kebab(id),
      POWERTOOLS_METRICS_NAMESPACE: 'Segue',
    });
    expect(schemas.has(id)).toBe(true);
  });

  it('runs on Node 24, on arm64, traced, with memory and time of its own choosing', () => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      MemorySize: expect.any(Number),
      Timeout: expect.any(Number),
    });
  });

  it('logs JSON that runs out: after 14 days, in prod after 90', () => {
    expect(Properties['LoggingConfig']).toMatchObject({ LogFormat: 'JSON', ApplicationLogLevel: 'INFO' });
    const retention = (from: typeof dev) =>
      from.template.Resources[from.template.Resources[id]!.Properties['LoggingConfig'].LogGroup.Ref]!.Properties[
        'RetentionInDays'
      ];
    expect([retention(dev), retention(prod)]).toEqual([14, 90]);
  });
});

it('no two functions share a role', () => {
  const roles = functions.map(([, { Properties }]) => readable(Properties['Role']));
  expect(new Set(roles).size).toBe(functions.length);
});
