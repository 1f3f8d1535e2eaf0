import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Json, JsonObject, Resource, World } from '../world.ts';
import type { Front } from '../front/open-front.ts';
import { isObject, isList, objectOr, textOr } from '../template/json.ts';
import { isCustomResource } from '../template/identity/identities.ts';
import type { LoadedStack } from '../template/load-stack.ts';

const KIND = 'custom-resource';

/** How long a function may answer after it ended, for answers sent by something it started. */
const GRACE_MS = 5000;

const Response = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().default('no reason given'),
  PhysicalResourceId: z.string().optional(),
  Data: z.record(z.string(), z.json()).default({}),
});
type Response = z.infer<typeof Response>;

const Kept = z.object({
  type: z.string(),
  serviceToken: z.string(),
  physicalId: z.string(),
  properties: z.record(z.string(), z.json()),
});
type Kept = z.infer<typeof Kept>;

export interface CustomResourceParts {
  readonly world: World & { readonly stack: LoadedStack };
  readonly front: Pick<Front, 'control' | 'url'>;
}

/** What became of one custom resource. */
export interface CustomResourceOutcome {
  readonly logicalId: string;
  readonly request: 'Create' | 'Update' | 'Delete';
  /** Why it failed; absent when it did not. */
  readonly failure?: string;
}

/**
 * Runs the stack's custom resources as CloudFormation would on a deployment: created at first, updated when their properties changed,
 * deleted when they left the template. What is deployed is kept in the journal (kind `custom-resource`); a failure is noted and
 * tried again at the next start. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
export function customResources({ world, front }: CustomResourceParts) {
  const { journal, stack } = world;
  const answers = new Map<string, (response: Response) => void>();

  front.control('PUT', '/_local/cfn/{id}', async ({ params, body }) => {
    answers.get(params['id'] ?? '')?.(Response.parse(body));
    return {};
  });

  const ask = async (serviceToken: string, request: JsonObject): Promise<Response> => {
    const id = randomUUID();
    const { promise, resolve } = Promise.withResolvers<Response>();
    answers.set(id, resolve);
    const common = { RequestId: id, ResponseURL: `${front.url}/_local/cfn/${id}`, StackId: stackId(stack) };
    const input = { FunctionName: serviceToken, Payload: { ...common, ...request } };
    const invoked = world
      .call('lambda', 'Invoke', input, world.as('outside'))
      .then(async ({ FunctionError, Payload }): Promise<Response> => {
        if (FunctionError !== undefined)
          return failed(textOr(objectOr(Payload)['errorMessage'], 'the function failed'));
        await sleep(GRACE_MS, undefined, { ref: false });
        return failed('the function did not answer');
      });
    const response = await Promise.race([promise, invoked]).catch((error: unknown) => failed(String(error)));
    answers.delete(id);
    return response;
  };

  const deploy = async ({ logicalId, type, properties }: Resource): Promise<CustomResourceOutcome | undefined> => {
    const known = keptOf(journal.get(KIND, logicalId));
    const wanted = objectOr(asText(properties));
    if (known && JSON.stringify(known.properties) === JSON.stringify(wanted)) return undefined;
    const serviceToken = textOr(properties['ServiceToken'], '');
    const request = known ? 'Update' : 'Create';
    const response = await ask(serviceToken, {
      RequestType: request,
      LogicalResourceId: logicalId,
      ResourceType: type,
      ResourceProperties: wanted,
      ...(known && { PhysicalResourceId: known.physicalId, OldResourceProperties: known.properties }),
    });
    if (response.Status === 'FAILED') return { logicalId, request, failure: response.Reason };
    const physicalId = response.PhysicalResourceId ?? known?.physicalId ?? `${stack.name}-${logicalId}`;
    journal.put(KIND, logicalId, { type, serviceToken, physicalId, properties: wanted });
    // CloudFormation takes another physical id for a replacement and has the old one deleted.
    if (known && known.physicalId !== physicalId) await ask(serviceToken, deletion(logicalId, known));
    return { logicalId, request };
  };

  const remove = async (logicalId: string, kept: Kept): Promise<CustomResourceOutcome> => {
    const response = await ask(kept.serviceToken, deletion(logicalId, kept));
    if (response.Status === 'FAILED') return { logicalId, request: 'Delete', failure: response.Reason };
    journal.remove(KIND, logicalId);
    return { logicalId, request: 'Delete' };
  };

  const noted = (outcome: CustomResourceOutcome) => {
    const { logicalId, request, failure } = outcome;
    if (failure !== undefined) world.note(`${logicalId} could not be ${request.toLowerCase()}d: ${failure}`);
    return outcome;
  };

  return {
    /** Resolves with what was created, updated and deleted; resources that did not change are not in it. */
    async deploy(): Promise<readonly CustomResourceOutcome[]> {
      const resources = stack.types.filter(isCustomResource).flatMap((type) => stack.all(type));
      const ids = new Set(resources.map(({ logicalId }) => logicalId));
      const outcomes: CustomResourceOutcome[] = [];
      for (const resource of resources) {
        const outcome = await deploy(resource);
        if (outcome) outcomes.push(noted(outcome));
      }
      for (const [logicalId, value] of journal.all(KIND)) {
        const kept = keptOf(value);
        if (kept && !ids.has(logicalId)) outcomes.push(noted(await remove(logicalId, kept)));
      }
      await journal.durable();
      return outcomes;
    },
  };
}

const stackId = ({ account, region, name }: LoadedStack) =>
  `arn:aws:cloudformation:${region}:${account}:stack/${name}/local`;

const keptOf = (value: Json | undefined): Kept | undefined => (value === undefined ? undefined : Kept.parse(value));

const failed = (Reason: string): Response => ({ Status: 'FAILED', Reason, Data: {} });

const deletion = (logicalId: string, { type, physicalId, properties }: Kept): JsonObject => ({
  RequestType: 'Delete',
  LogicalResourceId: logicalId,
  ResourceType: type,
  PhysicalResourceId: physicalId,
  ResourceProperties: properties,
});

/** CloudFormation hands numbers and booleans over as strings. */
const asText = (value: Json): Json => {
  if (isList(value)) return value.map(asText);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, asText(field)]));
  return textOr(value, '');
};
