import { AwsError, type Json } from '../world.ts';
import { routeMatcher } from './protocol/route-matcher.ts';
import type { WireRequest, WireResponse } from './protocol/wire.ts';

export interface ControlRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON body; `undefined` when there is none. */
  readonly body: Json | undefined;
}

/** Answers what can be written as JSON; `undefined` is 204 without a body; an `AwsError` its status and message. */
export type ControlHandler = (request: ControlRequest) => Promise<unknown>;

/** The ground's own routes under `/_local/`, beside AWS. They are not counted as in flight: one of them moves time. */
export function controlRoutes() {
  const routes = new Map<string, ControlHandler>();
  return {
    /** A route set again replaces the first. */
    add: (route: string, handler: ControlHandler) => void routes.set(route, handler),
    async answer(request: WireRequest): Promise<WireResponse> {
      const known = [...routes].map(([route, value]) => ({ route, value }));
      const matched = routeMatcher(known)(request.method, request.url);
      if (!matched) return reply(404, { message: `There is no ${request.method} ${request.url}.` });
      try {
        const { params, query } = matched;
        const body: Json | undefined = request.body.length > 0 ? JSON.parse(request.body.toString()) : undefined;
        const answer = await matched.value({ params, query, headers: request.headers, body });
        return answer === undefined ? { status: 204, headers: {}, body: '' } : reply(200, answer);
      } catch (error) {
        if (error instanceof SyntaxError) return reply(400, { message: 'The body is not JSON.' });
        if (error instanceof AwsError) return reply(error.status, { code: error.code, message: error.message });
        return reply(500, { message: String(error) });
      }
    },
  };
}

const reply = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
