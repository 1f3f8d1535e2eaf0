import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { App } from 'aws-cdk-lib/core';
import { afterAll, vi } from 'vitest';
import { type SegueAppOptions, segueApp } from '../../infra/app.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** Whatever JSON holds: a test says what it expects to find. */
export type Properties = Record<string, ReturnType<typeof JSON.parse>>;
export type Resource = { Type: string; Properties: Properties; DeletionPolicy?: string; UpdateReplacePolicy?: string };
type Template = { Resources: Record<string, Resource>; Outputs: Record<string, { Value: Json }> };

export type Synthesized = {
  readonly template: Template;
  readonly warnings: readonly string[];
  readonly folder: string;
  readonly app: App;
};

/** A journey of the tests' own, so that they do not change with the journeys people write. */
export const fixtureJourneys = join(import.meta.dirname, 'fixtures/journeys');
export const repository = join(import.meta.dirname, '../..');

// CloudFormation Validate takes most of the time of a synthesis; one file of tests asks for it.
process.env['CDK_VALIDATION'] = 'false';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A new empty folder, gone after the tests. */
export const scratch = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'segue-infra-'));
  folders.push(folder);
  return folder;
};

/** The repository's functions, by name, without what is in them: the stack is about what surrounds them. */
const hollowFunctions = (): string => {
  const folder = scratch();
  for (const env of globSync('**/*.env.ts', { cwd: join(repository, 'functions') })) {
    const entry = join(folder, env.replace(/\.env\.ts$/, '.ts'));
    mkdirSync(dirname(entry), { recursive: true });
    writeFileSync(entry, 'export const handler = () => {};\n');
    writeFileSync(join(folder, env), 'export {};\n');
  }
  return folder;
};

/** What a test's app is made of, unless it says otherwise. */
export const fixtures = {
  journeys: fixtureJourneys,
  mappings: scratch(),
  campaigns: scratch(),
  functions: hollowFunctions(),
  dist: scratch(),
};

/** Synthesizes the stack into a folder of its own; a finding of cdk-nag or CloudFormation Validate throws. */
export const synthesize = (context: Record<string, unknown> = {}, options: SegueAppOptions = {}): Synthesized => {
  const app = segueApp({
    context,
    outdir: scratch(),
    ...fixtures,
    ...options,
  });
  // What it has to say is in the assembly, which is what the tests read.
  const silence = vi.spyOn(console, 'error').mockImplementation(() => {});
  const assembly = app.synth();
  silence.mockRestore();
  const [stack] = assembly.stacks;
  return {
    template: JSON.parse(readFileSync(stack!.templateFullPath, 'utf8')),
    warnings: stack!.messages.filter(({ level }) => level === 'warning').map(({ entry }) => String(entry.data)),
    folder: assembly.directory,
    app,
  };
};

/** Resources of a type, as logical id and resource. */
export const ofType = ({ template }: Pick<Synthesized, 'template'>, type: string): [string, Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** The only resource of a type. */
export const only = (from: Pick<Synthesized, 'template'>, type: string): Resource => {
  const found = ofType(from, type);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
  return found[0]![1];
};

export type Statement = {
  Action: string | string[];
  Resource: Json;
  Effect: string;
  Condition?: Json;
  Principal?: Json;
};

/** What the roles behind a policy may do, by logical id of the policy. */
export const rolePolicies = (from: Pick<Synthesized, 'template'>): [string, Statement[]][] =>
  ofType(from, 'AWS::IAM::Policy').map(([id, { Properties }]) => [id, Properties['PolicyDocument'].Statement]);

export const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** A value of the template as one reads it: `<Log.Arn>/index/byTime`. */
export const readable = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(readable).join(', ');
  if ('Ref' in value) return `<${String(value['Ref'])}>`;
  if ('Fn::GetAtt' in value) return `<${list(value['Fn::GetAtt'] as string[]).join('.')}>`;
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, Json[]];
    return parts.map(readable).join(separator);
  }
  return JSON.stringify(value);
};

/** Everything a function may do, as `action on resource` lines, sorted. */
export const grantsOf = (from: Pick<Synthesized, 'template'>, functionId: string): string[] => {
  const role = from.template.Resources[functionId]!.Properties['Role']['Fn::GetAtt'][0];
  return ofType(from, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties['Roles'].some((one: Properties) => one['Ref'] === role))
    .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement as Statement[])
    .flatMap(({ Action, Resource }) =>
      list(Action).flatMap((action) => list(Resource).map((resource) => `${action} on ${readable(resource)}`)),
    )
    .sort();
};
