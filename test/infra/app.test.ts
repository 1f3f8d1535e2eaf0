import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository, scratch } from './synthesized.ts';

/** As on a laptop that has never heard of AWS and has no network. */
const nowhere = {
  PATH: `${join(repository, 'node_modules/.bin')}:${process.env['PATH']}`,
  HOME: scratch(),
  AWS_EC2_METADATA_DISABLED: 'true',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
};
/** The template without the paths of constructs, which only the CLI writes into it. */
const template = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'Segue-local.template.json'), 'utf8'), (key, value) =>
    key === 'Metadata' ? undefined : value,
  );
const flags = Object.entries(JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8')).context);

describe('the app', () => {
  const byCli = scratch();
  const byNode = scratch();

  it('is synthesized by the CDK CLI offline and without credentials', { timeout: 60_000 }, () => {
    const synth = ['synth', '--quiet', '--no-notices', '--output', byCli, '-c', 'stage=local'];
    execFileSync('cdk', synth, { cwd: repository, env: nowhere, stdio: 'pipe' });
    expect(template(byCli).Resources).toHaveProperty('IngestSignal');
  });

  it('is synthesized by node alone, to the same template', { timeout: 60_000 }, () => {
    const env = { ...nowhere, CDK_OUTDIR: byNode, CDK_CONTEXT_JSON: JSON.stringify({ stage: 'local' }) };
    execFileSync('node', ['infra/app.ts'], { cwd: repository, env, stdio: 'pipe' });
    expect(template(byNode)).toEqual(template(byCli));
  });

  it('has every feature flag AWS recommends, and takes findings in the template for errors', () => {
    const file = join(repository, 'node_modules/aws-cdk-lib/recommended-feature-flags.json');
    expect(Object.fromEntries(flags)).toMatchObject(JSON.parse(readFileSync(file, 'utf8')));
    expect(Object.fromEntries(flags)).toHaveProperty('@aws-cdk/core:validateAgainstDefaultRules', true);
  });
});
