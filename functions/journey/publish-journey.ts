import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { PublishedDocument, unmetNeeds } from '#core/journey';
import { dynamodb } from '../aws/clients.ts';
import { orRefused } from '../aws/conditional.ts';
import { campaignKey, item, type Key, keyItem, liveKey, plain, versionKey } from '../aws/keys.ts';
import { logger, observed } from '../aws/observed.ts';
import { PublishJourneyEnv } from './publish-journey.env.ts';

const env = PublishJourneyEnv.parse(process.env);
const configured = env.CHANNELS.split(',').filter((channel) => channel !== '');

/** What the stack hands over: the journey, its document as JSON, and the state machine version its runs start on, if it has one. */
const Properties = z.object({ Name: z.string(), Document: z.string(), Machine: z._default(z.string(), '') });
/** `pointer`: the row that says which version is live. */
type Properties = z.infer<typeof Properties> & { readonly pointer: Key };
/** To leave, a name is enough: what could not be published for its other properties must still be deleted. */
const Leaving = z.object({ Name: z.string() });

const readPointer = async ({ Name: name, pointer }: Properties): Promise<{ version: number; document?: string }> => {
  const { Item } = await dynamodb().send(
    new GetItemCommand({ TableName: env.STATE_TABLE, Key: keyItem(pointer), ConsistentRead: true }),
  );
  const version = Item === undefined ? 0 : Number(plain(Item)['version']);
  if (version === 0) return { version };
  const stored = await dynamodb().send(
    new GetItemCommand({ TableName: env.STATE_TABLE, Key: keyItem(versionKey(name, version)), ConsistentRead: true }),
  );
  return stored.Item === undefined ? { version } : { version, document: String(plain(stored.Item)['document']) };
};

/** False when there is another document of this version. */
const putVersion = async ({ Name, Document }: Properties, version: number): Promise<boolean> => {
  const put = await orRefused(
    dynamodb().send(
      new PutItemCommand({
        TableName: env.STATE_TABLE,
        Item: item({ ...versionKey(Name, version), document: Document }),
        ConditionExpression: 'attribute_not_exists(pk) OR document = :document',
        ExpressionAttributeValues: item({ ':document': Document }),
      }),
    ),
  );
  return 'done' in put;
};

/**
 * A version, once written, never changes; the same document again is the same version. One that was written by a deployment
 * that broke off before it was live keeps its number.
 */
const writeVersion = async (properties: Properties): Promise<number> => {
  const { version, document } = await readPointer(properties);
  if (document === properties.Document) return version;
  let next = version + 1;
  while (!(await putVersion(properties, next))) next++;
  return next;
};

const sayUnmet = (name: string, unmet: readonly (readonly string[])[]): string =>
  `${name} sends by ${unmet.map((channels) => channels.join(' or ')).join(' and by ')}, which this stage has not configured`;

const point = async (
  { Name, Machine, pointer }: Properties,
  version: number,
  status: string,
  reason: string,
): Promise<void> => {
  await dynamodb().send(
    new UpdateItemCommand({
      TableName: env.STATE_TABLE,
      Key: keyItem(pointer),
      UpdateExpression: 'SET version = :version, machine = :machine, #status = :status, reason = :reason',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: item({
        ':version': version,
        ':machine': Machine,
        ':status': status,
        ':reason': reason,
      }),
    }),
  );
  logger.info('journey published', { journey: Name, version, status, reason });
};

const publish = async (properties: Properties): Promise<string> => {
  const { needs } = PublishedDocument.parse(JSON.parse(properties.Document));
  const version = await writeVersion(properties);
  const unmet = unmetNeeds(needs, configured);
  if (unmet.length === 0) await point(properties, version, 'live', '');
  else await point(properties, version, 'refused', sayUnmet(properties.Name, unmet));
  return unmet.length === 0 ? `live, version ${version}` : sayUnmet(properties.Name, unmet);
};

/** What leaves the stack starts nobody any more; who is in a journey goes on to its end. */
const retire = async (pointer: Key): Promise<string> => {
  const retired = await orRefused(
    dynamodb().send(
      new UpdateItemCommand({
        TableName: env.STATE_TABLE,
        Key: keyItem(pointer),
        UpdateExpression: 'SET #status = :retired',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: item({ ':retired': 'retired' }),
      }),
    ),
  );
  return 'done' in retired ? 'retired' : 'never published';
};

/** A campaign is a journey of one message that no machine runs. */
const isCampaign = ({ ResourceType }: CloudFormationCustomResourceEvent): boolean =>
  ResourceType === 'Custom::Campaign';

/** CloudFormation refuses answers of more than 4,096 bytes. */
const longestReason = 1000;

const answer = async (
  event: CloudFormationCustomResourceEvent,
  status: 'SUCCESS' | 'FAILED',
  reason: string,
): Promise<void> => {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties } = event;
  const kind = isCampaign(event) ? 'campaign' : 'journey';
  const PhysicalResourceId = `${kind}:${String(ResourceProperties['Name'])}`;
  const body = JSON.stringify({
    Status: status,
    Reason: reason.slice(0, longestReason),
    PhysicalResourceId,
    StackId,
    RequestId,
    LogicalResourceId,
    Data: { Outcome: reason.slice(0, longestReason) },
  });
  const answered = await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!answered.ok) throw new Error(`CloudFormation answered ${answered.status}.`);
};

/** CloudFormation publishes the journeys and campaigns of the stack. A channel that is missing refuses the journey, not the deployment. */
export const handler = observed<CloudFormationCustomResourceEvent, void>('journey', async (event) => {
  try {
    const { RequestType, ResourceProperties } = event;
    const { Name } = Leaving.parse(ResourceProperties);
    const pointer = isCampaign(event) ? campaignKey(Name) : liveKey(Name);
    const outcome =
      RequestType === 'Delete'
        ? await retire(pointer)
        : await publish({ ...Properties.parse(ResourceProperties), pointer });
    await answer(event, 'SUCCESS', outcome);
  } catch (error) {
    logger.error('journey not published', { reason: error instanceof Error ? error.name : 'unknown' });
    await answer(event, 'FAILED', error instanceof Error ? error.message : 'unknown');
  }
});
