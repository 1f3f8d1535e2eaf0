import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessControl, type Grant } from '../../../local/iam/access-control.ts';
import { loadStack } from '../../../local/template/load-stack.ts';

type Statement = { Action: string | string[]; Resource?: unknown };
type Properties = { [name: string]: unknown; PolicyDocument?: { Statement: Statement[] } };
export type Template = { Resources: Record<string, { Type: string; Properties: Properties }> };

/** Changes a copy of the template in place. */
export type Change = (template: Template) => void;

const many = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** A copy of an assembly whose template can be written again and again; its assets are those of the original. */
export const assemblyCopy = (original: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  const file = readdirSync(original).find((name) => name.endsWith('.template.json'))!;
  for (const name of readdirSync(original))
    if (name.startsWith('asset.')) symlinkSync(join(original, name), join(folder, name));
    else cpSync(join(original, name), join(folder, name), { recursive: true });
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(join(original, file), 'utf8');
  return {
    folder,
    /** The template as it was, with these changes. */
    write(...changes: readonly Change[]): string {
      const template: Template = JSON.parse(text);
      for (const change of changes) change(template);
      writeFileSync(join(folder, file), JSON.stringify(template));
      return folder;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Everything the template allows, one action on one resource at a time. */
export const grantsOf = (assembly: string): readonly Grant[] =>
  accessControl(loadStack(assembly, { awsUrl: 'http://127.0.0.1:1', httpUrl: 'http://127.0.0.1:2' })).unusedGrants();

/** Takes one grant out of the template and leaves all others as they are. */
export const without =
  (grant: Grant, all: readonly Grant[]): Change =>
  (template) => {
    const { Type, Properties } = template.Resources[grant.policy]!;
    if (Type === 'AWS::Lambda::Permission') {
      // The CDK writes one for each method of a route, all in the same words.
      const words = JSON.stringify(Properties);
      for (const [id, one] of Object.entries(template.Resources))
        if (one.Type === Type && JSON.stringify(one.Properties) === words) delete template.Resources[id];
      return;
    }
    const statements = Properties.PolicyDocument!.Statement;
    const written = statements[grant.statement]!;
    const place = all
      .filter((one) => one.policy === grant.policy && one.statement === grant.statement && one.action === grant.action)
      .findIndex(({ resource }) => resource === grant.resource);
    const otherActions = many(written.Action).filter((action) => action !== grant.action);
    const otherResources = many(written.Resource).filter((_, index) => index !== place);
    const left = [
      ...(otherActions.length > 0 ? [{ ...written, Action: otherActions }] : []),
      ...(otherResources.length > 0 ? [{ ...written, Action: grant.action, Resource: otherResources }] : []),
    ];
    statements.splice(grant.statement, 1, ...left);
  };

/** `ProfileFoldProfileRoleDefaultPolicy838845DE` → `ProfileFoldProfileRoleDefaultPolicy`: hashes say nothing. */
const plainId = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

const plainResource = (resource: string): string =>
  resource.replace(/^arn:aws:([\w-]+):[\w-]*:\d*:/, '$1:').replace(/[0-9A-F]{8}(?=$|\W)/, '');

/** One line for a person, the same on every machine. */
export const nameOf = ({ policy, action, resource }: Grant): string =>
  `${plainId(policy)}: ${action} on ${plainResource(resource)}`;
