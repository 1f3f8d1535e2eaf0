import type { Piece } from '../graph/nest.ts';
import { type Converting, lacking, noteNext } from './surroundings.ts';

/** What Pinpoint sends to functions and addresses of the user's own. */
const functionRequested = 'Custom Message Requested';

const isAddress = (uri: string): boolean => /^https?:\/\//i.test(uri);

/** An address is called; a function is asked through the bus. */
export const customPiece = (converting: Converting<'CUSTOM'>): Piece => {
  const { activity, body, path, around } = converting;
  const { ledger } = around;
  const id = around.stepOf(activity);
  noteNext(around, [...path, 'NextActivity'], body.NextActivity);
  const uri = body.DeliveryUri;
  const data = body.MessageConfig?.Data;
  const said = { activity, ...(data === undefined ? {} : { data }) };
  ledger.note([...path, 'MessageConfig', 'Data'], 'exact', '`data` of what is sent');
  ledger.note([...path, 'EndpointTypes'], 'changed', 'called once per customer, not per endpoint');
  ledger.note([...path, 'TemplateName'], 'not supported', 'a custom message is written by who sends it');
  ledger.note([...path, 'TemplateVersion'], 'not supported', 'a custom message is written by who sends it');
  const next = body.NextActivity;
  if (uri === undefined)
    return {
      id,
      steps: [{ id, incomplete: lacking(converting, 'says no function or address. Write `webhook:` or `emit:`.') }],
      next,
    };
  if (uri.startsWith('https://')) {
    const how = 'a POST for one customer with `customer`, `activity` and `data`; its answer is not read';
    ledger.note([...path, 'DeliveryUri'], 'changed', how);
    const customer = { from: 'profile.userId' };
    return { id, steps: [{ id, webhook: { url: uri, body: { customer, ...said } } }], next };
  }
  if (isAddress(uri)) {
    ledger.note([...path, 'DeliveryUri'], 'not supported', 'only addresses that begin with https:// are called');
    return {
      id,
      steps: [{ id, incomplete: lacking(converting, `calls ${uri}, which does not begin with https://.`) }],
      next,
    };
  }
  const how = `the event \`${functionRequested}\` on the bus: a rule of yours calls the function`;
  ledger.note([...path, 'DeliveryUri'], 'changed', how);
  return { id, steps: [{ id, emit: { event: functionRequested, properties: { function: uri, ...said } } }], next };
};

/** A call becomes a task of the contact center. */
export const callPiece = (converting: Converting<'ContactCenter'>): Piece => {
  const { activity, body, description, path, around } = converting;
  const id = around.stepOf(activity);
  noteNext(around, [...path, 'NextActivity'], body.NextActivity);
  around.ledger.note(
    path,
    'changed',
    'a task for `contact-center`, said on the bus; nobody dials by themselves, and no earlier decision is made anew',
  );
  const task = { to: 'contact-center', title: description ?? 'Call the customer' };
  return { id, steps: [{ id, task }], next: body.NextActivity };
};
