import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { count, logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { type SwitchState, switchStore } from '../aws/switch-store.ts';
import { readSwitch } from './read-switch.ts';
import { SwitchChannelsEnv } from './switch-channels.env.ts';

const { STATE_TABLE } = SwitchChannelsEnv.parse(process.env);
const switches = switchStore(STATE_TABLE);

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

const callerOf = ({ requestContext }: Event): string => {
  const { sub, client_id: client } = requestContext.authorizer?.jwt.claims ?? {};
  return String(sub ?? client ?? '');
};

const shownHistory = 50;

const viewOf = ({ switch: name, isOff, by, at, because }: SwitchState) => ({
  switch: name,
  off: isOff,
  by,
  at,
  because,
});

/** Every switch, also those nobody ever touched, and who switched what, newest first. */
const view = async () => {
  const [states, history] = await Promise.all([switches.list(), switches.history(shownHistory)]);
  const known = new Map(states.map((state) => [state.switch, viewOf(state)]));
  return {
    switches: (['all', 'email', 'sms', 'push'] as const).map((name) => known.get(name) ?? { switch: name, off: false }),
    history: history.map(viewOf),
  };
};

/** `GET /v1/switches` says what is switched off; `POST /v1/switches` `{switch, off, because}` switches, in the name of the token's subject. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('decision', async (event) => {
  if (event.routeKey.startsWith('GET ')) return json(200, await view());
  const order = readSwitch(event);
  if (typeof order === 'string') return problem(400, 'bad-request', order);
  const by = callerOf(event);
  if (by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  const at = new Date(Date.now()).toISOString();
  await switches.set({ switch: order.switch, isOff: order.off, by, at, because: order.because });
  count('Switched', `${order.switch}-${order.off ? 'off' : 'on'}`);
  logger.info('switched', { switch: order.switch, off: order.off, by });
  return json(200, await view());
});
