import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { JsonObject } from '../world.ts';

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional() })
        .optional(),
    }),
  ),
});

const Assets = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

const Template = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.json().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.json()))).default({}),
  Conditions: z.record(z.string(), z.json()).default({}),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.record(z.string(), z.json()).default({}),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.json(), Condition: z.string().optional() })).default({}),
});

export type Template = z.infer<typeof Template>;

export interface Assembly {
  readonly stackName: string;
  readonly template: Template;
  /** Asset folder or file by S3 key. */
  readonly assets: ReadonlyMap<string, string>;
}

/**
 * Reads a CDK cloud assembly: its first stack, or the one named. Throws when the folder holds no assembly or no such stack.
 * https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
 */
export function readAssembly(folder: string, stackName?: string): Assembly {
  const { artifacts } = Manifest.parse(readJson(join(folder, 'manifest.json')));
  const stacks = Object.entries(artifacts)
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, { properties }]) => ({ name: properties?.stackName ?? id, file: properties?.templateFile }));
  const stack = stackName === undefined ? stacks[0] : stacks.find(({ name }) => name === stackName);
  if (!stack?.file)
    throw new Error(`${folder} holds ${stackName ? `no stack ${stackName}` : 'no stack'}. Run cdk synth first.`);

  const assets = Object.values(artifacts)
    .filter(({ type }) => type === 'cdk:asset-manifest')
    .flatMap(({ properties }) => (properties?.file ? readAssets(folder, properties.file) : []));
  return {
    stackName: stack.name,
    template: Template.parse(readJson(join(folder, stack.file))),
    assets: new Map(assets),
  };
}

const readAssets = (folder: string, file: string) =>
  Object.values(Assets.parse(readJson(join(folder, file))).files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }) => [objectKey, join(folder, source.path ?? '')] as const),
  );

function readJson(file: string): JsonObject {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read as part of a cloud assembly. Run cdk synth first.`, { cause: error });
  }
}
