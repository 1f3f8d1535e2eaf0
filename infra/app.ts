import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import * as z from 'zod';
import { readMappings } from '../mappings/index.ts';
import { readNextActions } from '../next-actions/index.ts';
import { readSegments } from '../segments/index.ts';
import { topicsFile } from '../state-machines/read-topics.ts';
import { readCampaigns } from './bulk/campaign-files.ts';
import { published, readJourneys } from './journey/journey-files.ts';
import { bundleFunctions } from './parts/bundle-functions.ts';
import { SegueStack } from './segue-stack.ts';
import { readStage } from './stage.ts';

const root = join(import.meta.dirname, '..');
const CdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

export type SegueAppOptions = {
  /** Context on top of `cdk.json`; the CDK CLI's own context comes on top of both. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Cloud assembly folder, when not the CLI's. */
  readonly outdir?: string;
  /** Folder of the functions' sources. */
  readonly functions?: string;
  /** Folder with one folder per journey. */
  readonly journeys?: string;
  /** Folder with one file per mapping. */
  readonly mappings?: string;
  /** Folder with one file per segment. */
  readonly segments?: string;
  /** Folder with one folder per campaign. */
  readonly campaigns?: string;
  /** File with what to suggest to whoever serves a customer. */
  readonly nextActions?: string;
  /** Folder the bundled functions are written to. */
  readonly dist?: string;
};

/**
 * The CDK app with its one stack. Without the CLI, `CDK_OUTDIR` says where the assembly goes and `CDK_CONTEXT_JSON`
 * which context it has; `cdk.json` is read either way, so that both give the same template.
 */
export const segueApp = (options: SegueAppOptions = {}): App => {
  const { context } = CdkJson.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));
  const { outdir } = options;
  const app = new App({ context: { ...context, ...options.context }, ...(outdir && { outdir }) });
  const stage = readStage((key) => app.node.tryGetContext(key));
  const journeys = readJourneys(options.journeys ?? join(root, 'state-machines'));
  const names = journeys.map(({ name }) => name);
  const { confirm } = topicsFile(join(root, 'state-machines/topics.yaml'));
  new SegueStack(app, {
    stage,
    bundle: bundleFunctions(options.functions ?? join(root, 'functions'), options.dist ?? join(root, 'dist/functions')),
    journeys: published(journeys, stage.journeys),
    mappings: readMappings(options.mappings ?? join(root, 'mappings')),
    segments: readSegments(options.segments ?? join(root, 'segments'), confirm),
    campaigns: readCampaigns(options.campaigns ?? join(root, 'campaigns'), names),
    confirm,
    nextActions: readNextActions(options.nextActions ?? join(root, 'next-actions/next-actions.yaml')),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return app;
};

if (import.meta.main) segueApp().synth();
