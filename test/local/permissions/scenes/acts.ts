import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileJourney } from '#compiler';
import { JourneyDocument } from '#core/journey';
import type { JsonObject } from '../../../../local/world.ts';
import type { Change } from '../grants.ts';
import type { Segue } from '../segue-ground.ts';

/** A small part of what the product does. */
export type Scene = {
  readonly name: string;
  /** How the deployment differs from the template. */
  readonly deployed?: Change;
  readonly play: (segue: Segue) => Promise<void>;
  /** Some of the facts afterwards. */
  readonly expected: object;
};

export const journeyFile = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../state-machines/cart-abandonment/${name}`, import.meta.url)), 'utf8');

export const lea = (traits: object = {}) => ({
  type: 'identify',
  userId: 'lea',
  messageId: 'lea',
  traits: {
    email: 'lea@example.com',
    phone: '+447700900001',
    firstName: 'Lea',
    timezone: 'UTC',
    prefers: 'sms',
    consent: { email: true, sms: true, push: true },
    devices: [{ token: 'lea-phone', type: 'ios' }],
    ...traits,
  },
});

/** The language a page is in, which is the customer's where it is known. */
export const languageOf = (page: string): string => /<html lang="(\w+)"/.exec(page)?.[1] ?? '';

/** A file with one customer goes into a list that people keep. */
export const putsIntoList = async ({ http, token }: Segue, list: string, file: string): Promise<void> => {
  const headers = { authorization: `Bearer ${await token('publisher')}`, 'content-type': 'text/csv' };
  await http('POST', `/v1/segments/${list}/members`, { headers, body: file });
};

export const cart = { cart_id: 'cart', product_id: 'shoes', name: 'Shoes', price: 80, quantity: 1 };

export const adds = (messageId = 'adds') => ({
  type: 'track',
  event: 'Product Added',
  userId: 'lea',
  messageId,
  properties: cart,
});

export const buys = {
  type: 'track',
  event: 'Order Completed',
  userId: 'lea',
  messageId: 'buys',
  properties: { order_id: 'o', revenue: 80, products: [{ product_id: 'shoes', price: 80, quantity: 1 }] },
};

export const leavesCart = async ({ put }: Segue, traits: object = {}): Promise<void> => {
  await put(lea(traits));
  await put(adds());
};

/** A minute later: whoever clicks at once is taken for a machine. */
export const clicks = async ({ outbox, local, advance }: Segue): Promise<void> => {
  await advance('PT1M');
  const [email] = await outbox();
  if (email !== undefined) await local('POST', `outbox/${email.id}/click`);
  await advance('PT1S');
};

/** A rule without leave to send to its queue: what it finds it cannot deliver. Other statements keep their places. */
export const cannotDeliver =
  (rule: string): Change =>
  ({ Resources }) => {
    const policies = Object.values(Resources).filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy');
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument!.Statement);
    const isLeave = (one: object): boolean =>
      JSON.stringify(one).includes(`"${rule}`) && JSON.stringify(one).includes('sqs:GetQueueUrl');
    statements.find(isLeave)!.Action = [];
  };

/** Nothing is folded but what an operator sends to the refolds queue. */
export const foldPaused: Change = ({ Resources }) => {
  const mapping = Object.values(Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' && Properties['DestinationConfig'] !== undefined,
  );
  mapping!.Properties['Enabled'] = false;
};

export const refolds = async ({ scan, send }: Segue, messageIds: readonly string[]): Promise<void> => {
  const [row] = await scan('Log');
  const pk = (row?.['pk'] as { S: string } | undefined)?.S ?? '';
  await send('Refolds', { customer: pk.slice('C#'.length), messageIds: [...messageIds] });
};

/** One more row, as somebody with a console would write it. */
export const writes = ({ ground, refOf }: Segue, table: string, item: JsonObject) =>
  ground.call('dynamodb', 'PutItem', { TableName: refOf(table), Item: item });

export const profileRow = async ({ scan }: Segue): Promise<JsonObject | undefined> =>
  (await scan('State')).find(({ sk }) => JSON.stringify(sk) === '{"S":"PROFILE"}');

type Step = { readonly id?: string; then?: Record<string, unknown>; readonly [field: string]: unknown };
type Steps = readonly Step[];

/** A click is answered with an SMS. */
export const answersClick = (steps: Steps): Steps => {
  steps.find(({ id }) => id === 'response')!.then!['clicked'] = [thanks];
  return steps;
};
export const thanks = { id: 'thanks', send: { message: 'last-call', channels: ['sms'] } };

type Version = { readonly definition: string; readonly document: string };

/** The journey in a new version, with other steps. */
export const newVersion = (change: (steps: Steps) => Steps): Version => {
  const document: { journey: { steps: Steps } } = JSON.parse(journeyFile('journey.json'));
  document.journey.steps = change(document.journey.steps);
  const definition = compileJourney(JourneyDocument.parse(document.journey));
  return { definition: JSON.stringify(definition), document: JSON.stringify(document) };
};

export const machineOf = ({ ground }: Segue) =>
  ground.stack.all('AWS::StepFunctions::StateMachine').find(({ arn }) => arn.endsWith('cart-abandonment'))!;

/** Tells the function of a custom resource of the stack what CloudFormation would. */
export const tell = async (
  segue: Segue,
  fn: string,
  RequestType: string,
  { ResourceType = 'Custom::Journey', ...properties }: JsonObject,
): Promise<void> => {
  const { ground, refOf, answers } = segue;
  const said = new Promise<string>((resolve) => ground.awaitAnswer('new', resolve));
  await ground.call('lambda', 'Invoke', {
    FunctionName: refOf(fn),
    Payload: {
      RequestType,
      ResourceType,
      ResponseURL: `${ground.awsUrl}/_local/answers/new`,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
      ResourceProperties: properties,
    },
  });
  // A refusal names the role and the physical table.
  answers.push((await said).slice(0, 60));
};

export const tellPublisher = (segue: Segue, type: string, properties: JsonObject): Promise<void> =>
  tell(segue, 'PublishJourney', type, { Name: 'cart-abandonment', ...properties });

/** Publishes it as its deployment would. */
export const publishNew = async (segue: Segue, { definition, document }: Version): Promise<void> => {
  const machine = machineOf(segue);
  const substitutions = machine.properties['DefinitionSubstitutions'] as Record<string, string>;
  const { stateMachineVersionArn } = await segue.ground.call('states', 'UpdateStateMachine', {
    stateMachineArn: machine.arn,
    definition: definition.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => substitutions[name]!),
    publish: true,
  });
  await tellPublisher(segue, 'Update', { Document: document, Machine: String(stateMachineVersionArn) });
};
